"""What the tour asks: of each mutation its input, and what to read of its answer."""

from typing import NamedTuple

_MOVED_FIELDS = "id version status"


class MutationShape(NamedTuple):
    """A mutation's input type, the field of its payload, and what to read of it.

    Without a field all of the payload is wanted; strangers' mutations at the door take no key.
    """

    input: str
    field: str
    selection: str
    at_the_door: bool = False


def _build_transition(payload: str, field: str, selection: str = _MOVED_FIELDS) -> MutationShape:
    return MutationShape(
        "DecisionInput", field, f"... on {payload} {{ {field} {{ {selection} }} }}"
    )


def _build_creation(
    input: str, payload: str, field: str, selection: str = _MOVED_FIELDS
) -> MutationShape:
    return MutationShape(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


def _build_anonymous(input: str, field: str, selection: str) -> MutationShape:
    return MutationShape(input, field, selection, at_the_door=True)


_SESSION = ("accessToken", "... on SessionPayload { accessToken }")
_TICKET = "... on SignInTicketPayload { ticket number secret }"
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

MUTATIONS: dict[str, MutationShape] = {
    "registerUnit": _build_anonymous("UnitRegistrationInput", *_SESSION),
    "registerPerson": _build_anonymous("PersonRegistrationInput", *_SESSION),
    "confirmPerson": _build_creation("PersonConfirmationInput", *_ACCOUNT),
    "requestSignInTicket": _build_anonymous("", "", _TICKET),
    "approveSignInTicket": _build_creation("TicketApprovalInput", *_ACCOUNT),
    "redeemSignInTicket": _build_anonymous("TicketSecretInput", "session", _AWAITED),
    "addOperator": _build_creation("OperatorDraftInput", *_ACCOUNT),
    "changePassword": _build_creation("PasswordChangeInput", *_ACCOUNT),
    "completeInformation": _build_creation(
        "BasicInformationInput", "PersonPayload", "person", "id name"
    ),
    "verifyUnit": _build_creation(
        "UnitVerificationInput", "UnitPayload", "unit", "id version verifiedAt"
    ),
    "completeUnitProfile": _build_creation(
        "UnitProfileInput", "UnitPayload", "unit", "id version name"
    ),
    "createDeclaration": _build_creation("DeclarationDraftInput", *_DECLARATION),
    "submitDeclaration": _build_transition(*_DECLARATION),
    "approveDeclaration": _build_transition(*_DECLARATION),
    "requestUpload": _build_creation("UploadDraftInput", "UploadPayload", "upload", "id url"),
    "attach": _build_creation(
        "AttachmentDraftInput", "AttachmentsPayload", "attachments", "id name size url"
    ),
    "addPost": _build_creation("PostDraftInput", "PostPayload", "post", "id version status name"),
    "lookUpPerson": _build_creation("PersonLookUpInput", "PersonPayload", "person", "id name"),
    "addIntern": _build_creation("InternDraftInput", *_INTERN),
    "submitIntern": _build_transition(*_INTERN),
    "approveIntern": _build_transition(*_INTERN),
    "saveMonthlyReports": _build_creation("MonthOfReportsInput", *_REPORTS[1:]),
    "submitMonthlyReports": _build_creation(*_REPORTS),
    "approveMonthlyReports": _build_creation(*_REPORTS),
    "addBankAccount": _build_creation(
        "BankAccountDraftInput", "BankAccountPayload", "bankAccount", "id isDefault"
    ),
    "createLivingAllowanceClaim": _build_creation(
        "LivingAllowanceDraftInput", "ClaimPayload", "claim", _CLAIM
    ),
    "createMentoringClaim": _build_creation("MentoringDraftInput", "ClaimPayload", "claim", _CLAIM),
    "submitClaim": _build_transition("ClaimPayload", "claim", _CLAIM),
    "approveClaim": _build_transition("ClaimPayload", "claim", _CLAIM),
    "addReduction": _build_creation("ReductionDraftInput", *_REDUCTION),
    "submitReduction": _build_transition(*_REDUCTION),
    "approveReduction": _build_transition(*_REDUCTION),
    "requestChange": _build_creation("ChangeDraftInput", *_CHANGE),
    "submitChangeRequest": _build_transition(*_CHANGE),
    "approveChangeRequest": _build_transition(*_CHANGE),
    "proposeParameter": _build_creation("ParameterDraftInput", *_PARAMETER),
    "approveParameter": _build_transition(*_PARAMETER),
}

VIEWER_QUERY = "{ viewer { name role unit { id version name creditCode } person { id version } } }"

REGISTERED_UNITS_QUERY = """query($region: RegionCode!, $after: String) {
  units(first: 100, region: $region, after: $after) {
    edges { node { creditCode } } pageInfo { hasNextPage endCursor } } }"""

AGREEMENT_QUERY = """query($region: RegionCode!) {
  accountRules(region: $region) { agreementVersion hotline } }"""

BOARD_STATE_QUERY = """query($id: ID!) { node(id: $id) { ... on Post {
  boardState boardMessage applicantsAsOf
  applicants(first: 10) { edges { node { name mobileMasked education } } } } } }"""

REPORTS_QUERY = """query($id: ID!, $from: YearMonth, $to: YearMonth) { node(id: $id) {
  ... on Intern {
  monthlyReports(monthFrom: $from, monthTo: $to) { month status } } } }"""

RETENTION_QUERY = """query($year: Int!) { mentoringCandidates(year: $year) {
  ended retained formula shortfalls { reason message }
  candidates { retained amount intern { id name }
    findings { control outcome } shortfalls { reason message } } } }"""

OWN_LINES_QUERY = """{ viewer { name person { claimLines(first: 20) { edges { node {
  kind amount state unitName claim { id } } } } } } }"""

CLAIMS_QUERY = """query($from: YearMonth, $to: YearMonth) { claims(first: 20) { edges { node {
  id status amount unit { id name creditCode }
  lines { id amount intern { id name idNumberMasked category post { name }
    monthlyReports(monthFrom: $from, monthTo: $to) {
      id month wagePaid payableSubsidy status } } } } } } }"""
