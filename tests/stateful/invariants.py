"""The invariants of section 6 of the rulebook, asked after each step of what was seen."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from rules.kernel.chain import OFFICE_CHAIN, ChainHead, find_breaks
from rules.kernel.declared_control import CONTROL_DECLARATIONS
from rules.kernel.workflow import LINE_TRANSITIONS, TRANSITIONS
from rules.payment.clawback import FIRST_LINE_GONE_CAUSE
from tests.factories.keys import KEYED_HISTORY
from tests.stateful.ledger import Ledger, Row
from tests.stateful.runner import Sight
from tests.stateful.violation import Violation

RESERVING = {"OPEN", "IN_PUBLICITY", "PAYABLE", "IN_BATCH", "PAID", "CLAWED_BACK"}
PAID = {"PAID", "CLAWED_BACK"}
AT_REST = {"STRUCK", "PUBLICITY_FAILED", "PAID", "CLAWED_BACK"}
MOVING = {"SUBMITTED", "APPROVED", "IN_PUBLICITY", "PUBLICITY_PASSED"}
UNSENT = {"DRAFT", "WITHDRAWN", "REFUSED"}
APPROVED = {"APPROVED", "IN_PUBLICITY", "PUBLICITY_PASSED"}
TOLD_OF_PERSONS = {"学历": "education", "毕业院校": "school", "毕业日期": "graduated_on"}
"""What an office may tell of a person, by the column's heading."""

OFFICE_TABLES = {"objection", "parameter", "function_grant", "disbursement_batch"}
"""Of what these go through, the histories of offices tell (X9)."""

TOLD_ELSEWHERE = {"objection", "parameter", "account_appeal"}
"""These have a status, and no history of a unit tells of it."""

PAYING_STEPS = {
    *("publishLines", "passPublicity", "failPublicity", "importBankAnswer", "markDisbursed"),
}
AMOUNT_PATTERN = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?")
REVIEWS = {"APPROVE", "RETURN", "REFUSE", "REVOKE"}

MEANT_BY_INPUT = {
    *("LIST_EMPTY", "NOTHING_CHANGED", "CHANGE_NOTHING", "NAME_TAKEN", "DATES_REVERSED"),
    *("WORKING_DAYS_TOO_FEW", "CALENDAR_DAYS_TOO_FEW", "PUBLICITY_IN_PAST", "CLAWBACK_TOO_MUCH"),
    *("COUNT_DIFFERS", "CALENDAR_MISSING", "CHANGE_DATE_MISSING", "CHANGE_DATE_OUTSIDE"),
    *("CHANGE_DATE_NEEDLESS", "END_AFTER_TERM", "END_BEFORE_START", "DATE_IN_FUTURE"),
    *("TERM_TOO_LONG", "OPENING_IN_PAST", "MONTH_NOT_RUN", "END_CLAIMED", "MONTHS_REPORTED"),
    "AGREED_AFTER_START",
}
"""Refusals that speak of what was sent, and not of how the record stands (X4)."""

MEANT_BY_CHOICE = {
    ("claim", "CHANGE"): {"LINE_BARRED", "CLASS_NOT_APPROVED", "ROSTERS_DIFFER"},
    ("claim", "DISBURSE"): {"ACCOUNT_UNCONFIRMED"},
}
"""Refusals of whom a change names, or takes where it names nobody, of the class or the rosters it
names; and of the one line that a batch takes of a claim which has others that can be paid."""

FOUND_BY_CONTROLS = {
    reason.value
    for declared in CONTROL_DECLARATIONS
    for reason in (*declared.fails, *declared.unknown)
}
"""What declared controls find in other records and facts when they run, at the act itself (X3)."""

FOUND_AT_THE_ACT = {
    # the months' reports as they stand now, and which of them another line holds (J29, J30)
    *("AMOUNT_CHANGED", "NOTHING_PAYABLE", "TOO_FEW_MONTHS", "REPORT_CLAIMED"),
    # all of the unit's ended interns, and mentoring that anybody was paid for them (J35, J37)
    *("RETENTION_TOO_LOW", "NOBODY_CLAIMABLE", "ALREADY_MENTORED"),
    # claims of other units for the same person, which a unit must not see beforehand (X14)
    *("ALREADY_SUBSIDISED", "TRAINEE_CLAIMED"),
    # controls on all that a claim would be made of: none is left that passes (X3, S11, S25)
    *("ROWS_CLAIMED", "NOTHING_PASSED", "NO_TRAINEES_LEFT", "NO_TRAINEE_PASSED"),
    # the person's internships at other units, likewise hidden (J23, X14)
    *("INTERN_ALREADY_HERE", "TERM_OVERLAPS", "TERM_USED_UP"),
    # contributions and schooling on file, loaded at any time (J17, X13)
    *("INSURED", "NOT_A_GRADUATE"),
    # parameters in force: one that is used is unconfirmed, or the pass mark has changed (X6, X20)
    *("PARAMETER_UNCONFIRMED", "COUNTS_CHANGED"),
    # declared controls of a line, told together as it is paid or readmitted (X3)
    "CONTROLS_NOT_PASSED",
}
"""What rules that are no declared control find in other records when they run (X4)."""


@dataclass
class Memory:
    """What must be remembered of a walk: who was shut out of what, and where chains ended."""

    shut_out: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    readmitted: dict[str, int] = field(default_factory=dict)
    heads: dict[Any, ChainHead] = field(default_factory=dict)
    batch_days: dict[str, str] = field(default_factory=dict)
    submitters: dict[Any, Any] = field(default_factory=dict)
    drafters: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set))


def remember_opening(ledger: Ledger) -> Memory:
    """Remember where the chains end before the first step, and who submitted what."""
    memory = Memory()
    found = [*find_breaks(ledger.entries, memory.heads, {}, keyed=KEYED_HISTORY)]
    found += find_breaks(ledger.office, memory.heads, {}, OFFICE_CHAIN, KEYED_HISTORY)
    assert not found, found
    for entry in ledger.entries:
        if entry["action"] == "SUBMIT":
            memory.submitters[entry["record_id"]] = entry["account_id"]
    return memory


def list_things(ledger: Ledger, line: Row) -> list[str]:
    """Name what a line asks money for: nothing of it is held or paid twice (J30, J35, S33)."""
    kind, person = line["claim_kind"], line["person_id"]
    if line["supplements_id"] is not None:
        return []
    match kind:
        case "LIVING_ALLOWANCE":
            reports = (
                ledger.tables["monthly_report"].get(row["report_id"])
                for row in ledger.list_rows("claimed_report")
                if row["line_id"] == line["id"]
            )
            return [f"month {person} {row['month']}" for row in reports if row]
        case "MENTORING":
            return [f"mentoring {person}"]
        case "TRAINING":
            trainee = ledger.find("trainee", line["trainee_id"])
            of = ledger.find("training_class", trainee["class_id"]) if trainee else None
            return [f"training {person} {of['course_code']}"] if of else []
        case _:
            return [f"hire {kind} {person} {line['employer_code']}"]


def check_money(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """Each line is paid at most once, and clawed back at most what was paid (invariant 1)."""
    ledger = sight.after
    yield from _check_sums(sight)
    paid: dict[str, list[Row]] = defaultdict(list)
    for payment in ledger.list_rows("payment"):
        if payment["state"] == "PAID":
            paid[payment["line_id"]].append(payment)
    back: dict[str, Decimal] = defaultdict(Decimal)
    for row in ledger.list_rows("clawback"):
        if row["status"] == "APPROVED":
            back[row["line_id"]] += Decimal(str(row["amount"]))
    for line_id, payments in paid.items():
        if len(payments) > 1:
            yield Violation(1, "a line was paid twice", line_id)
        if back[line_id] > sum(Decimal(str(p["amount"])) for p in payments):
            yield Violation(1, "more was clawed back than was paid", line_id)
    for payment in ledger.list_rows("payment"):
        if sight.before.find("payment", payment["id"]) is None:
            yield from _check_payee(ledger, payment)
    yield from _check_supplements(ledger)


def _check_supplements(ledger: Ledger) -> Iterator[Violation]:
    """What a supplement paid is demanded whole once its first line is gone, and only then (X20).

    That demand may be rejected; to reject another doesn't decide on the whole.
    """
    demanded: dict[str, Decimal] = defaultdict(Decimal)
    for row in ledger.list_rows("clawback"):
        for_all = row["cause"] == FIRST_LINE_GONE_CAUSE and row["status"] != "VOIDED"
        if for_all or row["status"] in {"SUBMITTED", "APPROVED"}:
            demanded[row["line_id"]] += Decimal(str(row["amount"]))
        if for_all and not _is_first_gone(ledger, ledger.find("claim_line", row["line_id"])):
            yield Violation(1, "demanded for a line that stands", row["line_id"])
    for line in ledger.list_rows("claim_line"):
        kept = line["state"] in PAID and demanded[line["id"]] < Decimal(str(line["amount"]))
        if kept and _is_first_gone(ledger, line):
            yield Violation(1, "paid besides a line that is gone, and not demanded", line["id"])


def _is_first_gone(ledger: Ledger, line: Row | None) -> bool:
    first = ledger.find("claim_line", line["supplements_id"]) if line else None
    return first is not None and first["state"] not in RESERVING


def _check_sums(sight: Sight) -> Iterator[Violation]:
    """A claim asks what its lines ask, a batch pays what its payments pay; nothing is lost."""
    asked: dict[str, Decimal] = defaultdict(Decimal)
    paying: dict[str, Decimal] = defaultdict(Decimal)
    for line in sight.after.list_rows("claim_line"):
        if line["state"] in RESERVING:
            asked[line["claim_id"]] += Decimal(str(line["amount"]))
    for payment in sight.after.list_rows("payment"):
        if payment["batch_id"]:
            paying[payment["batch_id"]] += Decimal(str(payment["amount"]))
    for claim in sight.after.list_rows("claim"):
        if Decimal(str(claim["amount"])) != asked[claim["id"]]:
            yield Violation(1, f"a claim asks other than its lines: {claim['status']}", claim["id"])
    for batch in sight.after.list_rows("disbursement_batch"):
        if Decimal(str(batch["amount"])) != paying[batch["id"]]:
            yield Violation(1, f"a batch pays other than its payments: {batch['state']}")
    for row in sight.after.list_rows("clawback"):
        if row["recovered"] > row["amount"]:
            yield Violation(1, "more came back than was clawed back", row["id"])


def check_transfers(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """What the bank pays as one transfer stands alike, and is of one claim and account (X8)."""
    together: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for payment in sight.after.list_rows("payment"):
        if payment["transfer"]:
            line = sight.after.find("claim_line", payment["line_id"])
            account = payment["payee_name"], payment["payee_number_masked"]
            stands = payment["state"], payment["paid_on"], payment["bank_reference"]
            of = payment["batch_id"], line and line["claim_id"]
            together[payment["transfer"]].add((*of, *account, *stands))
    for transfer, ways in together.items():
        if len(ways) > 1:
            yield Violation(1, "payments of one transfer don't stand alike", transfer)


def check_bank_answers(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """Nothing that a bank can't have meant counts: its days, its amounts, a second debit (X8)."""
    for table, row in sight.after.iterate_new(sight.before):
        if table == "disbursement_batch":
            memory.batch_days[row["id"]] = sight.today
    if sight.step.what != "importBankAnswer" or not sight.succeeded:
        return
    before = {p["transfer"] or p["reference"]: p for p in sight.before.list_rows("payment")}
    after = {p["transfer"] or p["reference"]: p for p in sight.after.list_rows("payment")}
    outcomes = sight.answer["answer"]["outcomes"]
    for row, came in zip(sight.given["rows"], outcomes, strict=True):
        old, new = before.get(row["reference"]), after.get(row["reference"])
        if old is None or new is None or row["outcome"] != "成功":
            continue
        if old["state"] != "PAID" == new["state"]:
            if new["paid_on"] < memory.batch_days.get(new["batch_id"], ""):
                yield Violation(1, "paid on a day before its batch")
            if not AMOUNT_PATTERN.fullmatch(str(row["amount"])):
                yield Violation(1, "paid by an amount that is none")
        other = old["state"] == "PAID" and row["bankReference"] != old["bank_reference"]
        if other and not came["faults"]:
            yield Violation(1, "a second debit is taken for the first")


def _check_payee(ledger: Ledger, payment: Row) -> Iterator[Violation]:
    line = ledger.find("claim_line", payment["line_id"])
    claim = ledger.find("claim", line["claim_id"]) if line else None
    if line is None or claim is None:
        yield Violation(1, "a payment of no line", payment["id"])
        return
    account = ledger.find("bank_account", line["account_id"] or claim["bank_account_id"])
    given = line["payee_number_masked"] or (account and account["number_masked"])
    if payment["payee_number_masked"] != given:
        yield Violation(1, "paid to another account than was named", payment["id"])
    if str(payment["amount"]) != str(line["amount"]):
        yield Violation(1, "paid another amount than the line's", payment["id"])


def check_exclusion(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """Nobody is paid who was shut out of the same thing, unless readmitted (invariant 2)."""
    _remember_readmissions(sight, memory)
    for table, old, new in sight.after.iterate_changed(sight.before):
        if table == "claim_line" and new["state"] == "PAID" != old["state"]:
            for thing in list_things(sight.after, new):
                for why, when in memory.shut_out[thing].items():
                    if memory.readmitted.get(thing, -1) < when:
                        yield Violation(2, f"paid after {why}: {new['claim_kind']}", thing)
    _remember_exclusions(sight, memory)


def _remember_readmissions(sight: Sight, memory: Memory) -> None:
    if "readmit" in sight.step.what.lower() and sight.succeeded:
        for entry in sight.after.entries:
            line = sight.after.find("claim_line", str(entry["record_id"]))
            for thing in list_things(sight.after, line) if line else ():
                memory.readmitted[thing] = sight.step.number


def _remember_exclusions(sight: Sight, memory: Memory) -> None:
    def shut_out(line: Row, why: str) -> None:
        for thing in list_things(sight.before, line):
            memory.shut_out[thing][why] = sight.step.number

    for table, old, new in sight.after.iterate_changed(sight.before):
        if table == "claim_line" and new["state"] != old["state"]:
            if new["state"] == "STRUCK" and sight.step.what == "strikeClaimLine":
                shut_out(new, "a strike")
            if new["state"] == "PUBLICITY_FAILED":
                shut_out(new, "failed publicity")
        if table == "claim" and new["status"] == "REFUSED" != old["status"]:
            for line in sight.before.list_rows("claim_line"):
                if line["claim_id"] == new["id"]:
                    shut_out(line, "a refusal")
        if table == "objection" and new["status"] == "APPROVED" != old["status"]:
            shown = sight.after.find("publicity_line", new["publicity_line_id"])
            about = sight.before.find("claim_line", shown["line_id"]) if shown else None
            if about:
                shut_out(about, "an upheld objection")


def check_holding(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """No person-month, hire, place or slot is held twice; paid ones are not free (invariant 3)."""
    ledger = sight.after
    held: dict[str, list[Row]] = defaultdict(list)
    for line in ledger.list_rows("claim_line"):
        if line["state"] in RESERVING and line["claim_status"] not in UNSENT:
            for thing in list_things(ledger, line):
                held[thing].append(line)
    for thing, lines in held.items():
        if len(lines) > 1:
            yield Violation(3, f"held twice: {lines[0]['claim_kind']}", thing)
    yield from _check_terms(ledger)
    for line in ledger.list_rows("claim_line"):
        trainee = ledger.find("trainee", line["trainee_id"])
        if line["state"] == "PAID" and trainee and trainee["place"] is None:
            yield Violation(3, "the place of a paid trainee is free", line["id"])


def _check_terms(ledger: Ledger) -> Iterator[Violation]:
    terms: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in ledger.list_rows("intern"):
        if row["status"] in {"SUBMITTED", "APPROVED"}:
            last = row["ended_on"] or row["ends_on"]
            terms[row["person_id"]].append((row["starts_on"], last, row["unit_id"]))
    for person, each in terms.items():
        each.sort()
        for (_, last, unit), (first, _, other) in pairwise(each):
            if first <= last:
                yield Violation(3, "an intern in two places at once", person)
            if unit == other:
                yield Violation(3, "an intern twice in one unit", person)
        days = sum((date.fromisoformat(b) - date.fromisoformat(a)).days + 1 for a, b, _ in each)
        if days > 366:
            yield Violation(3, "an intern for more than twelve months", person)


def check_four_eyes(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """Each decision is another account's than what it decides (invariant 4)."""
    for entry in sight.after.entries:
        key, who, action = entry["record_id"], entry["account_id"], entry["action"]
        if entry["role"] == "DISTRICT_OFFICER" and action in {"CREATE", "CHANGE", "SUBMIT"}:
            memory.drafters[key].add(who)
        if action == "SUBMIT":
            memory.submitters[key] = who
        if action in REVIEWS and sight.step.what != "revokeFunctions":
            if memory.submitters.get(key) == who:
                yield Violation(4, f"decides on what it submitted: {entry['record']} {action}")
            elif who in memory.drafters[key]:
                yield Violation(4, f"decides on what it drafted: {entry['record']} {action}")
        if action == "APPROVE" and entry["record"] in {"TrainingClass", "Claim"}:
            yield from _check_overriders(sight.after, entry)
    yield from _check_decisions(sight)


def _check_decisions(sight: Sight) -> Iterator[Violation]:
    """Whoever proposed, published, named or decided something does not take its next step."""
    for table, old, new in sight.after.iterate_changed(sight.before):
        if table == "parameter" and new["status"] == "APPROVED":
            decided = new.get("decided_by")
            if decided and decided == new["proposed_by"]:
                yield Violation(4, "decides on a parameter that it proposed")
        if table == "objection" and new["reviewed_by"] == new["published_by"]:
            yield Violation(4, "settles an objection to what it published")
        if table == "claim_line":
            yield from _check_confirmer(sight, old, new)
    for table, row in sight.after.iterate_new(sight.before):
        if table == "payment":
            yield from _check_payer(sight, row)
        if table == "publicity_line":
            yield from _check_publisher(sight, row)


def _check_confirmer(sight: Sight, old: Row, new: Row) -> Iterator[Violation]:
    """Whoever names another account does not confirm it (X8)."""
    confirmed = sight.step.what == "confirmLineAccount" and old["account_proposed_by"]
    if confirmed and new["account_proposed_by"] is None:
        who = {
            str(e["account_id"]) for e in sight.after.entries if str(e["record_id"]) == new["id"]
        }
        if old["account_proposed_by"] in who:
            yield Violation(4, "confirms an account that it named")


def _check_publisher(sight: Sight, shown: Row) -> Iterator[Violation]:
    of = sight.after.find("publicity", shown["publicity_id"])
    claim = sight.after.find("claim", shown["claim_id"])
    if of and claim and of["published_by"] in {claim["submitted_by"], *claim["barred_reviewers"]}:
        yield Violation(4, "publishes what it filed")


def _check_overriders(ledger: Ledger, entry: Mapping[str, Any]) -> Iterator[Violation]:
    record, who = str(entry["record_id"]), str(entry["account_id"])
    claimed = {
        line["trainee_id"] for line in ledger.list_rows("claim_line") if line["claim_id"] == record
    }
    for row in ledger.list_rows("trainee"):
        if (row["class_id"] == record or row["id"] in claimed) and row["overridden_by"] == who:
            yield Violation(4, f"approves what its override let through: {entry['record']}")


def _check_payer(sight: Sight, payment: Row) -> Iterator[Violation]:
    line = sight.after.find("claim_line", payment["line_id"])
    claim = sight.after.find("claim", line["claim_id"]) if line else None
    payers = {
        str(e["account_id"])
        for e in sight.after.entries
        if str(e["record_id"]) in {payment["id"], payment["line_id"]}
    }
    if claim and payers & {claim["approved_by"], claim["submitted_by"]}:
        yield Violation(4, "pays what it decided on or filed")


_LINE_WAYS = {
    (str(action), str(source), str(target))
    for action, (sources, target) in LINE_TRANSITIONS.items()
    for source in sources
}
_WAYS = {
    (str(way.action), str(source), str(way.target or source))
    for way in TRANSITIONS
    for source in way.sources
}


def check_states(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """Each state was reached by the table, step by step, and history tells it (invariant 5)."""
    for found in find_breaks(sight.after.entries, memory.heads, {}, keyed=KEYED_HISTORY):
        yield Violation(5, f"the chain of history breaks: {found.damage}")
    for found in find_breaks(sight.after.office, memory.heads, {}, OFFICE_CHAIN, KEYED_HISTORY):
        yield Violation(5, f"an office's chain of history breaks: {found.damage}")
    yield from _check_office_steps(sight)
    by_record: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in sight.after.entries:
        by_record[str(entry["record_id"])].append(entry)
    for table, old, new in sight.after.iterate_changed(sight.before):
        reviewed = table == "claim" and new["reviewed_by"] != old["reviewed_by"]
        voided = new.get("status") == "VOIDED" and new["reviewed_by"] != old["reviewed_by"]
        if voided or (reviewed and sight.step.what in PAYING_STEPS):
            yield Violation(5, f"the reviewer is overwritten by {sight.step.what}")
        column = "state" if table == "claim_line" else "status"
        if column not in new or table in TOLD_ELSEWHERE or "unit_id" not in new:
            continue
        ways = [way for entry in by_record[new["id"]] if (way := _read_way(entry))]
        yield from _check_way(table, old[column], new[column], ways)
        if table != "claim_line" and old["version"] != new["version"] and not by_record[new["id"]]:
            yield Violation(5, f"changed without a word in history: {table} by {sight.step.what}")
    yield from _check_rest(sight)


def _check_office_steps(sight: Sight) -> Iterator[Violation]:
    """Each version of a record of an office has one entry, from where it was to where it is."""
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in sight.after.office:
        told[str(entry["record_id"])].append(entry)
    made = [(table, {"version": 0}, row) for table, row in sight.after.iterate_new(sight.before)]
    for table, old, new in [*made, *sight.after.iterate_changed(sight.before)]:
        if table not in OFFICE_TABLES or old["version"] == new["version"]:
            continue
        steps = told[new["id"]]
        if not steps:
            yield Violation(5, f"no history of {table}: {sight.step.what}")
        elif len(steps) != new["version"] - old["version"]:
            yield Violation(5, f"not one entry for each step of {table}: {sight.step.what}")
        column = "state" if table == "disbursement_batch" else "status"
        if steps and column in new and steps[-1]["to_status"] != new[column]:
            yield Violation(5, f"history tells another state of {table}: {sight.step.what}")


def _read_way(entry: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Read from where to where an entry tells that a record or a line went, and how."""
    line = entry["changes"].get("state")
    source, target = line or (entry["from_status"], entry["to_status"])
    return (entry["action"], str(source), str(target)) if source and source != target else None


def _check_way(
    table: str, old: str, new: str, ways: list[tuple[str, str, str]]
) -> Iterator[Violation]:
    place = old
    for action, source, target in ways:
        if source != place:
            yield Violation(5, f"history jumps: {table} {place} then from {source}")
        if (action, source, target) not in (_LINE_WAYS if table == "claim_line" else _WAYS):
            name = f"{table} {source} to {target} by {action}"
            yield Violation(5, f"a way that is not in the table: {name}")
        place = target
    if place != new:
        yield Violation(5, f"history does not tell the way: {table} {old} to {new}")


def _check_rest(sight: Sight) -> Iterator[Violation]:
    waiting = Counter(
        payment["batch_id"]
        for payment in sight.after.list_rows("payment")
        if payment["state"] == "IN_BATCH"
    )
    for batch in sight.after.list_rows("disbursement_batch"):
        if not waiting[batch["id"]] and batch["state"] in {"OPEN", "EXPORTED"}:
            yield Violation(5, f"all payments are answered, the batch is {batch['state']}")
    states: dict[str, set[str]] = defaultdict(set)
    for line in sight.after.list_rows("claim_line"):
        states[line["claim_id"]].add(line["state"])
    for claim in sight.after.list_rows("claim"):
        own = states[claim["id"]]
        moving = claim["status"] in MOVING
        if own and own <= AT_REST and moving:
            what = "+".join(sorted(own))
            yield Violation(5, f"all lines at rest, the claim is not: {claim['status']} {what}")


def check_places(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """A claim for hires is decided where their contributions were posted (invariant 8, S10, X21).

    The amount is that place's: who could choose it would choose the highest.
    """
    for table, old, new in sight.after.iterate_changed(sight.before):
        placed = table == "claim" and new["kind"] in {"HIRING", "SERVICE"}
        if placed and old["status"] == "SUBMITTED" and new["status"] in APPROVED:
            for line in sight.after.list_rows("claim_line"):
                if line["claim_id"] == new["id"] and line["state"] in RESERVING:
                    yield from _check_place(sight.after, new, line)


def _check_place(ledger: Ledger, claim: Row, line: Row) -> Iterator[Violation]:
    own = (
        row
        for row in ledger.list_rows("insurance_contribution")
        if row["person_id"] == line["person_id"]
        and row["employer_credit_code"] == line["employer_code"]
    )
    latest = max(own, key=lambda row: str(row["month"]), default=None)
    if latest is None or latest["place"] != claim["place"]:
        yield Violation(8, f"decided where nothing was posted: {line['claim_kind']}", line["id"])


def check_facts(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """What was told of a person and acknowledged is on file, field by field (invariant 7, X13).

    An empty field takes what is told, whoever told another field of the person on that day.
    """
    if sight.step.what != "loadFacts" or sight.given["kind"] != "PERSON" or not sight.succeeded:
        return
    on_file = {row["name"]: row for row in sight.after.list_rows("person")}
    for cells in sight.given["rows"]:
        told = dict(zip(sight.given["columns"], cells, strict=True))
        person = on_file.get(told["姓名"])
        if person is None:
            yield Violation(7, "told and acknowledged, but not on file: a person")
            continue
        for heading, name in TOLD_OF_PERSONS.items():
            if told.get(heading) and person[name] is None:
                yield Violation(7, f"told and acknowledged, but not on file: {name}")


def check_promises(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """What was said to be possible is, and what was not is refused for that (invariant 6)."""
    if sight.told is None or sight.step.promise is None:
        return
    name = f"{sight.told_of} {sight.step.promise.action}"
    if sight.told.allowed and not sight.succeeded:
        table, action = sight.told_of.split(" ")[0], sight.step.promise.action
        chosen: set[str] = MEANT_BY_CHOICE.get((table, action), set())
        meant = MEANT_BY_INPUT | FOUND_BY_CONTROLS | FOUND_AT_THE_ACT | chosen
        reasons = [r for r in sight.reasons if r not in meant]
        if reasons or not sight.reasons:
            why = "+".join(sorted(set(reasons))) or sight.answer["__typename"]
            yield Violation(6, f"allowed but refused: {name}: {why}")
    elif not sight.told.allowed and sight.succeeded:
        yield Violation(6, f"not allowed but done: {name}: {sight.told.reason}")
    elif not sight.told.allowed and sight.told.reason not in sight.reasons:
        if sight.reasons and set(sight.reasons) <= MEANT_BY_INPUT:
            return
        why = "+".join(sorted(set(sight.reasons))) or sight.answer["__typename"]
        yield Violation(6, f"refused for another reason: {name}: {sight.told.reason}, said {why}")


def check_doing(sight: Sight, memory: Memory) -> Iterator[Violation]:
    """What was refused left nothing, and the same key did it once (invariant 7)."""
    what = sight.step.what
    if sight.answer["__typename"] in {"Errors", "Nothing"}:
        yield Violation(7, f"no answer: {what}", str(sight.answer.get("errors"))[:300])
    refused = sight.answer["__typename"] in {"Refusal", "Invalid", "StaleVersion", "Forbidden"}
    first = sight.between or sight.after
    if refused and sight.died is None and (left := first.describe_difference(sight.before)):
        yield Violation(7, f"refused but something is left: {what}: {left}")
    if sight.died is not None and (left := sight.died.describe_difference(sight.before)):
        if not sight.committed:
            yield Violation(7, f"died and something is left: {what}: {left}")
        elif not sight.answer["__typename"].endswith("Payload"):
            yield Violation(7, f"died once it was done, and is answered otherwise: {what}")
        elif tables := _list_written(sight.died, first):
            yield Violation(7, f"died once it was done, and did it twice: {what}: {tables}")
    if sight.second is not None and sight.between is not None:
        if sight.second["__typename"] != sight.answer["__typename"]:
            yield Violation(7, f"the same key is answered otherwise: {what}")
        if tables := _list_written(sight.between, sight.after):
            yield Violation(7, f"the same key did it twice: {what}: {tables}")


def _list_written(earlier: Ledger, later: Ledger) -> str:
    return ", ".join(n for n, rows in later.tables.items() if rows != earlier.tables[n])


Check = Callable[[Sight, Memory], Iterable[Violation]]
CHECKS: tuple[Check, ...] = (
    check_money,
    check_transfers,
    check_bank_answers,
    check_exclusion,
    check_holding,
    check_four_eyes,
    check_states,
    check_places,
    check_promises,
    check_doing,
    check_facts,
)


def check_all(sight: Sight, memory: Memory) -> list[Violation]:
    """Ask all of them."""
    return [found for check in CHECKS for found in check(sight, memory)]
