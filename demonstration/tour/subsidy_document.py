"""What the tour asks for the two subsidies of Sichuan: mutations as in tour_document, queries."""

from demonstration.tour.document import MutationShape


def _build_creation(input: str, payload: str, field: str, selection: str) -> MutationShape:
    return MutationShape(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


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

SUBSIDIES: dict[str, MutationShape] = {
    "loadFacts": _build_creation(
        "FactsDraftInput", "FactLoadPayload", "factLoad", "kind loaded latest"
    ),
    "addQualification": _build_creation("QualificationDraftInput", *_QUALIFICATION),
    "submitQualification": _build_creation("DecisionInput", *_QUALIFICATION),
    "approveQualification": _build_creation("DecisionInput", *_QUALIFICATION),
    "requestRosterUpload": _build_creation("FileDraftInput", "UploadPayload", "upload", "id url"),
    "createRoster": _build_creation("RosterDraftInput", "RosterPayload", "roster", _ROSTER),
    "requestFailedRows": MutationShape(
        "RosterChoiceInput", "url", "... on FailedRowsPayload { url }"
    ),
    "createHiringClaim": _build_creation("RosterClaimDraftInput", "ClaimPayload", "claim", _CLAIM),
    "createServiceClaim": _build_creation("RosterClaimDraftInput", "ClaimPayload", "claim", _CLAIM),
    "publishLines": _build_creation("PublicityDraftInput", "LinesPayload", "outcomes", _LINES),
    "passPublicity": _build_creation("PublicityPassInput", "LinesPayload", "outcomes", _LINES),
    "failPublicity": _build_creation("PublicityFailureInput", "LinesPayload", "outcomes", _LINES),
    "lodgeObjection": MutationShape(
        "ObjectionDraftInput",
        "",
        "... on LodgedObjectionPayload { number regionName hotline }",
        at_the_door=True,
    ),
    "settleObjection": _build_creation(
        "ObjectionSettlementInput", "ObjectionPayload", "objection", "id version status reason"
    ),
    "makeBatch": _build_creation("BatchDraftInput", "DisbursementBatchPayload", "batch", _BATCH),
    "exportBatch": _build_creation(
        "BatchExportDraftInput",
        "BatchExportPayload",
        "export",
        "id name sha256 paymentCount amount url batch { id version state }",
    ),
    "importBankAnswer": _build_creation(
        "BankAnswerInput",
        "BatchImportPayload",
        "answer",
        "paidCount failedCount knownCount faultCount batch { id state paidAmount failedAmount }",
    ),
    "confirmReceipt": _build_creation(
        "ReceiptDraftInput", "ReceiptPayload", "receipt", "id arrived"
    ),
    "proposeClawback": _build_creation("ClawbackDraftInput", *_CLAWBACK),
    "confirmClawback": _build_creation("DecisionInput", *_CLAWBACK),
    "enterCalendarYear": _build_creation(
        "CalendarYearDraftInput", "CalendarYearPayload", "calendarYear", "year edition"
    ),
    "grantFunctions": _build_creation("FunctionGrantsInput", *_GRANTS),
    "revokeFunctions": _build_creation("ReasonedDecisionsInput", *_GRANTS),
    "searchFindings": MutationShape(
        "FindingSearchInput", "findings", "... on AuditFindingsPayload { findings { id } }"
    ),
}

QUALIFICATIONS_QUERY = """{ viewer { unit {
  id name creditCode qualifications(first: 20) { edges { node {
  kind status } } } } } }"""

TEMPLATE_QUERY = """query($kind: RosterKind!, $beneficiary: Beneficiary) {
  rosterTemplate(kind: $kind, beneficiary: $beneficiary) { url } }"""

ROSTER_QUERY = """query($id: ID!) { node(id: $id) { ... on Roster {
  id state total checked passed failed faults { reason message }
  rows(passed: false) { edges { node { line name
    faults { cell heading reason message cure }
    findings { control outcome reason message cure } } } } } } }"""

CLAIM_QUERY = """query($id: ID!) { node(id: $id) { ... on Claim {
  id version status amount publicUntil
  lines { id version state amount
    judgements { occasion outcome findings { control outcome } }
    explanation { formula parameters { key value region confirmed } } } } } }"""

NOTICES_QUERY = """query($region: RegionCode) {
  publicNotices(first: 100, orderBy: NEWEST, region: $region) { edges { node {
    id title regionName firstDay lastDay
    lines { edges { node { id number nameMasked idNumberMasked unitName amount } } } } } } }"""

OBJECTIONS_QUERY = """{ objections(first: 100, orderBy: NEWEST) { edges { node {
  id version status text contactNameMasked publicity { title } } } } }"""

LINE_QUERY = """query($id: ID!) { node(id: $id) { ... on ClaimLine { id version state amount
  claim { status amount } payments { state reference reason paidOn } } } }"""

MY_LINES_QUERY = """{ claimLines(first: 20) { edges { node { id kind state amount
  payments { state amount payeeNumberMasked } } } } }"""

STATISTICS_QUERY = """query($by: [StatisticsDimension!]!, $level: RegionLevel!,
    $filter: StatisticsFilterInput) {
  statistics(by: $by, level: $level, filter: $filter) { regionName kind state personsText
    figures { claims lines persons amount standing } } }"""

GRANTS_QUERY = """query($function: [Function!]) {
  functionGrants(first: 100, function: $function, revoked: false) { edges { node {
    id version function account { id username } } } } }"""

ACCOUNTS_QUERY = """query($region: RegionCode) {
  accounts(first: 100, region: $region) { edges { node {
  id username } } } }"""
