"""X4: each action that a record offers names the mutation that does it."""

from models import ClaimKind
from rules.kernel.action import Action
from rules.kernel.action_mutation import NAMES_BY_RECORD, get_mutation_name
from rules.kernel.record_kind import Party, RecordKind, list_record_kinds
from rules.kernel.workflow import TRANSITIONS
from tests.factories.failures import AllFailures
from tests.schema.shape import MUTATIONS, SCHEMA


def test_every_transition_that_somebody_takes_has_a_mutation_of_the_schema() -> None:
    with AllFailures() as failures:
        for declared in list_record_kinds():
            ways = [t for t in TRANSITIONS if t.concerns(declared.kind)]
            for action in {t.action for t in ways if t.party is not Party.NOBODY}:
                by_kind = declared.kind is RecordKind.CLAIM and action is Action.CHANGE
                for record in ClaimKind if by_kind else (declared.kind,):
                    with failures.at(f"{record} {action}"):
                        assert get_mutation_name(record, action) in MUTATIONS


def test_every_record_without_a_kind_has_mutations_of_the_schema() -> None:
    with AllFailures() as failures:
        for record, names in NAMES_BY_RECORD.items():
            with failures.at(record):
                assert record in SCHEMA.type_map
                for action in names:
                    assert get_mutation_name(record, action) in MUTATIONS


def test_a_claim_is_changed_by_the_mutation_of_its_kind() -> None:
    change = Action.CHANGE
    assert get_mutation_name(ClaimKind.HIRING, change) == "changeHiringClaim"
    assert get_mutation_name(ClaimKind.MENTORING, change) == "changeMentoringClaim"
    assert get_mutation_name(ClaimKind.HIRING, Action.SUBMIT) == "submitClaim"
    assert get_mutation_name(RecordKind.CLAWBACK, Action.APPROVE) == "confirmClawback"
