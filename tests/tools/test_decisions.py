"""The index of decisions is what the pages say, and no page leads nowhere."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(DECISIONS.glob("[0-9]*.md"))
ROW_PATTERN = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", re.MULTILINE)
LINK_PATTERN = re.compile(r"\]\(([^)#:]+?)(?:#[^)]*)?\)")
HEADING_LINK_PATTERN = re.compile(r"\]\(([^)#:]*)#([^)]+)\)")
HEADING_PATTERN = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
REFERENCE_PATTERN = re.compile(r"\bADR (\d{4})\b")


def test_the_index_lists_every_page_once_with_its_title() -> None:
    listed = ROW_PATTERN.findall((DECISIONS / "README.md").read_text(encoding="utf-8"))
    titles = {page.name: page.read_text(encoding="utf-8").splitlines()[0] for page in PAGES}
    assert [name for _, name, _ in listed] == [page.name for page in PAGES]
    for number, name, title in listed:
        assert titles[name] == f"# {number} {title}"
        assert name.startswith(f"{number}-")


def test_a_number_is_given_once() -> None:
    numbers = [page.name[:4] for page in PAGES]
    assert len(numbers) == len(set(numbers))


def list_pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*.md")]


def list_anchors(text: str) -> set[str]:
    """List the names by which the headings of a page are linked to."""
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING_PATTERN.findall(text)]
    return {each.strip().replace(" ", "-") for each in plain}


def test_links_between_pages_lead_to_files() -> None:
    pages = list_pages()
    broken = [
        (str(page.relative_to(ROOT)), target)
        for page in pages
        for target in LINK_PATTERN.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_links_into_a_page_lead_to_one_of_its_headings() -> None:
    texts = {page.resolve(): page.read_text(encoding="utf-8") for page in list_pages()}
    named = [
        (page, (page.parent / target).resolve() if target else page, anchor)
        for page, text in texts.items()
        for target, anchor in HEADING_LINK_PATTERN.findall(text)
    ]
    broken = [
        (page.name, target.name, anchor)
        for page, target, anchor in named
        if target in texts and anchor not in list_anchors(texts[target])
    ]
    assert len(named) > 20
    assert not broken
    assert list_anchors("## Keys 密钥\n### What it talks to\n") == {"keys-密钥", "what-it-talks-to"}


def test_code_names_only_decisions_that_there_are() -> None:
    numbers = {page.name[:4] for page in PAGES}
    rooms = ("models", "rules", "loaders", "gateways", "resolvers", "schema", "executor", "server")
    named = {
        number
        for room in rooms
        for module in (ROOT / room).rglob("*.py")
        for number in REFERENCE_PATTERN.findall(module.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= numbers
