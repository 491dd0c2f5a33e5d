"""What the tour asks for the two subsidies of Sichuan: mutations as in tour_document, queries."""

from demonstration.tour.document import Wanted


def _making(input: str, payload: str, field: str, selection: str) -> Wanted:
    return Wanted(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


_CLAIM = "id version status amount lines { id version state amount }"
_QUALIFICATION = ("QualificationPayload", "qualification", "id version status")
_LINES = """line { id version state amount claim { id version status amount } }
  faults { reason message cure }"""
_PAYMENT = "id reference amount state reason line { id version state }"
_BATCH = f"""id version number state paymentCount amount paidAmount failedAmount
  payments(first: 20, orderBy: OLDEST) {{ edges {{ node {{ {_PAYMENT} }} }} }}"""
_ROSTER = "id version state total passed failed"
_CLAWBACK = ("ClawbackPayload", "clawback", "id version status amount line { id state }")
_GRANTS = ("FunctionGrantsPayload", "grants", "id version function account { username }")

SUBSIDIES: dict[str, Wanted] = {
    "loadFacts": _making("FactsDraftInput", "FactLoadPayload", "factLoad", "kind loaded latest"),
    "addQualification": _making("QualificationDraftInput", *_QUALIFICATION),
    "submitQualification": _making("DecisionInput", *_QUALIFICATION),
    "approveQualification": _making("DecisionInput", *_QUALIFICATION),
    "requestRosterUpload": _making("FileDraftInput", "UploadPayload", "upload", "id url"),
    "createRoster": _making("RosterDraftInput", "RosterPayload", "roster", _ROSTER),
    "requestFailedRows": Wanted("RosterChoiceInput", "url", "... on FailedRowsPayload { url }"),
    "createHiringClaim": _making("RosterClaimDraftInput", "ClaimPayload", "claim", _CLAIM),
    "createServiceClaim": _making("RosterClaimDraftInput", "ClaimPayload", "claim", _CLAIM),
    "publishLines": _making("PublicityDraftInput", "LinesPayload", "outcomes", _LINES),
    "passPublicity": _making("PublicityPassInput", "LinesPayload", "outcomes", _LINES),
    "failPublicity": _making("PublicityFailureInput", "LinesPayload", "outcomes", _LINES),
    "lodgeObjection": Wanted(
        "ObjectionDraftInput",
        "",
        "... on LodgedObjectionPayload { number regionName hotline }",
        at_the_door=True,
    ),
    "settleObjection": _making(
        "ObjectionSettlementInput", "ObjectionPayload", "objection", "id version status reason"
    ),
    "makeBatch": _making("BatchDraftInput", "DisbursementBatchPayload", "batch", _BATCH),
    "exportBatch": _making(
        "BatchExportDraftInput",
        "BatchExportPayload",
        "export",
        "id name sha256 paymentCount amount url batch { id version state }",
    ),
    "importBankAnswer": _making(
        "BankAnswerInput",
        "BatchImportPayload",
        "answer",
        "paidCount failedCount knownCount faultCount batch { id state paidAmount failedAmount }",
    ),
    "confirmReceipt": _making("ReceiptDraftInput", "ReceiptPayload", "receipt", "id arrived"),
    "proposeClawback": _making("ClawbackDraftInput", *_CLAWBACK),
    "confirmClawback": _making("DecisionInput", *_CLAWBACK),
    "enterCalendarYear": _making(
        "CalendarYearDraftInput", "CalendarYearPayload", "calendarYear", "year edition"
    ),
    "grantFunctions": _making("FunctionGrantsInput", *_GRANTS),
    "revokeFunctions": _making("ReasonedDecisionsInput", *_GRANTS),
    "searchFindings": Wanted(
        "FindingSearchInput", "findings", "... on AuditFindingsPayload { findings { id } }"
    ),
}

QUALIFIED = """{ viewer { unit { id name creditCode qualifications(first: 20) { edges { node {
  kind status } } } } } }"""

TEMPLATE = """query($kind: RosterKind!, $beneficiary: Beneficiary) {
  rosterTemplate(kind: $kind, beneficiary: $beneficiary) { url } }"""

ROSTER = """query($id: ID!) { node(id: $id) { ... on Roster {
  id state total checked passed failed faults { reason message }
  rows(passed: false) { edges { node { line name
    faults { cell heading reason message cure }
    findings { control outcome reason message cure } } } } } } }"""

CLAIM = """query($id: ID!) { node(id: $id) { ... on Claim { id version status amount publicUntil
  lines { id version state amount
    judgements { occasion outcome findings { control outcome } }
    explanation { formula parameters { key value region confirmed } } } } } }"""

NOTICES = """query($region: RegionCode) {
  publicNotices(first: 100, orderBy: NEWEST, region: $region) { edges { node {
    id title regionName firstDay lastDay
    lines { edges { node { id number nameMasked idNumberMasked unitName amount } } } } } } }"""

OBJECTIONS = """{ objections(first: 100, orderBy: NEWEST) { edges { node {
  id version status text contactNameMasked publicity { title } } } } }"""

LINE = """query($id: ID!) { node(id: $id) { ... on ClaimLine { id version state amount
  claim { status amount } payments { state reference reason paidOn } } } }"""

MY_LINES = """{ claimLines(first: 20) { edges { node { id kind state amount
  payments { state amount payeeNumberMasked } } } } }"""

STATISTICS = """query($by: [StatisticsDimension!]!, $level: RegionLevel!,
    $filter: StatisticsFilterInput) {
  statistics(by: $by, level: $level, filter: $filter) { regionName kind state personsText
    figures { claims lines persons amount standing } } }"""

GRANTED = """query($function: [Function!]) {
  functionGrants(first: 100, function: $function, revoked: false) { edges { node {
    id version function account { id username } } } } }"""

ACCOUNTS = """query($region: RegionCode) { accounts(first: 100, region: $region) { edges { node {
  id username } } } }"""
