"""How many pairs of fields of one answer name validation would compare, counted up to a bound.

The rule compares every pair, and every pair below it again: a few hundred tokens make millions.
"""

from collections.abc import Iterable, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

FieldsByName = dict[str, list[FieldNode]]


class MergeMeter:
    """Count pairs in one document, and stop once there are more than the bound."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], bound: int) -> None:
        self._fragments, self._bound = fragments, bound
        self._flat: dict[int, FieldsByName] = {}
        self.pairs = 0

    def count_document(self, document: DocumentNode) -> int:
        """Return the pairs of all selection sets; one more than the bound stands for any more."""
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
                self._count_below(definition.selection_set)
        return min(self.pairs, self._bound + 1)

    def _count_below(self, top: SelectionSetNode) -> None:
        rest = [top]
        while rest and self.pairs <= self._bound:
            selections = rest.pop()
            for fields in self._flatten(selections).values():
                if len(fields) > 1:
                    self._count_pairs(fields)
            for selection in selections.selections:
                below = getattr(selection, "selection_set", None)
                if below is not None:
                    rest.append(below)

    def _count_pairs(self, fields: list[FieldNode]) -> None:
        """Count the pairs of a name, and those that each of them has below."""
        for number, one in enumerate(fields):
            for other in fields[:number]:
                self.pairs += 1
                if self.pairs > self._bound:
                    return
                if one.selection_set is not None and other.selection_set is not None:
                    self._count_between(one.selection_set, other.selection_set)

    def _count_between(self, one: SelectionSetNode, other: SelectionSetNode) -> None:
        first, second = self._flatten(one), self._flatten(other)
        self.pairs += 1 + len(first)
        for name, fields in first.items():
            for field in fields:
                for twin in second.get(name, ()):
                    self.pairs += 1
                    if self.pairs > self._bound:
                        return
                    if field.selection_set is not None and twin.selection_set is not None:
                        self._count_between(field.selection_set, twin.selection_set)

    def _flatten(self, selections: SelectionSetNode) -> FieldsByName:
        """Return the fields of a selection set by answer name, those of fragments among them."""
        known = self._flat.get(id(selections))
        if known is None:
            known = self._flat[id(selections)] = {}
            for field in self._walk_fields(selections):
                known.setdefault((field.alias or field.name).value, []).append(field)
        return known

    def _walk_fields(self, selections: SelectionSetNode) -> Iterable[FieldNode]:
        rest, seen = [selections], set[str]()
        while rest:
            for selection in rest.pop().selections:
                if isinstance(selection, FieldNode):
                    yield selection
                elif isinstance(selection, InlineFragmentNode):
                    rest.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode):
                    name = selection.name.value
                    if name in self._fragments and name not in seen:
                        seen.add(name)
                        rest.append(self._fragments[name].selection_set)
