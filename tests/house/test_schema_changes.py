"""What clients of the last release use goes on, or was deprecated in it, or is told as accepted."""

from graphql import GraphQLSchema, build_schema

from server.cli.schema_change import Effect, list_changes
from tests.house.release_schema import (
    RELEASES,
    find_last_release,
    get_schema_path,
    read_accepted,
)
from tools.sdl import SNAPSHOT

MIN_REASON_LENGTH = 30


def read_release() -> GraphQLSchema:
    return build_schema(get_schema_path(find_last_release()).read_text(encoding="utf-8"))


def list_unannounced() -> set[str]:
    changes = list_changes(read_release(), build_schema(SNAPSHOT.read_text(encoding="utf-8")))
    breaking = [change for change in changes if change.effect is Effect.BREAKING]
    return {change.description for change in breaking if not change.announced}


def test_no_client_of_the_last_release_is_broken_unwarned() -> None:
    """Deprecate it for a release, or enter it with the reason into tests/house/releases."""
    accepted = read_accepted(find_last_release())
    assert list_unannounced() - set(accepted) == set()


def test_what_is_accepted_is_still_so_and_has_a_reason() -> None:
    accepted = read_accepted(find_last_release())
    assert set(accepted) - list_unannounced() == set()
    assert [line for line, reason in accepted.items() if len(reason) < MIN_REASON_LENGTH] == []


def test_each_release_has_its_schema() -> None:
    assert {path.stem for path in RELEASES.glob("*.sql")} == {
        path.stem for path in RELEASES.glob("*.graphql")
    }
