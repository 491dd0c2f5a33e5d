"""What outsiders read keeps to short lines and short sentences."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_LINE_LENGTH = 100
MAX_SENTENCE_WORDS = 30

WRITTEN_BY_TOOLS = {"docs/risk-controls.md", "docs/settings.md"}
"""Their lines are as long as what stands in the code; the sentences are read there."""
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in (
        *("*.md", "docs/*.md", "docs/architecture/*.md", "docs/compliance/*.md"),
        ".github/**/*.md",
    )
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"
)
DECISIONS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/decisions/*.md"))
"""Decisions keep the words in which they were taken: only their lines are held to the measure."""

FENCE_PATTERN = re.compile(r"^\s*```")
TABLE_PATTERN = re.compile(r"^\s*\|")
HEADING_PATTERN = re.compile(r"^#{1,6} ")
ITEM_PATTERN = re.compile(r"^\s*(?:[-*]|\d+\.) ")
INDENTED_PATTERN = re.compile(r"^ {4}\S")
LINK_PATTERN = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
CODE_PATTERN = re.compile(r"`[^`]*`")
SENTENCE_END_PATTERN = re.compile(r"(?<=[.!?])[)\"*]*\s+(?=[^a-z])")
WORD_PATTERN = re.compile(r"[A-Za-z0-9][\w'’.,/%×-]*")


def iterate_prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are prose, headings and lists; no code, no tables."""
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if FENCE_PATTERN.match(line):
            fenced = not fenced
        elif not fenced and not TABLE_PATTERN.match(line):
            yield number, line


def iterate_paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs and items of lists, each in one line."""
    paragraph: list[str] = []
    for _, line in iterate_prose_lines(text):
        indented = INDENTED_PATTERN.match(line) and not paragraph
        begins = ITEM_PATTERN.match(line) or HEADING_PATTERN.match(line)
        if (begins or not line.strip()) and paragraph:
            yield " ".join(paragraph)
            paragraph = []
        if line.strip() and not indented and not HEADING_PATTERN.match(line):
            paragraph.append(ITEM_PATTERN.sub("", line).strip())
    if paragraph:
        yield " ".join(paragraph)


def iterate_sentences(text: str) -> Iterator[str]:
    """Yield sentences; a piece of code counts as a word, and a link as the words one reads."""
    for paragraph in iterate_paragraphs(text):
        plain = LINK_PATTERN.sub(r"\1", CODE_PATTERN.sub("Code", paragraph))
        yield from SENTENCE_END_PATTERN.split(plain)


def count_words(sentence: str) -> int:
    return len(WORD_PATTERN.findall(sentence))


def read_page(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_no_line_of_prose_is_longer_than_a_hundred_characters() -> None:
    long = [
        (page, number, len(line))
        for page in (*PAGES, *DECISIONS)
        if page not in WRITTEN_BY_TOOLS
        for number, line in iterate_prose_lines(read_page(page))
        if len(line) > MAX_LINE_LENGTH
    ]
    assert not long


def test_no_sentence_has_more_than_thirty_words() -> None:
    long = [
        f"{page}: {count_words(sentence)} words: {sentence}"
        for page in PAGES
        for sentence in iterate_sentences(read_page(page))
        if count_words(sentence) > MAX_SENTENCE_WORDS
    ]
    assert not long


def test_pages_of_every_kind_are_read() -> None:
    assert {"README.md", "docs/clients.md", "docs/architecture/scope.md"} <= set(PAGES)
    assert {"docs/security.md", "docs/compliance/asvs.md"} <= set(PAGES)
    assert len(DECISIONS) > 40


def test_a_sentence_is_counted_over_its_lines_and_code_as_a_word() -> None:
    text = (
        "# Title\n\nOne `two three` [four five](six)\nseven. Eight 九.\n\n- nine\n- ten\n\n"
        "```\nx\n```\n| y |\n"
    )
    assert [count_words(each) for each in iterate_sentences(text)] == [5, 1, 1, 1]


def test_a_long_sentence_and_a_long_line_are_found() -> None:
    text = f"{'word ' * 31}end.\n"
    assert [count_words(each) for each in iterate_sentences(text)] == [32]
    assert [len(line) > MAX_LINE_LENGTH for _, line in iterate_prose_lines(text)] == [True]
