"""A walk: steps chosen by lot from what records say of themselves, each one checked."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.stateful.errands import Errands, Visit
from tests.stateful.invariants import check_all, remember_opening
from tests.stateful.ledger import Row
from tests.stateful.requests import Request, Requests
from tests.stateful.runner import CLOCK, KEYLESS, SEND, WORKER, Runner, Sight, Told, Unresolved
from tests.stateful.stage import JILIN, SICHUAN
from tests.stateful.step import CUT, DIES, TWICE, Promise, Step
from tests.stateful.violation import Violation

Parties = dict[str, tuple[str, ...]]
MONEY = {
    **{"claim": 10, "claim_line": 9, "disbursement_batch": 7, "clawback": 2, "objection": 3},
}
WATCHED = {
    **{"claim": 8, "claim_line": 6, "disbursement_batch": 4, "clawback": 3, "objection": 3},
    **{"parameter": 4, "monthly_report": 4, "reduction": 4, "change_request": 3, "intern": 4},
    **{"trainee": 3, "training_class": 3, "completion": 4, "post": 1, "declaration": 1},
    **{"qualification": 2},
}
TRAINING = MONEY | {"trainee": 6, "training_class": 4, "completion": 6}
FOUNDED = {
    **{"declaration": 6, "post": 8, "intern": 8, "change_request": 8, "monthly_report": 8},
    **{"reduction": 8, "qualification": 4},
}
THEMES: tuple[tuple[Any, ...], ...] = (
    (("unit",), MONEY),
    (("hirer",), MONEY),
    (("hirer",), TRAINING),
    (("unit",), WATCHED),
    (("unit", "hirer"), WATCHED),
    (("unit",), MONEY | {"parameter": 12, "claim": 12}),
    (("hirer",), MONEY | {"parameter": 12, "claim": 12}),
    (("unit",), WATCHED | {"declaration": 5, "post": 4, "change_request": 6}),
    (("hirer",), WATCHED | {"training_class": 10, "trainee": 8, "completion": 5}),
    (("unit", "hirer"), WATCHED | {"qualification": 8}, 0.25),
    (("unit",), WATCHED | FOUNDED, 0.1),
)
"""Of whom an episode tells, and whose actions are followed how often."""

AT_REST = {"WITHDRAWN", "REFUSED", "VOIDED", "DISBURSED", "SETTLED", "CANCELLED"}
LIVELY = 0.9
"""How often records are chosen of which there is still something to be done."""

WEIGHTS = {
    **{"SUBMIT": 6, "APPROVE": 5, "PUBLISH": 5, "PASS_PUBLICITY": 6, "PUT_IN_BATCH": 3},
    **{"EXPORT": 4, "IMPORT_RESULTS": 8, "DISBURSE": 4, "COMPLETE": 4, "SCORE": 3, "REFUSE": 0.4},
    **{"WITHDRAW": 0.2, "REVOKE": 0.4, "RETURN": 1.5, "STRIKE": 1.5, "END": 0.1, "CANCEL": 0.3},
    **{"CLOSE": 0.3, "NAME_ACCOUNT": 0.8, "CONFIRM_ACCOUNT": 5, "RECOVER": 5, "REOFFER": 3},
    **{"OVERRIDE": 3, "CLAW_BACK": 1.5},
}
"""What brings records on is done more often than what ends their way."""

STANDING_TABLES = {"declaration", "post", "training_class"}
STANDING_WEIGHTS = {"END": 0.02, "REVOKE": 0.02, "WITHDRAW": 0.02, "CHANGE": 0.3}
"""Without them there is little left to do."""

FALLING = 5
"""From so much weight on an episode tells of how records that others stand on fall themselves."""

OFTEN = 1.0
NATURAL_SHARE = 0.85
"""How often whoever has something to do is who acts."""

OWNERS_STATES = {"DRAFT", "RETURNED"}
FINANCE_STATES = {"PUBLICITY_PASSED", "PAYABLE", "IN_BATCH"}

IMPOSSIBLE_SHARE = 0.2
"""Of what is followed, how much was said to be impossible."""

ERRAND_SHARE = 0.06
"""How often somebody goes on an errand, which is several steps."""

MOST_TRIES = 30


@dataclass
class Walk:
    """Chooses and sends steps."""

    runner: Runner
    lot: random.Random
    units: Sequence[str] = ("unit", "hirer")
    watched: Mapping[str, int] = field(default_factory=lambda: WATCHED)
    errand_share: float = ERRAND_SHARE
    steps: list[Step] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    succeeded: list[int] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Get ready to build requests, and to remember."""
        self._told: Told | None = None
        self.memory = remember_opening(self.runner.ledger)
        self.requests = Requests(self.runner, self.lot)
        self.errands = Errands(self.requests, self.lot)
        self._errand: list[Visit] = []

    async def take_step(self) -> tuple[Sight, list[Violation]]:
        """Choose a step, send it, and check what was seen."""
        sight = None
        while sight is None:
            step = await self._choose(len(self.steps) + 1)
            try:
                sight = await self.runner.run(step, self._told if step.promise else None)
            except Unresolved:
                self._errand = []
        self.steps.append(step)
        sight.written = self.runner.describe_written(sight.before)
        self.trace.append(sight.trace())
        if sight.succeeded:
            self.succeeded.append(step.number)
        (self.done if sight.succeeded else self.refused)[step.what] += 1
        return sight, check_all(sight, self.memory)

    async def _choose(self, number: int) -> Step:
        for _ in range(MOST_TRIES):
            if not self._errand and self.lot.random() < self.errand_share:
                self._errand = self.errands.choose(number, tuple(self.units))
            if self._errand:
                return self._go_on(number)
            dice = self.lot.random()
            if dice < 0.05:
                return Step(number, None, CLOCK, {"days": self.lot.choice((1, 3, 13))})
            step = self._start(number) if dice < 0.2 else await self._follow(number)
            if step is not None:
                return step
        return Step(number, None, CLOCK, {"days": 1})

    def _go_on(self, number: int) -> Step:
        """Take the next step of an errand."""
        who, what, given = self._errand.pop(0)
        plain = what in {CLOCK, WORKER, SEND} or what in KEYLESS
        return Step(number, who, what, given, None, None if plain else self._choose_manner())

    def _start(self, number: int) -> Step | None:
        """Begin something, or do what no record speaks of."""
        own, jilin, sichuan = self.requests, JILIN, SICHUAN
        unit_id, hirer_id = self._get_unit_id("unit"), self._get_unit_id("hirer")
        starts: Sequence[tuple[float, str, Callable[[], Request | None], str | None]] = (
            (5, "unit", lambda: own.claim_allowance(unit_id), "unit"),
            (2, "unit", lambda: own.claim_mentoring(unit_id), "unit"),
            (4, "unit", own.save_month, "unit"),
            (1, "unit", own.add_intern, "unit"),
            (1, "unit", own.add_post, "unit"),
            (2, "unit", own.declare, "unit"),
            (0.5, "unit", own.add_account, "unit"),
            (0.5, "hirer", own.change_account, "hirer"),
            (1, "unit", own.change_remarks, "unit"),
            (2, "hirer", own.open_class, "hirer"),
            (2, "hirer", own.add_trainee, "hirer"),
            (1, "hirer", own.score_some, "hirer"),
            (3, "hirer", lambda: own.claim_hiring(hirer_id), "hirer"),
            (2, "guest", lambda: own.claim_hiring(self._get_unit_id("guest")), None),
            (3, "hirer", lambda: own.claim_training(hirer_id), "hirer"),
            (1, "hirer", lambda: own.enter_person(hirer_id), "hirer"),
            (4, "", own.object, None),
            (2, "province", lambda: own.propose_parameter("220000"), None),
            (2, "sichuan", lambda: own.propose_parameter("510000"), None),
            (2, "supplier", own.late_facts, None),
            (2, "", lambda: (WORKER, {}), None),
            (4, "officer", own.settle_difference, None),
            (4, "reviewer", own.settle_difference, None),
            (1, "second", own.run_controls, None),
            (0.2, "city", own.end_grant, None),
            (0.6, "city", own.grant, None),
        )
        parties = dict.fromkeys(("sichuan", "reviewer", "second", "guest"), "hirer")
        parties |= dict.fromkeys(("province", "supplier", "officer", "city"), "unit")
        told = [each for each in starts if parties.get(each[1], each[1]) in {*self.units, ""}]
        ((_, who, build, unit),) = self.lot.choices(told, [weight for weight, *_ in told])
        request = build()
        if request is None:
            return None
        behalf = None
        if unit is not None and self.lot.random() < 0.12:
            party = jilin if unit == "unit" else sichuan
            who, behalf = self.lot.choice(party["officer"]), unit
        what, given = request
        return Step(number, who or None, what, given, None, self._choose_manner(), behalf)

    def _get_unit_id(self, name: str) -> str:
        return str(self.runner.world.accounts[name].unit_id)

    def _choose_manner(self) -> str | None:
        return self.lot.choices((None, TWICE, DIES, CUT), (90, 6, 2, 2))[0]

    async def _follow(self, number: int) -> Step | None:
        """Choose a record and an account, ask what it may do, and do it, or what it may not."""
        table = self.lot.choices([*self.watched], [*self.watched.values()])[0]
        row = self._choose_row(table)
        if row is None:
            return None
        who, behalf = self._choose_account(table, row)
        actions = await self.runner.list_actions(table, row, who, behalf)
        wanted = self.lot.random() > IMPOSSIBLE_SHARE
        open_ = [a["action"] for a in actions if a["allowed"] is wanted]
        standing = table in STANDING_TABLES and self.watched[table] < FALLING
        weights = WEIGHTS | STANDING_WEIGHTS if standing else WEIGHTS
        chances = [weights.get(a, OFTEN) if wanted else OFTEN for a in open_]
        if not open_ or self.lot.random() > max(chances):
            return None
        (action,) = self.lot.choices(open_, chances)
        (self._told,) = [Told(a["allowed"], a["reason"]) for a in actions if a["action"] == action]
        request = self.requests.build(table, row, action)
        if request is None:
            return None
        promise = Promise(self.requests.name(row), action)
        what, given = request
        return Step(number, who, what, given, promise, self._choose_manner(), behalf)

    def _choose_row(self, table: str) -> Row | None:
        rows = self.runner.list_rows(table)
        if table == "claim_line":
            rows = [row for row in rows if row["claim_status"] not in {"DRAFT", "WITHDRAWN"}]
        regions = tuple("22" if name == "unit" else "51" for name in self.units)
        rows = [row for row in rows if str(row.get("region", regions[0])).startswith(regions)]
        live = [row for row in rows if (row.get("state") or row.get("status")) not in AT_REST]
        rows = live if live and self.lot.random() < LIVELY else rows
        return self.lot.choice(rows[-12:]) if rows else None

    def _choose_account(self, table: str, row: Row) -> tuple[str, str | None]:
        party: Parties = JILIN if str(row.get("region", "22")).startswith("22") else SICHUAN
        if table == "parameter":
            return self.lot.choice(party["province"]), None
        share = {
            "disbursement_batch": (0, 0, 1),
            "objection": (0, 1, 0),
            "claim": (3, 4, 1),
            "claim_line": (1, 4, 3),
            "clawback": (0, 1, 0),
        }.get(table, (2, 2, 0))
        if table in {"claim", "claim_line"} or share[0]:
            share = self._choose_share(row, share)
        (role,) = self.lot.choices(("unit", "officer", "finance"), share)
        if role != "unit":
            return self.lot.choice(party[role]), None
        guest = str(row.get("unit_id")) == self._get_unit_id("guest")
        if self.lot.random() < 0.06:
            officer, unit = self.lot.choice(party["officer"]), party["unit"][0]
            return ("host", "guest") if guest else (officer, unit)
        return "guest" if guest else self.lot.choice(party["unit"]), None

    def _choose_share(self, row: Row, share: tuple[int, int, int]) -> tuple[int, int, int]:
        state = row.get("state") or row.get("status")
        if self.lot.random() > NATURAL_SHARE:
            return share
        if state in OWNERS_STATES:
            return (1, 0, 0)
        if state == "SUBMITTED":
            return (0, 1, 0)
        return (0, 1, 3) if state in FINANCE_STATES else share


async def replay(runner: Runner, steps: Sequence[Step]) -> AsyncIterator[list[Violation]]:
    """Send steps that were chosen once, skip what says nothing; tell the violations of each."""
    memory = remember_opening(runner.ledger)
    for step in steps:
        try:
            sight = await runner.run(step)
        except Unresolved:
            continue
        yield check_all(sight, memory)
