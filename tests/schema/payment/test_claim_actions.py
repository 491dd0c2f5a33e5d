"""X4: what a claim says of publicity, payment and revocation is what then happens, line by line."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import pytest

from models import Role
from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.story import story
from tests.factories.world import World

CLAIM = """{ claims { edges { node { id version status
  possibleActions { action allowed reason }
  lines { id version state } } } } }"""
OUTCOMES = "... on LinesPayload { outcomes { faults { reason } } }"
WEEK = {"firstDay": "2025-03-10", "lastDay": "2025-03-14"}
OVER, NEXT_WEEK = date(2025, 3, 15), {"firstDay": "2025-03-17", "lastDay": "2025-03-21"}
WHY = {"reason": "材料不符"}
PAID = {"paidOn": "2025-03-10", "bankReference": "ICBC-1"}


class Published(InternshipScenario):
    """A claim for two interns, whose lines go each their own way."""

    async def read_claim(self, as_: str = "officer") -> Any:
        ((edge),) = (await self.world.ask(CLAIM, as_)).only["edges"]
        return edge["node"]

    async def publish(self, which: Mapping[str, Any]) -> Any:
        days = NEXT_WEEK if self.world.service.today() == OVER else WEEK
        draft = {"kind": "LIVING_ALLOWANCE", "title": "公示", **days, "which": which}
        return await self.world.mutate("publishLines", draft, "officer", OUTCOMES)

    async def publish_first(self, count: int = 1) -> None:
        lines = (await self.read_claim())["lines"]
        await self.publish({"records": [to_decision(line) for line in lines[:count]]})

    async def pass_first(self, count: int = 1) -> None:
        self.world.clock.set_day(OVER)
        lines = (await self.read_claim())["lines"]
        which = {"records": [to_decision(line) for line in lines[:count]]}
        await self.world.mutate("passPublicity", {"which": which}, "officer", OUTCOMES)

    async def pay_first(self, count: int = 1) -> None:
        ids: dict[str, Any] = {
            "lineIds": [line["id"] for line in (await self.read_claim())["lines"][:count]]
        }
        await self.world.mutate("markDisbursed", ids | PAID, "finance")

    async def send_back_first(self) -> None:
        line = (await self.read_claim())["lines"][0]
        await self.world.mutate("sendBackClaimLine", to_decision(line) | WHY, "officer")

    async def put_in_batch(self) -> None:
        await self.world.mutate("makeBatch", {"expected": 2}, "finance")


@story
async def chain(world: World) -> Published:
    made = Published(world)
    await world.add_account("finance", Role.FINANCE)
    await made.approve_declaration()
    await made.add_post()
    interns = [await made.approve_intern(number) for number in (1, 2)]
    for month in ("2024-08", "2024-09", "2024-10"):
        await made.approve_reports(month, *interns)
    await made.confirm_parameters()
    await made.run_step("approveClaim", await made.submit_claim("2024-10"), "officer", "claim")
    return made


async def leave(chain: Published) -> None:
    """Publish nothing."""


async def publish_one(chain: Published) -> None:
    await chain.publish_first()


async def publish_one_and_pass_it(chain: Published) -> None:
    await chain.publish_first()
    await chain.pass_first()


async def publish_both_and_pass_one(chain: Published) -> None:
    await chain.publish_first(2)
    await chain.pass_first()


async def pass_both(chain: Published) -> None:
    await chain.publish_first(2)
    await chain.pass_first(2)


async def pass_both_and_send_one_back(chain: Published) -> None:
    await pass_both(chain)
    await chain.send_back_first()


async def pass_both_and_pay_one(chain: Published) -> None:
    await pass_both(chain)
    await chain.pay_first()


async def pass_both_into_a_batch(chain: Published) -> None:
    await pass_both(chain)
    await chain.put_in_batch()


async def publish_again(chain: Published, claim: Any) -> Any:
    return await chain.publish({"claimIds": [claim["id"]]})


async def pass_publicity(chain: Published, claim: Any) -> Any:
    draft = {"which": {"claimIds": [claim["id"]]}}
    return await chain.world.mutate("passPublicity", draft, "officer", OUTCOMES)


async def fail_publicity(chain: Published, claim: Any) -> Any:
    draft = {"which": {"claimIds": [claim["id"]]}} | WHY
    return await chain.world.mutate("failPublicity", draft, "officer", OUTCOMES)


async def revoke(chain: Published, claim: Any) -> Any:
    return await chain.world.mutate("revokeClaim", to_decision(claim) | WHY, "officer")


async def disburse(chain: Published, claim: Any) -> Any:
    payable = [line for line in claim["lines"] if line["state"] == "PAYABLE"] or claim["lines"]
    ids: dict[str, Any] = {"lineIds": [line["id"] for line in payable]}
    return await chain.world.mutate("markDisbursed", ids | PAID, "finance")


STATES: Mapping[str, Callable[[Published], Awaitable[None]]] = {
    each.__name__: each
    for each in (
        *(leave, publish_one, publish_one_and_pass_it, publish_both_and_pass_one, pass_both),
        *(pass_both_and_send_one_back, pass_both_and_pay_one, pass_both_into_a_batch),
    )
}
ACTIONS: Mapping[str, tuple[str, Callable[[Published, Any], Awaitable[Any]]]] = {
    "PUBLISH": ("officer", publish_again),
    "PASS_PUBLICITY": ("officer", pass_publicity),
    "FAIL_PUBLICITY": ("officer", fail_publicity),
    "REVOKE": ("officer", revoke),
    "DISBURSE": ("finance", disburse),
}


def read_outcome(result: Any) -> tuple[bool, str | None]:
    """Say whether anything was done, or why nothing was."""
    reasons = [
        *([result["reason"]] if result["__typename"] == "Refusal" else []),
        *(fault["reason"] for fault in result.get("faults", ())),
    ]
    outcomes = [[f["reason"] for f in each["faults"]] for each in result.get("outcomes", ())]
    if outcomes and all(outcomes):
        reasons += outcomes[0]
    return not reasons, next(iter(reasons), None)


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
async def test_x4_what_a_claim_says_of_its_lines_is_what_happens_to_them(
    chain: Published, state: str, action: str
) -> None:
    await STATES[state](chain)
    as_, act = ACTIONS[action]
    claim = await chain.read_claim(as_)
    told = {each["action"]: each for each in claim["possibleActions"]}[action]
    outcome = read_outcome(await act(chain, claim))
    assert outcome == (told["allowed"], told["reason"])
