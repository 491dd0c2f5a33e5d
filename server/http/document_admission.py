"""Which documents get as far as execution; remembers by text those that did."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

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
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from server.http.limits import (
    MAX_ERRORS,
    Figures,
    LimitExceeded,
    Limits,
    check_figures,
    measure_document,
)

Rules = tuple[type[ASTValidationRule], ...]
LimitsChooser = Callable[[object], Limits]
"""Chooses the bounds by the context of a request."""
RefusalFinder = Callable[[object], GraphQLError | None]
"""Tells by the context of a request why it is refused before its document is looked at."""
FURTHER_RULES = (MaybeNullValidationRule, OneOfInputValidationRule)
"""What Strawberry checks besides the specification."""


class KnownDocument(NamedTuple):
    """A valid document, what it adds up to, its length, and what else is kept as long as it."""

    document: DocumentNode
    figures: Figures
    characters: int
    reads: dict[Hashable, Any]


class DocumentCache:
    """Keep valid documents by text, up to a number of entries and characters."""

    def __init__(self, max_entries: int = 1_000, max_characters: int = 400_000) -> None:
        self._max_entries, self._max_characters = max_entries, max_characters
        self._known: LRUCache[tuple[str, Rules], KnownDocument] = LRUCache(
            max_characters, lambda known: known.characters
        )

    def __len__(self) -> int:
        return len(self._known)

    def find_document(self, text: str, rules: Rules) -> KnownDocument | None:
        """Return a document that was valid by the rules."""
        return self._known.get((text, rules))

    def parse(self, text: str, limits: Limits) -> DocumentNode:
        """Parse a new document within the limits on characters and tokens.

        Raises LimitExceeded beyond them, and GraphQLSyntaxError for what is no document.
        """
        if len(text) > limits.characters:
            raise LimitExceeded("characters", limits.characters, len(text))
        try:
            return parse(text, max_tokens=limits.tokens)
        except GraphQLSyntaxError as error:
            if "more than" in error.description and "tokens" in error.description:
                raise LimitExceeded("tokens", limits.tokens, limits.tokens + 1) from None
            raise

    def store_document(
        self, text: str, document: DocumentNode, rules: Rules, figures: Figures
    ) -> None:
        """Remember a valid document and forget the ones unused for longest."""
        if len(text) > self._max_characters:
            return
        self._known[text, rules] = KnownDocument(document, figures, len(text), {})
        while len(self._known) > self._max_entries:
            self._known.popitem()


class DocumentAdmission(SchemaExtension):
    """Parse and validate within the limits, once per text; refuse what is ambiguous."""

    def __init__(
        self,
        documents: DocumentCache,
        choose_limits: LimitsChooser,
        find_refusal: RefusalFinder = lambda _: None,
        *,
        suggests: bool = False,
    ) -> None:
        self.suggests = suggests
        self.documents = documents
        self.choose_limits = choose_limits
        self.find_refusal = find_refusal
        self.refusal: GraphQLError | None = None
        self.known: KnownDocument | None = None

    @property
    def limits(self) -> Limits:
        """Return the bounds for who asks."""
        return self.choose_limits(self.execution_context.context)

    def on_parse(self) -> Iterator[None]:
        """Parse; a refusal waits for validation, since an error raised here ends a socket."""
        context = self.execution_context
        if context.query and context.graphql_document is None:
            try:
                self._refuse_unread()
                self.known = self.documents.find_document(context.query, context.validation_rules)
                if self.known is not None:
                    check_figures(self.known.figures, self.limits)
                    context.graphql_document = self.known.document
                else:
                    context.graphql_document = self.documents.parse(context.query, self.limits)
            except GraphQLError as error:
                self.refusal = error
                kinds = [OperationType(kind.value) for kind in context.allowed_operations]
                context.graphql_document = _build_stand_in(context.operation_name, kinds)
        yield

    def _refuse_unread(self) -> None:
        refusal = self.find_refusal(self.execution_context.context)
        if refusal is not None:
            raise refusal

    def on_validate(self) -> Iterator[None]:
        """Validate, unless this text passed the same rules before."""
        context = self.execution_context
        document = context.graphql_document
        if self.refusal is None and document is not None:
            self.refusal = _find_ambiguity(document, context._provided_operation_name)
        if self.refusal is not None:
            context.pre_execution_errors = [self.refusal]
        elif self.known is not None:
            context.pre_execution_errors = []
        elif document is not None and context.query:
            context.pre_execution_errors = self._validate(context.query, document)
        yield

    def _validate(self, text: str, document: DocumentNode) -> list[GraphQLError]:
        """Measure a document, and only then look whether it is valid."""
        context = self.execution_context
        schema, rules = context.schema._schema, context.validation_rules
        try:
            figures = measure_document(schema, document, self.limits)
        except LimitExceeded as error:
            return [error]
        errors = validate(
            schema,
            document,
            (*rules, *FURTHER_RULES),
            MAX_ERRORS,
            hide_suggestions=not self.suggests,
        )
        if not errors:
            figures = {
                **figures,
                "characters": len(text),
                "tokens": document.token_count,
            }
            self.documents.store_document(text, document, rules, figures)
        return errors


def make_admission(
    limits: Limits,
    choose_limits: LimitsChooser | None = None,
    find_refusal: RefusalFinder = lambda _: None,
    *,
    suggests: bool = False,
    documents: DocumentCache | None = None,
) -> Callable[[], DocumentAdmission]:
    """Make the factory for `Schema(extensions=...)`; the cache is shared by all requests.

    With `suggests` a faulty document's errors say what might have been meant, which takes time.
    """
    cache = DocumentCache() if documents is None else documents
    choose = choose_limits or (lambda _: limits)
    return lambda: DocumentAdmission(cache, choose, find_refusal, suggests=suggests)


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
        "The document holds several operations: name one in `operationName`. "
        "文档含有多个操作，请在`operationName`中指明。",
        extensions={"code": "OPERATION_NAME_REQUIRED"},
    )
