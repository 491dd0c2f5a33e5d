"""What a changed value is called: history keeps codes, and people read words (X9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Enum

import models
from loaders.key import parse_global_id
from models import Base
from rules.desk.unmasking import PersonalField
from rules.kernel.finding import Outcome
from rules.kernel.function import Function
from rules.kernel.history import COUNTER_FIELD, FieldChange, list_changes
from rules.kernel.region import REGIONS, get_region_name
from rules.kernel.term import CODE_PATTERN, to_chinese_list
from rules.kernel.viewer import Language, Viewer
from schema.kernel.enum_words import describe_value

_ENUMS_OF_STEPS: Mapping[str, type[StrEnum]] = {
    "functions": Function,
    "unmasked": PersonalField,
    "findings": Outcome,
}
"""What steps tell that is no column: codes, listed or counted."""
_FLAG_NAMES: Mapping[str, tuple[str, str]] = {"True": ("是", "Yes"), "False": ("否", "No")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueKinds:
    """Which fields of a table hold codes of which enum, which hold regions, and which flags."""

    enums: Mapping[str, type[StrEnum]]
    regions: frozenset[str]
    flags: frozenset[str]


@cache
def find_value_kinds(table: type[Base] | None) -> ValueKinds:
    """Find what the values of a table's fields are; of no table, those that every step may tell."""
    columns = [] if table is None else list(table.__table__.columns)
    enums = {each.key: kind for each in columns if (kind := _get_enum(each)) is not None}
    places = {each.key for each in columns if _is_region(each)}
    return ValueKinds(
        enums={**_ENUMS_OF_STEPS, **enums},
        regions=frozenset({*places, COUNTER_FIELD}),
        flags=frozenset(each.key for each in columns if isinstance(each.type, Boolean)),
    )


def _get_enum(column: ColumnElement[Any]) -> type[StrEnum] | None:
    found = column.type.enum_class if isinstance(column.type, Enum) else None
    return found if isinstance(found, type) and issubclass(found, StrEnum) else None


def _is_region(column: ColumnElement[Any]) -> bool:
    regions = models.Region.__table__
    return any(key.column.table is regions for key in column.foreign_keys)


def label_value(
    table: type[Base] | None, field: str, value: str | None, language: Language
) -> str | None:
    """Say in the viewer's language what a value is; none where it is empty, sealed or an id.

    What is no code, such as a day, an amount or a text, is called what it is.
    """
    if value is None or value == "" or parse_global_id(value) is not None:
        return None
    kinds, chinese = find_value_kinds(table), language is Language.ZH
    if field in kinds.regions:
        return get_region_name(value) if value in REGIONS else value
    if field in kinds.flags:
        zh, en = _FLAG_NAMES.get(value, (value, value))
        return zh if chinese else en
    if field in kinds.enums:
        name = partial(_name_code, kinds.enums[field], chinese=chinese)
        named = CODE_PATTERN.sub(lambda code: name(code[0]), value)
        return to_chinese_list(named) if chinese else named
    return value


def _name_code(enum: type[StrEnum], code: str, *, chinese: bool) -> str:
    if code not in enum.__members__:
        return code
    words = describe_value(enum.__name__, code)
    return words.zh if chinese else words.en


def label_changes(
    found: Sequence[FieldChange], table: type[Base] | None, viewer: Viewer
) -> Sequence[FieldChange]:
    """Add to changes of a table's row what their values are called."""
    return [
        replace(
            each,
            before_label=label_value(table, each.field, each.before, viewer.language),
            after_label=label_value(table, each.field, each.after, viewer.language),
        )
        for each in found
    ]


def list_changes_of_step(
    changes: Mapping[str, str | Sequence[str]], record: str, *, viewer: Viewer
) -> Sequence[FieldChange]:
    """List what a step changed of a record, field by field (X9)."""
    return label_changes(list_changes(changes, viewer=viewer), getattr(models, record), viewer)
