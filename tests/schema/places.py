"""Where ids stand in the arguments of mutations, and which type of record each is about."""

from graphql import get_named_type

from tests.schema.shape import ANONYMOUS_MUTATIONS, MUTATIONS, InputPath, find_scalar_paths

PLACES = [
    (name, place)
    for name, field in MUTATIONS.items()
    if name not in ANONYMOUS_MUTATIONS
    for place in find_scalar_paths(field, "ID")
]
NAMED = {
    "accountId": "Account",
    "postId": "Post",
    "bankAccountId": "BankAccount",
    "internId": "Intern",
    "uploadId": "Upload",
    "attachmentId": "Attachment",
    "recordId": "Declaration",
    "batchId": "DisbursementBatch",
    "lineId": "ClaimLine",
    "unitId": "Unit",
    "rosterId": "Roster",
    "rowId": "RosterRow",
    "leftOutRowId": "RosterRow",
    "traineeId": "Trainee",
    "corrects": "Roster",
    "courseId": "Course",
    "classId": "TrainingClass",
}
TYPES = {
    "Claim": "LivingAllowanceClaim",
    "LineOutcome": "ClaimLine",
    "TrainingClasse": "TrainingClass",
}
ANSWERS_ANOTHER = {"unmask": "BankAccount", "removeTrainee": "Trainee"}
"""What a mutation is about that does not answer with it."""
CHANGED: dict[str | int, str] = {"unit": "Unit", "post": "Post", "intern": "Intern"}
"""The members by which a change names its record."""


def meant(name: str, place: InputPath) -> str:
    """Tell which type of record a place is about."""
    field = next(part for part in reversed(place) if isinstance(part, str))
    if len(place) > 1 and place[-2] in CHANGED:
        return CHANGED[place[-2]]
    if field != "id":
        return NAMED.get(field, NAMED.get(field.removesuffix("s"), field))
    if name in ANSWERS_ANOTHER:
        return ANSWERS_ANOTHER[name]
    if name.startswith("review"):
        decided = name.removeprefix("review").removesuffix("s")
        return TYPES.get(decided, decided)
    if name.endswith("Differences"):
        return "AmountDifference"
    payload = get_named_type(MUTATIONS[name].type).types[0]
    inner = next(iter(payload.fields.values()))
    answered = get_named_type(inner.type).name
    return str(TYPES.get(answered, answered))
