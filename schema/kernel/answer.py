"""What a mutation answers: its record as it is now, or one of the ways to say no."""

from types import GenericAlias
from typing import Any, NamedTuple

import strawberry

from schema.kernel.binding import column
from schema.kernel.mutation import REMOVED_ID, build_result_union


class Answer(NamedTuple):
    """The payload of a mutation, and the union of it and of all refusals."""

    payload: Any
    result: Any


def build_answer(
    name: str,
    field: str,
    field_type: Any,
    description: str,
    field_description: str,
    removed: str | None = None,
) -> Answer:
    """Make the payload `<name>Payload` of one field, and its union `<name>Result`.

    `removed` describes what some mutations of it remove, whose id it tells then.
    """
    annotations: dict[str, Any] = {field: field_type}
    namespace: dict[str, Any] = {"__doc__": description, field: column(field_description)}
    if removed is not None:
        annotations[REMOVED_ID] = strawberry.ID | None
        namespace[REMOVED_ID] = strawberry.field(default=None, description=removed)
    namespace["__annotations__"] = annotations
    payload = strawberry.type(type(f"{name}Payload", (), namespace), description=description)
    return Answer(payload, build_result_union(payload, f"{name}Result"))


def answer_record(
    record: type, noun: str, chinese: str, field: str, removed: str | None = None
) -> Answer:
    """Make the answer that is one record as it is now."""
    return build_answer(
        record.__name__,
        field,
        record,
        f"The {noun} as it is now. {chinese}",
        f"The {noun}. {chinese}",
        removed,
    )


def answer_records(record: type, noun: str, chinese: str, field: str) -> Answer:
    """Make the answer that is many records as they are now, in the order of the input."""
    return build_answer(
        f"{record.__name__}s",
        field,
        GenericAlias(list, (record,)),
        f"The {noun} as they are now, in the order of the input. {chinese}",
        f"The {noun}. {chinese}",
    )
