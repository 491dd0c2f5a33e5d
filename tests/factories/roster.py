"""Rosters as an operator fills them in, sends them, and has them checked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import RosterKind
from resolvers.kernel.background import JobContext
from resolvers.rosters.roster_check_job import SHEET_NAME, check_next_roster
from rules.rosters.roster_form import get_form
from tests.factories.filing import UPLOAD_SELECTION, send_file
from tests.factories.rows import CHAOYANG_DISTRICT, an_id_number
from tests.factories.workbook import a_workbook
from tests.factories.world import World

HEADINGS = [column.heading for column in get_form(RosterKind.HIRING).columns]
BORN = date(2003, 5, 4)
ROSTER_SELECTION = """... on RosterPayload { roster {
  id state total checked passed failed kind place
  faults { reason message cure } } }"""
ROSTER_QUERY = """query ($id: ID!) { node(id: $id) { ... on Roster {
  id state total checked passed failed faults { reason message cure }
  passed_: rows(passed: true) { totalCount edges { node { number name idNumberMasked } } }
  failed_: rows(passed: false) { totalCount edges { node {
    number sheet line name idNumberMasked passed cells { column heading text }
    faults { cell column heading reason message cure } findings { outcome } } } } } } }"""


def a_row(number: int, **other: object) -> list[object]:
    """Fill in the row of a person on file; `other` cells by their column's key."""
    cells: dict[str, object] = {
        "name": f"见习生{number}",
        "id_number": an_id_number(number, BORN, CHAOYANG_DISTRICT),
        "group": "登记失业人员",
        "contract_starts_on": "2024-03-01",
        "contract_ends_on": "2025-02-28",
    }
    return [*(cells | other).values()]


def a_roster(rows: Sequence[Sequence[object]], headings: Sequence[object] = HEADINGS) -> bytes:
    """Write a roster's file."""
    return a_workbook([headings, *rows], SHEET_NAME)


async def upload_roster(world: World, content: bytes, as_: str = "unit", **more: object) -> Any:
    """Announce a roster's file and send it; give the upload's id."""
    asked = {"name": "人员.xlsx", "size": len(content)} | more
    result = await world.mutate("requestRosterUpload", asked, as_, UPLOAD_SELECTION)
    assert result["__typename"] == "UploadPayload", result
    answer = await send_file(world, result["upload"]["url"], content)
    assert answer.status_code == 204, answer.text
    return result["upload"]["id"]


async def try_create_roster(world: World, content: bytes, as_: str = "unit", **more: object) -> Any:
    """Have a roster taken in; give what came of it."""
    draft = {"kind": "HIRING", "place": CHAOYANG_DISTRICT, **more}
    draft["uploadId"] = await upload_roster(world, content, as_)
    return await world.mutate("createRoster", draft, as_, ROSTER_SELECTION)


async def check_roster(world: World, content: bytes, as_: str = "unit", **more: object) -> Any:
    """Have a roster taken in and checked; give it as its unit reads it."""
    result = await try_create_roster(world, content, as_, **more)
    assert result["__typename"] == "RosterPayload", result
    assert await check_next_roster(JobContext(service=world.service)) == 1
    return await read_roster(world, result["roster"]["id"], as_)


async def read_roster(world: World, id: str, as_: str = "unit", language: str = "en") -> Any:
    return (await world.ask(ROSTER_QUERY, as_, language, id=id)).only


def list_nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]
