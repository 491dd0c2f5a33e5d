"""Which documents get as far as execution; remembers by text those that did."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cachetools import LRUCache
from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from server.http.limits import LimitExceeded, Limits, limits_rule

Rules = tuple[type[ASTValidationRule], ...]


class ValidDocument(NamedTuple):
    """A document, the rules that found it valid, and how much text it was made of."""

    document: DocumentNode
    rules: Rules
    characters: int


class DocumentCache:
    """Keep valid documents by text, up to a number of entries and characters."""

    def __init__(
        self, limits: Limits, max_entries: int = 1_000, max_characters: int = 400_000
    ) -> None:
        self.limits = limits
        self._max_entries, self._max_characters = max_entries, max_characters
        self._known: LRUCache[str, ValidDocument] = LRUCache(
            max_characters, lambda known: known.characters
        )

    def __len__(self) -> int:
        return len(self._known)

    def find_document(self, text: str) -> ValidDocument | None:
        """Return a document that was valid, with the rules that found it so."""
        return self._known.get(text)

    def parse(self, text: str) -> DocumentNode:
        """Parse a new document within the limits on characters and tokens.

        Raises LimitExceeded beyond them, and GraphQLSyntaxError for what is no document.
        """
        if len(text) > self.limits.characters:
            raise LimitExceeded("characters", self.limits.characters, len(text))
        try:
            return parse(text, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as error:
            if "more than" in error.description and "tokens" in error.description:
                bound = self.limits.tokens
                raise LimitExceeded("tokens", bound, f"more than {bound}") from None
            raise

    def store_document(self, text: str, document: DocumentNode, rules: Rules) -> None:
        """Remember a valid document and forget the ones unused for longest."""
        if len(text) > self._max_characters:
            return
        self._known[text] = ValidDocument(document, rules, len(text))
        while len(self._known) > self._max_entries:
            self._known.popitem()


class DocumentAdmission(SchemaExtension):
    """Parse and validate with limits, once per text; refuse what is ambiguous."""

    def __init__(self, documents: DocumentCache, rule: type[ASTValidationRule]) -> None:
        self.documents = documents
        self.rule = rule
        self.refusal: GraphQLError | None = None
        self.valid_by: Rules | None = None

    def on_operation(self) -> Iterator[None]:
        """Add the limits in front of the other rules."""
        context = self.execution_context
        context.validation_rules = (self.rule, *context.validation_rules)
        yield

    def on_parse(self) -> Iterator[None]:
        """Parse; a refusal waits for validation, since an error raised here ends a socket."""
        context = self.execution_context
        if context.query and context.graphql_document is None:
            known = self.documents.find_document(context.query)
            if known is not None:
                context.graphql_document, self.valid_by = known.document, known.rules
            else:
                self._parse_or_stand_in(context.query)
        yield

    def _parse_or_stand_in(self, text: str) -> None:
        context = self.execution_context
        try:
            context.graphql_document = self.documents.parse(text)
        except GraphQLError as error:
            self.refusal = error
            kinds = [OperationType(kind.value) for kind in context.allowed_operations]
            context.graphql_document = _build_stand_in(context.operation_name, kinds)

    def on_validate(self) -> Iterator[None]:
        """Validate, unless this text passed the same rules before."""
        context = self.execution_context
        document = context.graphql_document
        if self.refusal is None and document is not None:
            self.refusal = _find_ambiguity(document, context._provided_operation_name)
        if self.refusal is not None:
            context.pre_execution_errors = [self.refusal]
        elif self.valid_by == context.validation_rules:
            context.pre_execution_errors = []
        elif document is not None and context.query:
            rules = context.validation_rules
            errors = validate_document(context.schema._schema, document, rules)
            context.pre_execution_errors = errors
            if not errors:
                self.documents.store_document(context.query, document, rules)
        yield


def make_admission(limits: Limits) -> Callable[[], DocumentAdmission]:
    """Make the factory for `Schema(extensions=...)`; rule and cache are shared by all requests."""
    documents, rule = DocumentCache(limits), limits_rule(limits)
    return lambda: DocumentAdmission(documents, rule)


def _build_stand_in(name: str | None, kinds: Sequence[OperationType]) -> DocumentNode:
    """Make a harmless document, of the name asked for, in place of an unreadable one.

    Its kind is one that may be sent this way: over a socket, a subscription.
    """
    selections = SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))
    operation = OperationDefinitionNode(
        operation=OperationType.QUERY if OperationType.QUERY in kinds else kinds[0],
        name=NameNode(value=name) if name else None,
        selection_set=selections,
    )
    return DocumentNode(definitions=(operation,))


def _find_ambiguity(document: DocumentNode, name: str | None) -> GraphQLError | None:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None or len(operations) < 2:
        return None
    return GraphQLError(
        "The document holds several operations: name one in `operationName`.",
        extensions={"code": "OPERATION_NAME_REQUIRED"},
    )
