"""The tour's functions: revoked, missed, granted again by the administrator above (S1)."""

from collections.abc import Mapping
from typing import Any

from demonstration.data.account import get_officer_username
from demonstration.tour.sichuan_scenario import DISTRICT, SichuanScenario
from demonstration.tour.subsidy_document import ACCOUNTS_QUERY, GRANTS_QUERY

FUNCTION = "SEARCH_FINDINGS"


def revoke_and_grant_again(chengdu: SichuanScenario) -> None:
    """Revoke a function of an officer, who is told whom to ask for it, and grant it again."""
    party, name = chengdu.session, get_officer_username(DISTRICT, 2)
    held = [row for row in _ask_grants(chengdu) if row["account"]["username"] == name]
    records = [{"id": row["id"], "version": row["version"]} for row in held]
    if records:
        party.expect_success(
            chengdu.district, "revokeFunctions", records=records, reason="岗位调整。"
        )
    party.report_step(f"Function 功能 {FUNCTION} of {name} revoked by the district's administrator")
    given = {"unitId": chengdu.unit["id"]}
    no = party.expect_refusal(chengdu.colleague, "searchFindings", "FORBIDDEN", **given)
    party.report_step(f"Searching for findings refused: {no} {no.cure}")
    account = next(row for row in _ask_accounts(chengdu, name))
    grant = {"accountIds": [account["id"]], "functions": [FUNCTION]}
    since = {"validFrom": chengdu.today.isoformat(), "reason": "恢复原岗位。"}
    party.expect_success(chengdu.district, "grantFunctions", **grant, **since)
    found = party.expect_success(chengdu.colleague, "searchFindings", **given)
    party.report_step(
        f"Function granted again 授权: the search for findings 疑点 gives {len(found)}"
    )


def _ask_grants(chengdu: SichuanScenario) -> list[Mapping[str, Any]]:
    edges = chengdu.district.ask(GRANTS_QUERY, {"function": [FUNCTION]})["functionGrants"]["edges"]
    return [edge["node"] for edge in edges]


def _ask_accounts(chengdu: SichuanScenario, name: str) -> list[Mapping[str, Any]]:
    edges = chengdu.district.ask(ACCOUNTS_QUERY, {"region": DISTRICT})["accounts"]["edges"]
    return [edge["node"] for edge in edges if edge["node"]["username"] == name]
