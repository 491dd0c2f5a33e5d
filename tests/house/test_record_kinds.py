"""A record kind is declared once, and what every kind has follows from it (ADR 0049)."""

import subprocess
import sys
from textwrap import dedent

import pytest

from models import AttachedTo, Reviewed, WorkItem
from resolvers.kernel.workflow import find_hook, list_filing_mutations
from rules.kernel.action import Action
from rules.kernel.record_kind import Party, RecordKind, get_record_kind, list_record_kinds

TOY = dedent('''
    """A toy kind: its table, its declaration and its type are all that it takes."""
    import strawberry
    import models
    from models.kernel.attached_to import AttachedTo

    # The names that clients know are those of enums; a toy has none there.
    def name(enum, value):
        member = str.__new__(enum, value)
        member._name_ = member._value_ = value
        return member

    # 1. Its table.
    class Toy(models.Reviewed):
        __tablename__ = "toy"
        __table_args__ = models.kernel.base.build_unit_table_args()
        attached_to = name(AttachedTo, "TOY")
        label: models.kernel.base.Mapped[str]

    # 2. Its declaration, and what its transitions demand.
    from resolvers.kernel.transaction import Transaction
    from resolvers.kernel.workflow import declare_transitions
    from rules.kernel.action import Action
    from rules.kernel.function import Function
    from rules.kernel.record_kind import (
        Party, RecordKind, RecordKindDeclaration, declare_record_kind,
    )
    from rules.kernel.workflow import make_actions_rule

    KIND = name(RecordKind, "TOY")
    declare_record_kind(RecordKindDeclaration(
        kind=KIND, table=Toy, noun="toy", chinese="玩具", plural="toys",
        functions={Party.OWNER: Function.FILE_POSTS, Party.REVIEWER: Function.REVIEW_POSTS},
        transitions={
            Action.SUBMIT: "Submit a toy. 提交玩具", Action.APPROVE: "Approve a toy. 通过",
        },
    ))

    async def add_toy(tx: Transaction, input: str) -> Toy:
        """Add a toy. 新增玩具."""
        raise NotImplementedError

    async def on_submit(tx: Transaction, rows: object) -> None:
        """Demand nothing."""

    declare_transitions(KIND, {Action.SUBMIT: on_submit}, filing=(add_toy,))

    # 3. Its type.
    from schema.files.attachment import Attachment, attachments
    from schema.kernel.binding import column
    from schema.kernel.connection import Connection
    from schema.kernel.history import FieldChangeType, History, changes, history
    from schema.kernel.node import Node, record_type
    from schema.kernel.record_kind import present_record_kind

    @record_type("A toy. 玩具")
    class ToyType(Node):
        """A toy."""
        table = Toy
        label: str = column("What it is called. 名称")
        attachments: list[Attachment] = attachments(Toy)
        history: Connection[History] = history(Toy)
        changes: list[FieldChangeType] = changes(Toy)

    presented = present_record_kind(KIND, ToyType)
''')

EXPECTED = dedent("""
    from resolvers.kernel.workflow import find_hook
    from rules.files.attachment import find_host
    from rules.kernel.workflow import find_action_fault, list_actions

    definition = presented.mutations.__strawberry_definition__
    names = [field.python_name for field in definition.fields]
    assert names == ["add_toy", "submit_toy", "approve_toy", "review_toys"], names
    (answer,) = presented.payload.__strawberry_definition__.fields
    assert (answer.python_name, answer.type) == ("toy", ToyType)
    assert presented.result.__metadata__[0].graphql_name == "ToyTypeResult"
    assert find_hook(KIND, Action.SUBMIT) is on_submit
    assert models.WorkItem.relations()["TOY"].property.mapper.class_ is Toy
    assert models.History.relations()["Toy"].property.mapper.class_ is Toy
    assert models.Attachment.relation_to(Toy).property.mapper.class_ is Toy
    assert find_host(Toy).function is Function.FILE_POSTS
    indexes = {index.name for index in Toy.__table__.indexes}
    assert {"ix_toy_queue_by_age", "ix_toy_queue_by_region"} <= indexes
    owner = models_viewer(Function.FILE_POSTS)
    offered = list_actions(KIND, models.Status.DRAFT, None, owner)
    assert [a.action for a in offered if a.allowed] == ["CHANGE", "SUBMIT", "WITHDRAW"]
    assert find_action_fault(KIND, Action.REQUEST_CHANGE, models.Status.APPROVED, None, owner)
""")

VIEWER = dedent("""
    from uuid import UUID
    from models import Role
    from rules.kernel.viewer import Viewer

    def models_viewer(*functions):
        return Viewer(role=Role.UNIT_OPERATOR, account_id=UUID(int=1), granted=frozenset(functions))
""")


def run_python(*parts: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(parts)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_new_kind_is_a_table_a_declaration_and_a_type() -> None:
    """Mutations, payload, union, bulk review, queue, history and attachments follow."""
    run_python(TOY, VIEWER, EXPECTED)


@pytest.mark.slow
def test_x1_what_guards_a_transition_is_known_whichever_resolver_is_imported() -> None:
    run_python(
        "from resolvers.accounts import favourite",
        "from resolvers.kernel.workflow import find_hook",
        "from rules.kernel.action import Action",
        "from rules.kernel.record_kind import RecordKind",
        "assert find_hook(RecordKind.INTERN, Action.APPROVE) is not None",
    )


def test_every_kind_is_declared_and_waits_in_the_queue_under_its_own_name() -> None:
    assert {declared.kind for declared in list_record_kinds()} == set(RecordKind)
    assert {RecordKind(kind) for kind in WorkItem.relations()} == set(RecordKind)
    for declared in list_record_kinds():
        assert declared.table.__tablename__.upper() == declared.kind


def test_a_kind_that_somebody_files_can_be_made_submitted_and_decided_on() -> None:
    for declared in list_record_kinds():
        if declared.is_filed:
            assert issubclass(declared.table, Reviewed)
            assert {Action.SUBMIT, Action.WITHDRAW, Action.APPROVE} <= declared.transitions.keys()
            assert {Party.OWNER, Party.REVIEWER} <= declared.functions.keys()
            assert list_filing_mutations(declared.kind) or declared.kind is RecordKind.CLAIM


def test_a_hook_stands_only_at_a_transition_that_has_a_mutation() -> None:
    hooked = {
        (declared.kind, action)
        for declared in list_record_kinds()
        for action in Action
        if find_hook(declared.kind, action) is not None
    }
    assert {k for k, _ in hooked} >= {RecordKind.INTERN, RecordKind.CLAIM, RecordKind.REDUCTION}
    assert all(action in get_record_kind(kind).transitions for kind, action in hooked)


def test_every_kind_of_file_host_is_somebody_s() -> None:
    tables = [declared.table for declared in list_record_kinds() if declared.is_filed]
    hosts = {getattr(table, "attached_to", None) for table in tables}
    assert set(AttachedTo) - hosts == {AttachedTo.STAFF}
