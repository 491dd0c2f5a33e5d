"""The glossary has every domain word of the schema, and names nothing that there is not."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "glossary.md"
CODE_ROOMS = (
    "models",
    "rules",
    "loaders",
    "gateways",
    "resolvers",
    "schema",
    "executor",
    "server",
)

TECHNICAL_TYPES = {"Query", "Mutation", "Subscription", "PageInfo"}
TECHNICAL_SUFFIXES = ("Connection", "Edge", "Payload")
"""Types that every list or mutation has; they are about what their name begins with."""

ACTS = (
    *("Draft", "Change", "Choice", "Removal", "Registration", "LookUp", "Amendment", "End"),
    *("Ending", "Refresh", "Approval", "Upload", "Row"),
)
"""What an input does to its subject: its name ends so, and the subject is what needs an entry."""

_GRAMMAR = """after base because before below current due first from is last most next
note now out own previous present since their until where"""
_ACTS_OF_ANY_RECORD = """add allowed amend application applied asks attempted attempts cancel
changed confirm create created decided enter entered explain expires
fail failed found has held info known left loaded made passed received recover
recovered reject remove removed restore retry run save seen send set settle
settled shown started stored submitted succeeded takes updated"""
_SHAPES_OF_DATA = """256 active address agent birth chinese column columns connection cursor date
default description edges effect english exact heading key length media page
path sha text title token total url user"""
ORDINARY_WORDS = frozenset(f"{_GRAMMAR} {_ACTS_OF_ANY_RECORD} {_SHAPES_OF_DATA}".split())
"""Ordinary English and technical words in names of fields; what is left is the domain's."""

NAME_PATTERN = re.compile(r"`([^`]+)`")
WORD_PATTERN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


class Entry(NamedTuple):
    """A line of the glossary."""

    chinese: str
    english: str
    names: tuple[str, ...]
    meaning: str


@cache
def load_entries() -> tuple[Entry, ...]:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| 中文")
    ]
    return tuple(
        Entry(chinese, english, tuple(NAME_PATTERN.findall(names)), meaning)
        for chinese, english, names, meaning in rows
    )


@cache
def load_schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


def split_words(name: str) -> set[str]:
    return {word.lower() for word in WORD_PATTERN.findall(name)}


def to_singular(word: str) -> str:
    for ending, instead in (
        ("ies", "y"),
        ("sses", "ss"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("s", ""),
    ):
        if word.endswith(ending) and not word.endswith("ss"):
            return word.removesuffix(ending) + instead
    return word


def list_subjects() -> Iterator[str]:
    """Yield each name that needs an entry: types, interfaces, enums, and inputs by their stem."""
    for name, kind in load_schema().type_map.items():
        if name.startswith("__") or name in TECHNICAL_TYPES or name.endswith(TECHNICAL_SUFFIXES):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLEnumType):
            yield name
        elif isinstance(kind, GraphQLInputObjectType):
            stem = name.removesuffix("Input")
            act = next((act for act in ACTS if stem.endswith(act) and stem != act), "")
            yield stem.removesuffix(act)


def list_field_words() -> Iterator[tuple[str, str]]:
    """Yield each word in the name of a field, and where it stands."""
    for name, kind in load_schema().type_map.items():
        if name.startswith("__"):
            continue
        for field in getattr(kind, "fields", {}):
            for word in split_words(field):
                yield word, f"{name}.{field}"


def list_named() -> set[str]:
    return {name for entry in load_entries() for name in entry.names}


def list_known_words() -> set[str]:
    names = {to_singular(word) for name in list_named() for word in split_words(name)}
    english = {to_singular(word) for entry in load_entries() for word in split_words(entry.english)}
    return names | english


def test_every_type_interface_enum_and_input_has_an_entry() -> None:
    named = list_named()
    missing = {name for name in list_subjects() if name not in named}
    assert not missing


def test_every_domain_word_of_a_field_has_an_entry() -> None:
    known = list_known_words()
    missing = {
        word: where
        for word, where in list_field_words()
        if word not in ORDINARY_WORDS and to_singular(word) not in known
    }
    assert not missing


def test_a_word_is_ordinary_or_a_term_and_never_both() -> None:
    """So the list of what is passed over stays as short as it can be."""
    used = {word for word, _ in list_field_words()}
    terms = {to_singular(name.lower()) for name in list_named() if len(split_words(name)) == 1}
    assert not ORDINARY_WORDS - used
    assert not {word for word in ORDINARY_WORDS if to_singular(word) in terms}


def test_every_name_in_the_glossary_is_a_name_of_the_schema_or_the_code() -> None:
    modules = [path for room in CODE_ROOMS for path in (ROOT / room).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    words = set(re.findall(r"\w+", (ROOT / "schema.graphql").read_text(encoding="utf-8") + text))
    stems = set(list_subjects())
    missing = [
        name
        for name in list_named()
        if not (ROOT / name).is_file()
        and name not in stems
        and not (words.issuperset(re.findall(r"\w+", name)))
    ]
    assert not missing


def test_every_entry_is_whole_and_its_chinese_term_stands_once() -> None:
    entries = load_entries()
    assert len(entries) > 100
    for entry in entries:
        assert re.search("[一-鿿]", entry.chinese), entry
        assert entry.english.isascii(), entry
        assert entry.names, entry
        assert entry.meaning.endswith("."), entry
    terms = [entry.chinese for entry in entries]
    assert len(terms) == len(set(terms))
