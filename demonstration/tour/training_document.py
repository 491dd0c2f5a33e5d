"""What the tour asks for training: mutations as in tour_document, queries."""

from demonstration.tour.document import MutationShape

_CLASS = ("TrainingClassPayload", "trainingClass", "id version status number")
_TRAINEE = ("TraineePayload", "trainee", "id version name place score outcome expectedOutcome")
_COMPLETION = ("CompletionPayload", "completion", "id version status completed notCompleted")
_CLAIM = (
    "ClaimPayload",
    "claim",
    "id version status amount lines { id version state amount }",
)


def _build_creation(input: str, payload: str, field: str, selection: str) -> MutationShape:
    return MutationShape(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


TRAINING: dict[str, MutationShape] = {
    "enterCourse": _build_creation(
        "CourseDraftInput", "CoursePayload", "course", "id code edition name fee"
    ),
    "createTrainingClass": _build_creation("TrainingClassDraftInput", *_CLASS),
    "submitTrainingClass": _build_creation("DecisionInput", *_CLASS),
    "withdrawTrainingClass": _build_creation("DecisionInput", *_CLASS),
    "approveTrainingClass": _build_creation("DecisionInput", *_CLASS),
    "addTrainee": _build_creation("TraineeDraftInput", *_TRAINEE),
    "addTraineesFromRoster": MutationShape(
        "ClassRosterChoiceInput", "trainees", "... on TraineesAddedPayload { trainees { id name } }"
    ),
    "requestScoreSheet": MutationShape(
        "ScoreSheetChoiceInput", "url", "... on ScoreSheetPayload { url }"
    ),
    "importScores": MutationShape(
        "ClassRosterChoiceInput",
        "trainees",
        "... on ScoresImportedPayload { trainees { id score } }",
    ),
    "scoreTrainee": _build_creation("TraineeScoreInput", *_TRAINEE),
    "createTrainingClaim": _build_creation("TrainingClaimDraftInput", *_CLAIM),
    "completeClass": _build_creation("ClassCompletionInput", *_COMPLETION),
    "submitCompletion": _build_creation("DecisionInput", *_COMPLETION),
    "approveCompletion": _build_creation("DecisionInput", *_COMPLETION),
}

CLAIMABLE_QUERY = """query($number: String) { claimableClasses(number: $number) { edges { node {
  count amount shortfalls { message } trainingClass { id number } } } } }"""

OWN_ACCOUNT_QUERY = "{ viewer { unit { bankAccounts { id } } } }"

CLASS_QUERY = """query($id: ID!) { node(id: $id) { ... on TrainingClass {
  number status completedOn courseClaimed course { name fee }
  trainees { totalCount edges { node { id version name place most score outcome } } }
  claims { edges { node { status amount } } }
  completions { status completed notCompleted } } } }"""
