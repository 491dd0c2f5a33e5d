"""The tour's functions: revoked, missed, granted again by the administrator above (S1)."""

from collections.abc import Mapping
from typing import Any

from demonstration.data.account import officer
from demonstration.tour.chengdu import DISTRICT, Chengdu
from demonstration.tour.subsidy_document import ACCOUNTS, GRANTED

FUNCTION = "SEARCH_FINDINGS"


def functions(chengdu: Chengdu) -> None:
    """Revoke a function of an officer, who is told whom to ask for it, and grant it again."""
    party, name = chengdu.party, officer(DISTRICT, 2)
    held = [row for row in _granted(chengdu) if row["account"]["username"] == name]
    records = [{"id": row["id"], "version": row["version"]} for row in held]
    if records:
        party.do(chengdu.district, "revokeFunctions", records=records, reason="岗位调整。")
    party.tell(f"Function 功能 {FUNCTION} of {name} revoked by the district's administrator")
    given = {"unitId": chengdu.unit["id"]}
    no = party.refused(chengdu.colleague, "searchFindings", "FORBIDDEN", **given)
    party.tell(f"Searching for findings refused: {no} {no.cure}")
    account = next(row for row in _accounts(chengdu, name))
    grant = {"accountIds": [account["id"]], "functions": [FUNCTION]}
    since = {"validFrom": chengdu.today.isoformat(), "reason": "恢复原岗位。"}
    party.do(chengdu.district, "grantFunctions", **grant, **since)
    found = party.do(chengdu.colleague, "searchFindings", **given)
    party.tell(f"Function granted again 授权: the search for findings 疑点 gives {len(found)}")


def _granted(chengdu: Chengdu) -> list[Mapping[str, Any]]:
    edges = chengdu.district.ask(GRANTED, {"function": [FUNCTION]})["functionGrants"]["edges"]
    return [edge["node"] for edge in edges]


def _accounts(chengdu: Chengdu, name: str) -> list[Mapping[str, Any]]:
    edges = chengdu.district.ask(ACCOUNTS, {"region": DISTRICT})["accounts"]["edges"]
    return [edge["node"] for edge in edges if edge["node"]["username"] == name]
