"""What the tour asks: of each mutation its input, and what to read of its answer."""

from typing import NamedTuple

_MOVED = "id version status"


class Wanted(NamedTuple):
    """A mutation's input type, the field of its payload, and what to read of it.

    Without a field all of the payload is wanted; strangers' mutations at the door take no key.
    """

    input: str
    field: str
    selection: str
    at_the_door: bool = False


def _moving(payload: str, field: str, selection: str = _MOVED) -> Wanted:
    return Wanted("DecisionInput", field, f"... on {payload} {{ {field} {{ {selection} }} }}")


def _making(input: str, payload: str, field: str, selection: str = _MOVED) -> Wanted:
    return Wanted(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


def _at_the_door(input: str, field: str, selection: str) -> Wanted:
    return Wanted(input, field, selection, at_the_door=True)


_SESSION = ("accessToken", "... on SessionPayload { accessToken }")
_TICKET = "... on SignInTicketPayload { ticket secret }"
_AWAITED = "... on AwaitedSessionPayload { session { accessToken } }"
_ACCOUNT = ("AccountPayload", "account", "id username name role")
_CHANGE = (
    "ChangeRequestPayload",
    "changeRequest",
    "id version status changes { field before after }",
)
_REPORT = (
    "id version status month payableSubsidy intern { id } "
    "explanation { shortfalls { reason message } parameters { key region value confirmed } }"
)
_CLAIM = "id version status amount lines { id version state amount }"
_DECLARATION = ("DeclarationPayload", "declaration")
_INTERN = ("InternPayload", "intern", "id version status category")
_REPORTS = ("DecisionsInput", "MonthlyReportsPayload", "monthlyReports", _REPORT)
_REDUCTION = (
    "ReductionPayload",
    "reduction",
    "id version status affectedReports { month } intern { endedOn }",
)
_PARAMETER = ("ParameterPayload", "parameter", "id version status value")

MUTATIONS: dict[str, Wanted] = {
    "registerUnit": _at_the_door("UnitRegistrationInput", *_SESSION),
    "registerPerson": _at_the_door("PersonRegistrationInput", *_SESSION),
    "requestSignInTicket": _at_the_door("", "", _TICKET),
    "approveSignInTicket": _making("TicketApprovalInput", *_ACCOUNT),
    "redeemSignInTicket": _at_the_door("TicketSecretInput", "session", _AWAITED),
    "addOperator": _making("OperatorDraftInput", *_ACCOUNT),
    "completeInformation": _making("BasicInformationInput", "PersonPayload", "person", "id name"),
    "completeUnitProfile": _making("UnitProfileInput", "UnitPayload", "unit", "id version name"),
    "createDeclaration": _making("DeclarationDraftInput", *_DECLARATION),
    "submitDeclaration": _moving(*_DECLARATION),
    "approveDeclaration": _moving(*_DECLARATION),
    "requestUpload": _making("UploadDraftInput", "UploadPayload", "upload", "id url"),
    "attach": _making(
        "AttachmentDraftInput", "AttachmentsPayload", "attachments", "id name size url"
    ),
    "addPost": _making("PostDraftInput", "PostPayload", "post", "id version status name"),
    "lookUpPerson": _making("PersonLookUpInput", "PersonPayload", "person", "id name"),
    "addIntern": _making("InternDraftInput", *_INTERN),
    "submitIntern": _moving(*_INTERN),
    "approveIntern": _moving(*_INTERN),
    "saveMonthlyReports": _making("MonthOfReportsInput", *_REPORTS[1:]),
    "submitMonthlyReports": _making(*_REPORTS),
    "approveMonthlyReports": _making(*_REPORTS),
    "addBankAccount": _making(
        "BankAccountDraftInput", "BankAccountPayload", "bankAccount", "id isDefault"
    ),
    "createLivingAllowanceClaim": _making(
        "LivingAllowanceDraftInput", "ClaimPayload", "claim", _CLAIM
    ),
    "createMentoringClaim": _making("MentoringDraftInput", "ClaimPayload", "claim", _CLAIM),
    "submitClaim": _moving("ClaimPayload", "claim", _CLAIM),
    "approveClaim": _moving("ClaimPayload", "claim", _CLAIM),
    "addReduction": _making("ReductionDraftInput", *_REDUCTION),
    "submitReduction": _moving(*_REDUCTION),
    "approveReduction": _moving(*_REDUCTION),
    "requestChange": _making("ChangeDraftInput", *_CHANGE),
    "submitChangeRequest": _moving(*_CHANGE),
    "approveChangeRequest": _moving(*_CHANGE),
    "proposeParameter": _making("ParameterDraftInput", *_PARAMETER),
    "approveParameter": _moving(*_PARAMETER),
}

VIEWER = "{ viewer { name role unit { id version name creditCode } person { id version } } }"

REGISTERED = """query($region: RegionCode!, $after: String) {
  units(first: 100, region: $region, after: $after) {
    edges { node { creditCode } } pageInfo { hasNextPage endCursor } } }"""

AGREEMENT = """query($region: RegionCode!) {
  accountRules(region: $region) { agreementVersion hotline } }"""

ON_THE_BOARD = """query($id: ID!) { node(id: $id) { ... on Post {
  boardState boardMessage applicantsAsOf
  applicants(first: 10) { edges { node { name mobileMasked education } } } } } }"""

REPORTS_OF = """query($id: ID!, $from: YearMonth, $to: YearMonth) { node(id: $id) { ... on Intern {
  monthlyReports(from: $from, to: $to) { month status } } } }"""

RETAINED = """query($year: Int!) { mentoringCandidates(year: $year) {
  ended retained formula shortfalls { reason message }
  candidates { retained amount intern { id name }
    findings { control outcome } shortfalls { reason message } } } }"""

IN_MY_NAME = """{ viewer { name person { claimLines(first: 20) { edges { node {
  kind amount state unitName claim { id } } } } } } }"""

CLAIMS = """query($from: YearMonth, $to: YearMonth) { claims(first: 20) { edges { node {
  id status amount unit { id name creditCode }
  lines { id amount intern { id name idNumberMasked category post { name }
    monthlyReports(from: $from, to: $to) { id month wagePaid payableSubsidy status } } } } } } }"""
