"""A kind of record, declared once in its area: whose functions move it, where it may go (X1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from models import Base, Reviewed, UnitOwned
from rules.kernel.action import Action
from rules.kernel.function import Function


class RecordKind(StrEnum):
    """What kind of record moves."""

    DECLARATION = "DECLARATION"
    POST = "POST"
    INTERN = "INTERN"
    MONTHLY_REPORT = "MONTHLY_REPORT"
    CLAIM = "CLAIM"
    REDUCTION = "REDUCTION"
    CLAWBACK = "CLAWBACK"
    CHANGE_REQUEST = "CHANGE_REQUEST"
    QUALIFICATION = "QUALIFICATION"
    TRAINING_CLASS = "TRAINING_CLASS"
    COMPLETION = "COMPLETION"
    OBJECTION = "OBJECTION"


class Party(StrEnum):
    """Who acts."""

    OWNER = "OWNER"
    REVIEWER = "REVIEWER"
    PUBLICITY_OFFICER = "PUBLICITY_OFFICER"
    FINANCE = "FINANCE"
    NOBODY = "NOBODY"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPart:
    """Rows of a table of their own that are part of a record, and have files like it (J8)."""

    table: type[UnitOwned]
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKindDeclaration:
    """All that tells one kind of record from another; what every kind has follows from it.

    `noun` and `chinese` are what clients read of it, `functions` those that each party needs.
    `transitions` describes the mutations that move it, `names` those that are not called after
    their action. `plural` is what officers decide on in bulk, at most `reviewed_at_once`; a kind
    without it is decided on otherwise. `moved_together`: each mutation takes many of it.
    """

    kind: RecordKind
    table: type[Base]
    noun: str
    chinese: str
    functions: Mapping[Party, Function]
    transitions: Mapping[Action, str] = field(default_factory=dict)
    names: Mapping[Action, str] = field(default_factory=dict)
    plural: str | None = None
    reviewed_at_once: int = 100
    moved_together: bool = False
    is_filed: bool = True
    is_refusable: bool = True
    is_revocable: bool = True
    is_changed_by_request: bool = False
    parts: tuple[RecordPart, ...] = ()

    def get_mutation_name(self, action: Action) -> str:
        """Name the mutation that takes records along a transition."""
        plural = "s" if self.moved_together else ""
        return self.names.get(action, f"{action}_{self.kind}{plural}".lower())

    @property
    def record_table(self) -> type[Reviewed]:
        """Return the table, of a kind whose records somebody submits and somebody decides on."""
        if not issubclass(self.table, Reviewed):
            raise TypeError(f"{self.kind} is not reviewed")
        return self.table


_DECLARATIONS: dict[RecordKind, RecordKindDeclaration] = {}


def declare_record_kind(declaration: RecordKindDeclaration) -> RecordKindDeclaration:
    """Enter a kind of record; its area does so."""
    _DECLARATIONS[declaration.kind] = declaration
    return declaration


def get_record_kind(kind: RecordKind) -> RecordKindDeclaration:
    """Return what is declared of a kind."""
    return _DECLARATIONS[kind]


def list_record_kinds() -> tuple[RecordKindDeclaration, ...]:
    """Return all kinds that areas have declared."""
    return tuple(_DECLARATIONS.values())


@dataclass(frozen=True, slots=True)
class KindsThat:
    """All kinds that are declared so."""

    trait: str

    def __contains__(self, kind: object) -> bool:
        """Whether a kind is one of them."""
        return isinstance(kind, RecordKind) and bool(getattr(_DECLARATIONS[kind], self.trait))
