from server.http.document_uses import CHARACTERS_PER_USE, MAX_ADMITTED, DocumentUses

SHORT = "{ viewer { name } }"


def test_a_short_document_is_read_here_from_its_second_use() -> None:
    uses = DocumentUses()
    assert not uses.is_admitted(SHORT)
    uses.count_use(SHORT)
    assert uses.is_admitted(SHORT)


def test_a_document_pays_by_as_many_uses_as_it_is_long() -> None:
    uses, long = DocumentUses(), "{ viewer { name } } #" + "x" * CHARACTERS_PER_USE * 10
    for _ in range(10):
        uses.count_use(long)
        assert not uses.is_admitted(long)
    uses.count_use(long)
    assert uses.is_admitted(long)


def test_documents_that_are_never_sent_twice_are_never_read_here() -> None:
    uses = DocumentUses()
    asked = [f"{{ viewer {{ name }} }} #{n} {'x' * CHARACTERS_PER_USE}" for n in range(100)]
    for text in asked:
        uses.count_use(text)
    assert not any(map(uses.is_admitted, asked))


def test_introspection_is_never_read_here_however_often_it_comes() -> None:
    uses = DocumentUses()
    for text in ("{ __schema { types { name } } }", '{ a: __type(name: "Query") { name } }'):
        for _ in range(10):
            uses.count_use(text)
        assert not uses.is_admitted(text)
    uses.count_use("{ __typename }")
    assert uses.is_admitted("{ __typename }")


def test_a_document_with_many_conditions_is_never_read_here() -> None:
    few = "{ viewer { name @skip(if: $a) name @include(if: $a) role @include( if: $b) } }"
    many = "{ viewer { " + " ".join(f"name @skip(if: $v{n})" for n in range(4)) + " } }"
    uses = DocumentUses()
    for text in (few, many):
        for _ in range(10):
            uses.count_use(text)
    assert uses.is_admitted(few)
    assert not uses.is_admitted(many)


def test_only_so_many_documents_are_read_here_and_the_one_unused_for_longest_goes() -> None:
    uses, texts = DocumentUses(), [f"{{ a{n} }}" for n in range(MAX_ADMITTED + 1)]
    uses.count_use(texts[0])
    uses.count_use(texts[1])
    assert uses.is_admitted(texts[0])
    for text in texts[2:]:
        uses.count_use(text)
    assert [text for text in texts if not uses.is_admitted(text)] == [texts[1]]
