"""What the tour asks: of each mutation its input, and what to read of its answer."""

from typing import NamedTuple

_MOVED = "id version status"


class Wanted(NamedTuple):
    """A mutation's input type, the field of its payload, and what to read of it."""

    input: str
    field: str
    selection: str


def _moving(payload: str, field: str, selection: str = _MOVED) -> Wanted:
    return Wanted("DecisionInput", field, f"... on {payload} {{ {field} {{ {selection} }} }}")


def _making(input: str, payload: str, field: str, selection: str = _MOVED) -> Wanted:
    return Wanted(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


_REPORT = (
    "id version status month payableSubsidy intern { id } "
    "explanation { shortfalls { reason message } parameters { key region value confirmed } }"
)
_CLAIM = "id version status amount lines { id amount }"
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
    "submitClaim": _moving("ClaimPayload", "claim", _CLAIM),
    "approveClaim": _moving("ClaimPayload", "claim", _CLAIM),
    "addReduction": _making("ReductionDraftInput", *_REDUCTION),
    "submitReduction": _moving(*_REDUCTION),
    "approveReduction": _moving(*_REDUCTION),
    "proposeParameter": _making("ParameterDraftInput", *_PARAMETER),
    "approveParameter": _moving(*_PARAMETER),
}

OWN_UNIT = "{ viewer { unit { id version name creditCode } } }"

DECLARED = """query($region: RegionCode!, $after: String) {
  declarations(first: 100, region: $region, after: $after) {
    edges { node { unit { creditCode } } } pageInfo { hasNextPage endCursor } } }"""

CLAIMS = """query($from: YearMonth, $to: YearMonth) { claims(first: 20) { edges { node {
  id status amount unit { id name creditCode }
  lines { id amount intern { id name idNumberMasked category post { name }
    monthlyReports(from: $from, to: $to) { id month wagePaid payableSubsidy status } } } } } } }"""
