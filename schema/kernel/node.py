"""How a GraphQL type stands on a table, and how any row is found by its global id."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeVar

import strawberry

from loaders.key import NODE_TYPES, NodeType, format_viewer_id, parse_global_id
from loaders.scope import is_within_scope
from models import Base
from resolvers.kernel.context import Info
from rules.kernel.function import Functions
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer
from schema.kernel.binding import MAX_PAGE_SIZE, identity
from schema.kernel.permission import READERS, build_may_directive

Record = TypeVar("Record", bound="Node")


_ID_ARGUMENT = strawberry.argument(description="Its global id. 全局标识")
_IDS_ARGUMENT = strawberry.argument(
    description=f"Global ids, at most {MAX_PAGE_SIZE}. 全局标识列表"
)


@strawberry.interface(description="An object with a global id. 具有全局标识的记录")
class Node:
    """A node read straight from a row of `table`."""

    table: ClassVar[type[Base]]
    kind: ClassVar[str | None] = None
    may: ClassVar[Functions] = READERS
    id: strawberry.ID = identity()

    @classmethod
    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the type among those that have global ids."""
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__ or ("table" in cls.__dict__ and not hasattr(cls.table, "kind")):
            NODE_TYPES[cls.__name__] = NodeType(cls.table, cls.kind)

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """Recognise the row, so that resolvers return it as it is."""
        known = NODE_TYPES.get(cls.__name__)
        return known is not None and known.is_type_of(value)

    @classmethod
    def resolve_type(cls, value: object, info: object, abstract: object) -> str:
        """Name the type of a row."""
        return _find_type_name(value)


def record_type(description: str) -> Callable[[type[Record]], type[Record]]:
    """Make a type of a table's rows; who may use it is printed in the schema."""

    def decorate(cls: type[Record]) -> type[Record]:
        options: dict[str, Any] = {"directives": [build_may_directive(cls.may)]}
        return strawberry.type(cls, description=description, **options)

    return decorate


def _find_type_name(row: object) -> str:
    if isinstance(row, Viewer):
        return Viewer.__name__
    return next(name for name, known in NODE_TYPES.items() if known.is_type_of(row))


async def node(info: Info, id: Annotated[RowId, _ID_ARGUMENT]) -> Any:
    """Find a record by its global id; null where there is none, or none to be seen. 按标识查询"""
    viewer = info.context.viewer
    if id == format_viewer_id(viewer=viewer):
        return viewer
    key = parse_global_id(id)
    known = NODE_TYPES.get(key.type_name) if key else None
    if key is None or known is None or len(key.parts) != len(known.table.__mapper__.primary_key):
        return None
    row = await info.context.loaders.get_row_batch(known.table).load(key.parts)
    return row if known.is_type_of(row) and is_within_scope(row, viewer) else None


async def nodes(info: Info, ids: Annotated[list[RowId], _IDS_ARGUMENT]) -> Any:
    """Find many records by their global ids, in the same order. 按标识批量查询"""
    if len(ids) > MAX_PAGE_SIZE:
        raise build_refusal(Reason.LIST_TOO_LONG, "ids", most=MAX_PAGE_SIZE)
    return await asyncio.gather(*(node(info, id) for id in ids))
