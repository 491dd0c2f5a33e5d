"""Clients name documents instead of sending them; where it is so set, others are not run."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from server.http.graphql_request import BadRequest
from server.http.trusted_documents import MOST_KEPT, DocumentBook, DocumentMode
from server.settings.manifest import ManifestFault, hash_document, read_manifest

NAME, OTHER = "query Name { viewer { name } }", "{ viewer { role } }"
RELAY = {"a1b2": NAME}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "clientName": "desk",
    "clientVersion": "1.2.0",
    "operations": [{"id": "x1", "name": "Name", "type": "query", "body": NAME}],
}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    put(tmp_path, "desk.json", APOLLO)
    put(tmp_path, "phone.json", RELAY)
    return tmp_path


def put(shelf: Path, name: str, manifest: object) -> None:
    (shelf / name).write_text(json.dumps(manifest))


def name_by_hash(text: str, name: str | None = None) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": name or hash_document(text)}}


def ask(book: DocumentBook, client: str | None = None, **members: Any) -> object:
    return book.resolve(members, client).get("query")


def code_of(book: DocumentBook, client: str | None = None, **members: Any) -> tuple[int, str]:
    with pytest.raises(BadRequest) as refused:
        ask(book, client, **members)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize("named", ["x1", "a1b2", f"sha256:{hash_document(NAME)}"])
def test_a_document_is_run_by_its_name(shelf: Path, named: str) -> None:
    book = DocumentBook(shelf)
    assert ask(book, documentId=named) == NAME
    assert ask(book, extensions=name_by_hash(NAME)) == NAME
    assert code_of(book, documentId="nobody's") == (400, "DOCUMENT_UNKNOWN")


def test_a_manifest_that_is_added_later_is_found_without_a_new_start(shelf: Path) -> None:
    book = DocumentBook(shelf)
    assert code_of(book, documentId="new")[1] == "DOCUMENT_UNKNOWN"
    put(shelf, "new.json", {"new": OTHER})
    os.utime(shelf, ns=(1, 1))
    assert ask(book, documentId="new") == OTHER


@pytest.mark.parametrize(
    ("mode", "client", "runs"),
    [
        ("open", "desk", True),
        ("known", None, False),
        ("known", "desk", False),
        ("known_for_named", "desk", False),
        ("known_for_named", "phone", False),
        ("known_for_named", "curl", True),
        ("known_for_named", None, True),
    ],
)
def test_unknown_texts_are_run_as_the_mode_says(
    shelf: Path, mode: DocumentMode, client: str | None, runs: bool
) -> None:
    book = DocumentBook(shelf, mode, keeps=True)
    assert ask(book, client, query=NAME) == NAME
    for extensions in ({}, name_by_hash(OTHER)):
        if runs:
            assert ask(book, client, query=OTHER, extensions=extensions) == OTHER
        else:
            refused = code_of(book, client, query=OTHER, extensions=extensions)
            assert refused == (400, "DOCUMENT_UNKNOWN")


def test_apollo_is_told_to_send_the_text_and_is_known_from_then_on() -> None:
    book = DocumentBook(keeps=True)
    assert code_of(book, extensions=name_by_hash(OTHER)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert ask(book, query=OTHER, extensions=name_by_hash(OTHER)) == OTHER
    assert ask(book, extensions=name_by_hash(OTHER)) == OTHER


@pytest.mark.parametrize("mode", ["open", "known"])
def test_apollo_is_told_to_send_texts_from_now_on_where_none_are_kept(mode: DocumentMode) -> None:
    book = DocumentBook(mode=mode)
    assert code_of(book, extensions=name_by_hash(OTHER)) == (200, "PERSISTED_QUERY_NOT_SUPPORTED")


def test_nobody_keeps_a_text_under_the_hash_of_another() -> None:
    book = DocumentBook(keeps=True)
    refused = code_of(book, query=OTHER, extensions=name_by_hash(NAME))
    assert refused == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert code_of(book, extensions=name_by_hash(NAME))[1] == "PERSISTED_QUERY_NOT_FOUND"


def test_only_so_many_and_no_long_texts_are_kept() -> None:
    book = DocumentBook(keeps=True)
    for number in range(MOST_KEPT + 1):
        text = f"{{ a{number}: __typename }}"
        ask(book, query=text, extensions=name_by_hash(text))
    assert (
        code_of(book, extensions=name_by_hash("{ a0: __typename }"))[1]
        == "PERSISTED_QUERY_NOT_FOUND"
    )
    assert ask(book, extensions=name_by_hash("{ a1: __typename }")) == "{ a1: __typename }"
    long = OTHER + "#" * 20_000
    ask(book, query=long, extensions=name_by_hash(long))
    assert code_of(book, extensions=name_by_hash(long))[1] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "members",
    [
        {"documentId": 7},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ["a"]}}},
    ],
)
def test_a_malformed_name_is_a_bad_request(members: dict[str, Any]) -> None:
    assert code_of(DocumentBook(), **members) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "given", ["{", "[]", "{}", '{"a": 1}', '{"format": "apollo-persisted-query-manifest"}', '"x"']
)
def test_what_is_no_manifest_is_told_by_its_file(tmp_path: Path, given: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(given)
    with pytest.raises(ManifestFault, match=r"broken\.json"):
        read_manifest(path)


def test_a_manifest_is_kept_as_it_is_read(tmp_path: Path) -> None:
    put(tmp_path, "relay.json", RELAY)
    read = read_manifest(tmp_path / "relay.json", "phone", "2.0")
    put(tmp_path, read.file_name, read.to_json())
    assert read_manifest(tmp_path / "phone@2.0.json") == read
