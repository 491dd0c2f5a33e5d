"""What the tour asks for training: mutations as in tour_document, queries."""

from demonstration.tour.document import Wanted

_CLASS = ("TrainingClassPayload", "trainingClass", "id version status number")
_TRAINEE = ("TraineePayload", "trainee", "id version name place score outcome expectedOutcome")
_COMPLETION = ("CompletionPayload", "completion", "id version status completed notCompleted")
_CLAIM = (
    "ClaimPayload",
    "claim",
    "id version status amount lines { id version state amount }",
)


def _making(input: str, payload: str, field: str, selection: str) -> Wanted:
    return Wanted(input, field, f"... on {payload} {{ {field} {{ {selection} }} }}")


TRAINING: dict[str, Wanted] = {
    "enterCourse": _making(
        "CourseDraftInput", "CoursePayload", "course", "id code edition name fee"
    ),
    "createTrainingClass": _making("TrainingClassDraftInput", *_CLASS),
    "submitTrainingClass": _making("DecisionInput", *_CLASS),
    "withdrawTrainingClass": _making("DecisionInput", *_CLASS),
    "approveTrainingClass": _making("DecisionInput", *_CLASS),
    "addTrainee": _making("TraineeDraftInput", *_TRAINEE),
    "addTraineesFromRoster": Wanted(
        "ClassRosterChoiceInput", "trainees", "... on TraineesAddedPayload { trainees { id name } }"
    ),
    "requestScoreSheet": Wanted("ScoreSheetChoiceInput", "url", "... on ScoreSheetPayload { url }"),
    "importScores": Wanted(
        "ClassRosterChoiceInput",
        "trainees",
        "... on ScoresImportedPayload { trainees { id score } }",
    ),
    "scoreTrainee": _making("TraineeScoreInput", *_TRAINEE),
    "createTrainingClaim": _making("TrainingClaimDraftInput", *_CLAIM),
    "completeClass": _making("ClassCompletionInput", *_COMPLETION),
    "submitCompletion": _making("DecisionInput", *_COMPLETION),
    "approveCompletion": _making("DecisionInput", *_COMPLETION),
}

CLAIMABLE = """query($number: String) { claimableClasses(number: $number) { edges { node {
  count amount shortfalls { message } trainingClass { id number } } } } }"""

OWN_ACCOUNT = "{ viewer { unit { bankAccounts { id } } } }"

CLASS = """query($id: ID!) { node(id: $id) { ... on TrainingClass {
  number status completedOn courseClaimed course { name fee }
  trainees { totalCount edges { node { id version name place most score outcome } } }
  claims { edges { node { status amount } } }
  completions { status completed notCompleted } } } }"""
