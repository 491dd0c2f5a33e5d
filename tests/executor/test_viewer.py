"""The viewer is planned: what the request knows, and rows of the viewer's own."""

import pytest

from tests.executor.document import GeneratedRequest
from tests.executor.scene import BothPaths

KNOWN = "kind: __typename name role region regionName language functions entrance atCounter"
OWN = "unit { __typename id name creditCode } account { id name }"


@pytest.mark.parametrize("who", ["near", "far", "officer", "province", "person", None])
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_viewer_is_told_the_same_by_both_paths(
    paths: BothPaths, who: str | None, language: str
) -> None:
    request = GeneratedRequest(f"{{ viewer {{ {KNOWN} {OWN} }} me: viewer {{ name }} }}")
    told = await paths.ask_both(request, who, language)
    assert told.path == ("compiled" if who else "reference")  # a stranger has no unit to read


async def test_what_a_request_knows_itself_is_told_without_a_statement(paths: BothPaths) -> None:
    told = await paths.ask_both(GeneratedRequest(f"{{ viewer {{ {KNOWN} }} }}"), "near")
    assert told.path == "compiled"
    assert paths.ran == []
