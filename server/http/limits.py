"""Bounds on what one request may ask for: all of them stand here, and are checked before its cost.

A document is measured after parsing, which its tokens bound, and before anything validates it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.validation.validate import ValidationAbortedError

from server.http.cost_meter import CostMeter
from server.http.document_cost import AssumedSizes, Cost
from server.http.merge_meter import MergeMeter


@dataclass(frozen=True, kw_only=True)
class Limits:
    """State every bound once; a figure equal to its bound is still accepted."""

    body_bytes: int = 2 * 1024 * 1024
    frame_bytes: int = 128 * 1024
    json_values: int = 40_000
    json_depth: int = 64
    characters: int = 64 * 1024
    tokens: int = 4_000
    operations: int = 10
    fragments: int = 50
    variables: int = 50
    depth: int = 15
    levels: int = 60
    root_fields: int = 20
    fields: int = 2_000
    aliases: int = 60
    arguments: int = 20
    directives: int = 50
    inline_fragments: int = 200
    spreads: int = 200
    list_length: int = 2_000
    excess_keys: int = 0
    literal_depth: int = 20
    number_length: int = 100
    repeats: int = 20
    pairs: int = 5_000
    nodes: int = 500_000
    page: AssumedSizes = field(default_factory=AssumedSizes)


SIGNED_IN = Limits()
STRANGERS = Limits(
    body_bytes=32 * 1024,
    json_values=2_000,
    json_depth=16,
    characters=24 * 1024,
    tokens=1_000,
    operations=5,
    fragments=20,
    variables=20,
    fields=500,
    aliases=30,
    directives=20,
    inline_fragments=50,
    spreads=50,
    list_length=100,
    repeats=10,
    pairs=1_000,
    nodes=50_000,
)
"""Nobody needs more to register, to sign in, or to read what is public."""

RETRY_AFTER_SECONDS = 2
"""When to come again where the database is away."""

MAX_ERRORS = 3
"""So many errors of a document, or of its variables, are told: each may cost a print of it."""

NAMES: Mapping[str, tuple[str, str]] = {
    "body_bytes": ("bytes in the body", "请求体字节数"),
    "frame_bytes": ("bytes in a frame", "帧字节数"),
    "json_values": ("values in the JSON", "JSON中的值"),
    "json_depth": ("levels of JSON", "JSON嵌套层数"),
    "characters": ("characters", "字符数"),
    "tokens": ("tokens", "词法单元数"),
    "operations": ("operations", "操作数"),
    "fragments": ("fragment definitions", "片段定义数"),
    "variables": ("variables", "变量数"),
    "depth": ("levels of depth", "嵌套层数"),
    "levels": ("levels of depth", "嵌套层数"),
    "root_fields": ("root fields", "根字段数"),
    "fields": ("selected fields", "所选字段数"),
    "aliases": ("aliases", "别名数"),
    "arguments": ("arguments of one field", "单个字段的参数数"),
    "directives": ("directives", "指令数"),
    "inline_fragments": ("inline fragments", "内联片段数"),
    "spreads": ("fragment spreads", "片段引用数"),
    "list_length": ("list items", "列表项数"),
    "excess_keys": ("keys beyond those of the input type", "超出输入类型的键"),
    "literal_depth": ("levels of a literal", "字面量嵌套层数"),
    "number_length": ("digits in a number", "数字位数"),
    "repeats": ("repeats of one field in one place", "同一位置的重复字段数"),
    "pairs": ("pairs of fields with one name", "同名字段比较次数"),
    "nodes": ("nodes", "节点数"),
}
"""What each bound is called, in English, which `extensions.limit` repeats, and in Chinese."""

Figures = Mapping[str, int]
"""What a document adds up to, by the names of the bounds."""


def describe_excess(name: str, bound: int, given: int) -> tuple[str, dict[str, object]]:
    """Say in both languages which bound was exceeded, by how much, and for programs too."""
    english, chinese = NAMES[name]
    told: object = given if given < 10**15 else "over 10^15"
    message = (
        f"The request exceeds the limit of {bound} {english}: it has {told}. "
        f"请求超出限制：{chinese}最多{bound}，本次为{told}。"
    )
    return message, {"code": "LIMIT_EXCEEDED", "limit": english, "bound": bound, "given": told}


class LimitExceeded(ValidationAbortedError):
    """Refuse a document that exceeds a limit, before other rules look at it."""

    def __init__(self, name: str, bound: int, given: int) -> None:
        message, extensions = describe_excess(name, bound, given)
        super().__init__(message, extensions=extensions)


def check_figures(figures: Figures, limits: Limits) -> None:
    """Raise LimitExceeded for the first limit that a document's figures are beyond."""
    for name, given in figures.items():
        bound: int = getattr(limits, name)
        if given > bound:
            raise LimitExceeded(name, bound, given)


def measure_document(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> Figures:
    """Measure a document, as far as the limits allow.

    Raises LimitExceeded for the first limit that it is beyond.
    """
    definitions = document.definitions
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
    variables = max((len(o.variable_definitions or ()) for o in operations), default=0)
    figures = {
        "operations": len(operations),
        "fragments": len(definitions) - len(operations),
        "variables": variables,
    }
    check_figures(figures, limits)

    def too_deep(levels: int) -> NoReturn:
        raise LimitExceeded("levels", limits.levels, levels)

    meter = CostMeter(schema, fragments, limits.page, limits.levels, too_deep)
    for operation in operations:
        _take_in(figures, meter.measure_operation(operation), limits, is_root=True)
    for name in fragments:
        cost = meter.measure_fragment(name, paged=False, level=0)
        _take_in(figures, cost, limits, is_root=False)
    figures["pairs"] = MergeMeter(fragments, limits.pairs).count_document(document)
    check_figures({"pairs": figures["pairs"]}, limits)
    return figures


def _take_in(figures: dict[str, int], cost: Cost, limits: Limits, *, is_root: bool) -> None:
    """Check what an operation or a fragment adds up to, and keep the greatest."""
    found = {
        "depth": cost.depth,
        "levels": cost.levels,
        "root_fields": cost.top if is_root else 0,
        "aliases": cost.aliases,
        "arguments": cost.arguments,
        "directives": cost.directives,
        "inline_fragments": cost.inline_fragments,
        "spreads": cost.spreads,
        "fields": cost.fields,
        "nodes": cost.nodes,
        "list_length": cost.list_length,
        "excess_keys": cost.excess_keys,
        "literal_depth": cost.literal_depth,
        "repeats": cost.repeats,
        "number_length": cost.number_length,
    }
    check_figures(found, limits)
    for name, given in found.items():
        figures[name] = max(figures.get(name, 0), given)
