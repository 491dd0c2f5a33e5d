"""Pages of a list that must make up the whole, from either end and in either order."""

from typing import Any

from tests.factories.world import World


async def read_pages(world: World, who: str, document: str, **given: Any) -> list[Any]:
    """Read a connection by pages of two, on from `after`; it is all that the document asks for.

    The document takes `$size` and `$after`, and asks for `nodes`, `totalCount` and
    `pageInfo { hasNextPage endCursor }`.
    """
    nodes, after = [], None
    while True:
        page = (await world.ask(document, who, size=2, after=after, **given)).only
        while "nodes" not in page:
            (page,) = page.values()
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(nodes)
            return nodes
