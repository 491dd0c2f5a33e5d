"""Who asks: account, role, functions, own records, language."""

from functools import partial

import pytest

from resolvers.kernel.viewer import choose_language
from rules.kernel.function import ROLE_FUNCTIONS, Function, granted_functions
from rules.kernel.viewer import Language
from tests.factories.failures import AllFailures
from tests.schema.scene import VISIBLE_BY_VIEWER, Scene

WHOLE = "{ viewer { name role region regionName language functions unit { id } person { id } } }"


async def test_a_viewer_is_told_who_they_are(scene: Scene) -> None:
    with AllFailures() as failures:
        for who in [who for who in VISIBLE_BY_VIEWER if who]:
            with failures.at(who):
                account = scene.world.accounts[who]
                viewer = (await scene.world.ask(WHOLE, who)).only
                assert (viewer["name"], viewer["role"]) == (account.name, account.role)
                assert viewer["region"] == account.region
                assert viewer["regionName"]
                held = ROLE_FUNCTIONS[account.role]
                if who == "objections":  # who holds one function alone
                    held = granted_functions(account.role, frozenset({Function.SETTLE_OBJECTIONS}))
                assert set(viewer["functions"]) == held
                unit = (
                    {"id": scene.get_id(VISIBLE_BY_VIEWER[who][0], "Unit")}
                    if account.unit_id
                    else None
                )
                person = {"id": scene.get_id("own", "Person")} if account.person_id else None
                assert (viewer["unit"], viewer["person"]) == (unit, person)


async def test_x17_a_viewer_has_an_id_of_their_own_and_another_for_each_unit_at_the_counter(
    scene: Scene,
) -> None:
    """Caches keep viewers apart by it, and nobody finds another's."""
    asked = "query ($id: ID!) { viewer { id } node(id: $id) { __typename id } }"
    found = {}
    for who, behalf in [
        ("officer", None),
        ("officer", scene.get_id("near", "Unit")),
        ("near", None),
    ]:
        ask = partial(scene.world.ask, as_=who, behalf=behalf)
        own = (await ask("{ viewer { id } }")).only["id"]
        found[own] = ask
        told = (await ask(asked, id=own)).data
        assert told == {"viewer": {"id": own}, "node": {"__typename": "Viewer", "id": own}}
    assert len(found) == 3
    for own, ask in found.items():
        for other in found.keys() - {own}:
            assert (await ask(asked, id=other)).data["node"] is None
    stranger = (await scene.world.ask("{ viewer { id } }")).only["id"]
    assert stranger not in found


async def test_a_stranger_has_nothing(scene: Scene) -> None:
    viewer = (await scene.world.ask(WHOLE)).only
    assert viewer == {
        "name": "",
        "role": None,
        "region": None,
        "regionName": None,
        "language": "EN",
        "functions": [],
        "unit": None,
        "person": None,
    }


async def test_regions_are_open_to_all(scene: Scene) -> None:
    provinces = (await scene.world.ask("{ regions { code name level } }")).only
    assert {"code": "220000", "name": "吉林省", "level": "PROVINCE"} in provinces
    cities = (await scene.world.ask('{ regions(parent: "220000") { code level } }')).only
    assert {"code": "220100", "level": "CITY"} in cities
    assert (await scene.world.ask('{ regions(parent: "220104") { code } }')).only == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.ZH),
        ("en", Language.EN),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.ZH),
        ("en-GB,en;q=0.9,zh;q=0.8", Language.EN),
        ("zh;q=0.1,en;q=0.2", Language.EN),
        ("fr", Language.ZH),
        ("*", Language.ZH),
        ("en;q=0", Language.ZH),
        ("en;q=nonsense", Language.ZH),
        ("en;q=nan", Language.ZH),
        ("zh, en;q=inf", Language.ZH),
        ("zh;q=0.5, en; q=0.9", Language.EN),
        ("en;level=1;q=0.1, zh;q=0.5", Language.ZH),
        ("," * 5000, Language.ZH),
    ],
)
def test_messages_come_in_the_language_wanted_more(header: str, language: Language) -> None:
    assert choose_language(header) is language
