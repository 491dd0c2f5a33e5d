"""Months and allowances filed by mutations, and compared with what is answered (J27, J29, J30)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models import InternCategory, Role
from tests.factories.crowd import add_rows
from tests.factories.internship_scenario import ACCOUNT_DRAFT, to_decision
from tests.factories.rows import a_declaration, a_person, a_post, an_intern
from tests.factories.world import World, build_global_id
from tests.oracle.amounts import write_amount
from tests.oracle.compare_internship import CATEGORIES, LAW, draw_report
from tests.oracle.compared import Compared, Tally
from tests.oracle.days import move_months
from tests.oracle.dice import Dice
from tests.oracle.internship import Report, compute_payable, list_claimable
from tests.oracle.money import find_minimum_wage, to_fraction

FIRST_MONTH, MONTHS = date(2024, 8, 1), 6
"""The minimum wages change with the third of them."""

SAVED = """... on MonthlyReportsPayload { monthlyReports {
  id version month payableSubsidy intern { id } } }"""
CANDIDATES = """query ($month: YearMonth!) { livingAllowanceCandidates(month: $month) {
  intern { id } amount reports { month payableSubsidy } } }"""
CLAIM = """... on ClaimPayload { claim { id version amount
  lines { amount intern { id } reports { amount report { month } } } } }"""


@dataclass
class FiledIntern:
    """An intern of a unit, and what was reported of each month."""

    id: str
    category: str
    reports: dict[date, Report]
    rows: dict[date, Any]


@dataclass
class FiledUnit:
    """A unit that reports its interns' months, and claims for them twice."""

    world: World
    tally: Tally
    dice: Dice
    region: str
    claim: Any = None

    async def compare(self, interns: int) -> None:
        """Save, approve and claim, and compare each answer."""
        self.unit, self.officer = f"unit of {self.region}", f"officer of {self.region}"
        await self._add_interns(interns)
        for n in range(MONTHS):
            await self._save_month(move_months(FIRST_MONTH, n))
        await self._approve(share=0.75)
        await self._claim(move_months(FIRST_MONTH, self.dice.pick(1, 2, 3)), some=True)
        if self.claim is not None and self.dice.often(0.7):
            await self._give_back(withdrawn=self.dice.often(0.5))
        await self._approve(share=1)
        await self._claim(move_months(FIRST_MONTH, MONTHS - 1), some=False)

    async def _add_interns(self, interns: int) -> None:
        world = self.world
        await world.add_account(self.officer, Role.DISTRICT_OFFICER, self.region)
        row = await world.add_unit(self.unit, self.region)
        post, start = a_post(row), int(self.region[2:]) * 100
        persons = [a_person(start + n) for n in range(interns)]
        rows = [
            an_intern(
                post,
                person,
                category=InternCategory(CATEGORIES[n % 3]),
                agreed_on=date(2024, 7, 1),
                starts_on=FIRST_MONTH,
                ends_on=date(2025, 7, 31),
            )
            for n, person in enumerate(persons)
        ]
        await add_rows(world, [a_declaration(row), post], persons, rows)
        self.interns = [
            FiledIntern(build_global_id("Intern", r.unit_id, r.id), r.category.value, {}, {})
            for r in rows
        ]
        account = ACCOUNT_DRAFT | {"accountName": row.name}
        made = await world.mutate(
            "addBankAccount",
            account,
            self.unit,
            "... on BankAccountPayload { bankAccount { id } }",
        )
        self.account = made["bankAccount"]["id"]

    async def _save_month(self, month: date) -> None:
        """Save a month of most interns, and compare what each report pays (J27)."""
        drawn = {
            intern.id: replace(
                draw_report(self.dice, self.region, intern.category, month),
                approved=False,
                held=False,
            )
            for intern in self.interns
            if self.dice.often(0.8)
        }
        rows = [
            {
                "internId": id_,
                "daysAttended": report.days,
                "wagePaid": write_amount(report.wage),
                "insurancePaid": "0.00",
            }
            for id_, report in drawn.items()
        ]
        saved = await self._mutate_reports(
            "saveMonthlyReports", {"month": f"{month:%Y-%m}", "rows": rows}, self.unit
        )
        answers = {row["intern"]["id"]: row for row in saved}
        minimum = find_minimum_wage(self.region, month)
        assert minimum is not None
        for intern in self.interns:
            if (report := drawn.get(intern.id)) is None:
                continue
            intern.reports[month], intern.rows[month] = report, answers[intern.id]
            expected = compute_payable(minimum, intern.category, report, LAW)
            text = answers[intern.id]["payableSubsidy"]
            answered = None if text is None else to_fraction(text)
            case = (self.region, intern.category, report)
            self.tally.add("J27 filed", Compared(case, expected, answered, expected is not None))

    async def _mutate_reports(self, mutation: str, input: Any, as_: str) -> Sequence[Any]:
        result = await self.world.mutate(mutation, input, as_, SAVED)
        assert result["__typename"] == "MonthlyReportsPayload", result
        found: Sequence[Any] = result["monthlyReports"]
        return found

    async def _approve(self, share: float) -> None:
        """Let a share of the reports be submitted and approved (J28)."""
        chosen = [
            (intern, month)
            for intern in self.interns
            for month, report in intern.reports.items()
            if not report.approved and self.dice.often(share)
        ]
        rows: Sequence[Any] = [intern.rows[month] for intern, month in chosen]
        for mutation, as_ in (
            ("submitMonthlyReports", self.unit),
            ("approveMonthlyReports", self.officer),
        ):
            records = {"records": [to_decision(row) for row in rows]}
            rows = await self._mutate_reports(mutation, records, as_)
        for intern, month in chosen:
            intern.reports[month] = replace(intern.reports[month], approved=True)

    async def _claim(self, until: date, *, some: bool) -> None:
        """Ask for whom can be claimed, claim for some or all of them, and compare (J29, J30)."""
        expected = {
            intern.id: list_claimable(
                self.region, intern.category, [*intern.reports.values()], until, LAW
            )
            for intern in self.interns
        }
        month = f"{until:%Y-%m}"
        answer = await self.world.ask(CANDIDATES, self.unit, month=month)
        answered = {
            row["intern"]["id"]: (
                to_fraction(row["amount"]),
                {_read_month(r["month"]): to_fraction(r["payableSubsidy"]) for r in row["reports"]},
            )
            for row in answer.only
        }
        for intern in self.interns:
            due = expected[intern.id]
            case = (self.region, intern.category, month, [*intern.reports.values()])
            told = (sum(due.values()), due)
            found = Compared(case, told, answered[intern.id], bool(due))
            self.tally.add("J29 J30 candidates", found)
        able = {id_: due for id_, due in expected.items() if due}
        chosen = [*able][::2] if some else [*able]
        self.claim = None
        if chosen:
            await self._compare_claim(until, {id_: able[id_] for id_ in chosen})

    async def _compare_claim(self, until: date, due: Mapping[str, Mapping[date, object]]) -> None:
        draft = {
            "month": f"{until:%Y-%m}",
            "bankAccountId": self.account,
            "internIds": [*due],
        }
        made = await self.world.mutate("createLivingAllowanceClaim", draft, self.unit, CLAIM)
        assert made["__typename"] == "ClaimPayload", made
        lines = {line["intern"]["id"]: line for line in made["claim"]["lines"]}
        for id_, months in due.items():
            answered = {
                _read_month(r["report"]["month"]): to_fraction(r["amount"])
                for r in lines[id_]["reports"]
            }
            sums = (sum(answered.values()), to_fraction(lines[id_]["amount"]))
            assert sums[0] == sums[1], "a line is the sum of its months"
            self.tally.add("J30 lines", Compared((id_, until), months, answered, granted=True))
        total = sum(to_fraction(line["amount"]) for line in lines.values())
        assert to_fraction(made["claim"]["amount"]) == total, "a claim is the sum of its lines"
        sent = await self.world.mutate("submitClaim", to_decision(made["claim"]), self.unit, CLAIM)
        assert sent["__typename"] == "ClaimPayload", sent
        self.claim = sent["claim"]
        for intern in self.interns:
            for month in due.get(intern.id, ()):
                intern.reports[month] = replace(intern.reports[month], held=True)

    async def _give_back(self, *, withdrawn: bool) -> None:
        """Withdraw the claim, which frees its months, or return it, which does not (X15)."""
        given = to_decision(self.claim)
        if withdrawn:
            done = await self.world.mutate("withdrawClaim", given, self.unit, CLAIM)
        else:
            given["reason"] = "材料不符"
            done = await self.world.mutate("returnClaim", given, self.officer, CLAIM)
        assert done["__typename"] == "ClaimPayload", done
        if not withdrawn:
            return
        for intern in self.interns:
            for month, report in intern.reports.items():
                intern.reports[month] = replace(report, held=False)


def _read_month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
