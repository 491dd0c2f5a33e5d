"""What can be sent: for each action that records tell of, a request with valid input."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.factories.hiring_scenario import END, START, a_cell_row
from tests.factories.internship_scenario import ACCOUNT_DRAFT, DECLARATION_DRAFT, POST_DRAFT
from tests.factories.roster import BORN
from tests.factories.rows import CHAOYANG_DISTRICT, CHENGDU_DISTRICT, an_id_number
from tests.stateful.ledger import Ledger, Row
from tests.stateful.runner import Runner

Request = tuple[str, Any]
WHY = {"reason": "核实"}

NOUNS = {
    "declaration": "Declaration",
    "post": "Post",
    "intern": "Intern",
    "claim": "Claim",
    "reduction": "Reduction",
    "change_request": "ChangeRequest",
    "training_class": "TrainingClass",
    "completion": "Completion",
    "qualification": "Qualification",
}
PLURALS = {
    "declaration": "Declarations",
    "post": "Posts",
    "intern": "Interns",
    "claim": "Claims",
    "reduction": "Reductions",
    "change_request": "ChangeRequests",
    "training_class": "TrainingClasses",
    "completion": "Completions",
    "monthly_report": "MonthlyReports",
    "clawback": "Clawbacks",
    "qualification": "Qualifications",
}
REASONED = {"RETURN", "REFUSE", "REVOKE"}
REVIEWS = {"APPROVE", *REASONED}
DECISIONS = {"SUBMIT", "WITHDRAW", *REVIEWS}


@dataclass
class Requests:
    """Builds requests about what there is, by lot."""

    runner: Runner
    lot: random.Random

    @property
    def ledger(self) -> Ledger:
        return self.runner.ledger

    @property
    def today(self) -> date:
        return self.runner.world.service.today()

    def name(self, row: Row) -> str:
        """Name a record."""
        return self.runner.names[row["id"]]

    def decide(self, row: Row) -> dict[str, Any]:
        """Name a record in the version that it has."""
        return {"id": f"@{self.name(row)}", "version": f"#{self.name(row)}"}

    def build(self, table: str, row: Row, action: str) -> Request | None:
        """Build the request that does to a record what it told of; None where there is none."""
        if action in DECISIONS and table not in {"objection", "parameter"}:
            return self._build_decision(table, row, action)
        builder = _BUILDERS.get((table, action))
        return builder(self, row) if builder else None

    def _build_decision(self, table: str, row: Row, action: str) -> Request | None:
        verb, own = action.lower(), self.decide(row)
        reason = WHY if action in REASONED else {}
        if action in REVIEWS and table in PLURALS and self.lot.random() < 0.25:
            return f"review{PLURALS[table]}", {"verdict": action, "records": [own], **reason}
        if table == "monthly_report":
            return f"{verb}MonthlyReports", {"records": [own], **reason}
        if table == "clawback":
            what = {"APPROVE": "confirmClawback", "REFUSE": "rejectClawback"}.get(action)
            return (what, own | reason) if what else None
        return f"{verb}{NOUNS[table]}", own | reason

    def pick(self, table: str, *where: Callable[[Row], bool]) -> Row | None:
        """Choose one of the rows that meet some conditions."""
        rows = [row for row in self.runner.list_rows(table) if all(w(row) for w in where)]
        return self.lot.choice(rows) if rows else None

    def pick_account(self, unit_id: str) -> str:
        """Choose one of a unit's bank accounts."""
        row = self.pick("bank_account", lambda row: row["unit_id"] == unit_id)
        assert row is not None
        return f"@{self.name(row)}"

    def change_claim(self, row: Row) -> Request | None:
        """Change a claim's lines or account, mostly with the same persons."""
        own = self.decide(row) | {"bankAccountId": self.pick_account(row["unit_id"])}
        lines = [x for x in self.runner.list_rows("claim_line") if x["claim_id"] == row["id"]]
        match row["kind"]:
            case "LIVING_ALLOWANCE":
                return "changeLivingAllowanceClaim", own | {
                    "month": str(row["month"])[:7],
                    **self._name_some("internIds", "intern_id", lines),
                }
            case "MENTORING":
                return "changeMentoringClaim", own | {"year": row["year"]}
            case "TRAINING":
                of = self.ledger.find("training_class", row["class_id"])
                assert of is not None
                chosen = self._name_some("traineeIds", "trainee_id", lines)
                return "changeTrainingClaim", own | {"classId": f"@{self.name(of)}", **chosen}
            case kind:
                rosters = self.name_rosters(row["unit_id"], kind)
                changed = own | {"rosterIds": rosters}
                return (f"change{kind.title()}Claim", changed) if rosters else None

    def _name_some(self, key: str, column: str, lines: list[Row]) -> Mapping[str, Any]:
        if not lines or self.lot.random() < 0.5:
            return {}
        barred = {
            (line["claim_kind"], line["person_id"])
            for line in self.runner.list_rows("claim_line")
            if line["barred"]
        }
        approved = {
            row["id"] for row in self.runner.list_rows("intern") if row["status"] == "APPROVED"
        }
        free = [
            line
            for line in lines
            if (line["claim_kind"], line["person_id"]) not in barred
            and (line["intern_id"] is None or line["intern_id"] in approved)
        ]
        ids = dict.fromkeys(x[column] for x in free if x[column] in self.runner.names)
        return {key: [f"@{self.runner.names[id]}" for id in ids]} if ids else {}

    def name_rosters(self, unit_id: str, kind: str = "HIRING") -> list[str]:
        """Name a unit's rosters of a kind, or one of them."""
        rows = [
            row
            for row in self.runner.list_rows("roster")
            if row["unit_id"] == unit_id and row["kind"] == kind and row["state"] == "CHECKED"
        ]
        chosen = rows if not rows or self.lot.random() < 0.5 else [self.lot.choice(rows)]
        return [f"@{self.name(row)}" for row in chosen]

    def publish(self, row: Row) -> Request:
        """Publish a claim's lines, or one line, for just long enough or a little more."""
        kind = row.get("kind") or row["claim_kind"]
        last = self.today + timedelta(days=self.lot.choice((9, 12)))
        window = {"firstDay": str(self.today), "lastDay": str(last)}
        return "publishLines", {"kind": kind, "title": "公示", **window, "which": self._which(row)}

    def _which(self, row: Row) -> Mapping[str, Any]:
        if "claim_kind" in row:
            return {"records": [self.decide(row)]}
        return {"claimIds": [f"@{self.name(row)}"]}

    def pass_publicity(self, row: Row) -> Request:
        return "passPublicity", {"which": self._which(row)}

    def fail_publicity(self, row: Row) -> Request:
        return "failPublicity", {"which": self._which(row), **WHY}

    def disburse(self, row: Row) -> Request | None:
        """Put what is payable of a claim into a batch, or tell that what is in one was paid."""
        all_ = [r for r in self.runner.list_rows("claim_line") if r["claim_id"] == row["id"]]
        payable = [line for line in all_ if line["state"] == "PAYABLE"]
        free = [line for line in payable if line["account_proposed_by"] is None]
        lines = free or payable or all_
        if not lines:
            return None
        if not payable and (batched := [line for line in all_ if line["state"] == "IN_BATCH"]):
            return self.mark_disbursed(batched[0])
        return "makeBatch", {"lineIds": [f"@{self.name(line)}" for line in lines]}

    def put_in_batch(self, row: Row) -> Request:
        return "makeBatch", {"lineIds": [f"@{self.name(row)}"]}

    def mark_disbursed(self, row: Row) -> Request:
        """Tell that a line was paid, with the others that the bank was to pay as one transfer."""
        paid = {"paidOn": str(self.today), "bankReference": "现金"}
        lines = [f"@{self.runner.names[id]}" for id in self._list_together(row["id"])]
        return "markDisbursed", {"lineIds": lines, **paid}

    def _list_together(self, line_id: str) -> list[str]:
        waiting = [p for p in self.runner.list_rows("payment") if p["state"] == "IN_BATCH"]
        transfers = {p["transfer"] for p in waiting if p["line_id"] == line_id} - {None}
        return [p["line_id"] for p in waiting if p["transfer"] in transfers] or [line_id]

    def strike(self, row: Row) -> Request:
        return "strikeClaimLine", self.decide(row) | WHY

    def send_back(self, row: Row) -> Request:
        return "sendBackClaimLine", self.decide(row) | WHY

    def readmit(self, row: Row) -> Request:
        return "readmitClaimLine", self.decide(row) | WHY

    def claw_back(self, row: Row) -> Request:
        cents = self.lot.choice((f"{row['amount']:.2f}", "1.00"))
        given = {"lineId": f"@{self.name(row)}", "version": f"#{self.name(row)}"}
        return "proposeClawback", given | {"amount": cents, **WHY}

    def name_account(self, row: Row) -> Request | None:
        """Name another account for a line, or for all of its claim where the unit is paid."""
        if row["payee_number_masked"] is not None:
            given: dict[str, Any] = {"payeeBank": "工商银行", "payeeNumber": "6222020200112233453"}
        else:
            given = {"bankAccountId": self.pick_account(row["unit_id"]), **self._choose_whole()}
        return "nameLineAccount", self.decide(row) | given

    def confirm_account(self, row: Row) -> Request:
        return "confirmLineAccount", self.decide(row) | self._choose_whole()

    def _choose_whole(self) -> dict[str, bool]:
        return {"wholeClaim": self.lot.random() < 0.5}

    def recover(self, row: Row) -> Request:
        """Enter that all of a clawback came back, or a part of it."""
        left = row["amount"] - row["recovered"]
        amount = f"{self.lot.choice((left, min(left, 1))):.2f}"
        told = {"receivedOn": str(self.today), "bankReference": f"ICBC-B{self.lot.randint(1, 9)}"}
        return "recordRecovery", self.decide(row) | {"amount": amount} | told

    def settle(self, row: Row, *, upheld: bool) -> Request:
        return "settleObjection", self.decide(row) | {"upheld": upheld, **WHY}

    def cancel_batch(self, row: Row) -> Request:
        return "cancelBatch", self.decide(row) | WHY

    def export_batch(self, row: Row) -> Request:
        own = {"batchId": f"@{self.name(row)}", "version": f"#{self.name(row)}"}
        return "exportBatch", own | {"format": "CSV"}

    def answer(self, row: Row) -> Request | None:
        """Answer a batch as the bank does: paid, failed, wrong, some of them not at all."""
        rows, told = [], set()
        own = [p for p in self.runner.list_rows("payment") if p["batch_id"] == row["id"]]
        for payment in own:
            transfer = payment["transfer"]
            if transfer not in told and self.lot.random() < 0.85:
                rows.append(
                    self._answer_one(payment, [p for p in own if p["transfer"] == transfer])
                )
            told |= {transfer} if transfer else set()
        given = {"batchId": f"@{self.name(row)}", "rows": rows}
        return ("importBankAnswer", given) if rows else None

    def _answer_one(self, payment: Row, together: list[Row]) -> Mapping[str, Any]:
        name = self.name(payment)
        told: dict[str, Any] = {"reference": f"${name} reference", "amount": f"${name} amount"}
        if payment["transfer"]:
            whole = sum(Decimal(str(each["amount"])) for each in together)
            told = {"reference": f"${name} transfer", "amount": f"{whole:.2f}"}
        if self.lot.random() < 0.65:
            paid_on = self.today - timedelta(days=self.lot.choice((0, 0, 0, 0, 60)))
            serial = f"ICBC-{self.lot.randint(1, 9)}"
            if self.lot.random() < 0.1:
                told["amount"] = ",".join(f"{payment['amount']:.0f}")
            return told | {"outcome": "成功", "paidOn": str(paid_on), "bankReference": serial}
        if self.lot.random() < 0.3:
            told["amount"] = "1.23"
        return told | {"outcome": "失败", "reason": "账号不存在"}

    def reduce(self, row: Row) -> Request:
        """End an internship today, some months ago, or some days ago."""
        days = self.lot.choice((0, 5, 40, 130))
        why = self.lot.choice(
            (
                {"employed": {"destination": "RETAINED"}},
                {"termCompleted": {"note": "另行就业"}},
                {"couldNotComplete": {"cause": "个人原因", "note": "待业"}},
            )
        )
        end = str(max(self.today - timedelta(days=days), date(2024, 8, 20)))
        return "addReduction", {"internId": f"@{self.name(row)}", "endedOn": end, "endReason": why}

    def change_reduction(self, row: Row) -> Request:
        _, given = self.reduce(row)
        return "changeReduction", self.decide(row) | {
            name: given[name] for name in ("endedOn", "endReason")
        }

    def request_change(self, row: Row) -> Request | None:
        """Ask for another end of an internship, or other figures of a declaration."""
        if "starts_on" in row:
            return "requestChange", {"change": {"intern": self._revise(row)}, "motive": "调整"}
        if "planned_interns" in row:
            figures = {k: v for k, v in DECLARATION_DRAFT.items() if k != "staff"}
            planned = {"plannedInterns": self.lot.randint(5, 40)}
            change = {"declaration": self.decide(row) | figures | planned}
            return "requestChange", {"change": change, "motive": "调整"}
        if "headcount" in row:
            terms = POST_DRAFT | {"headcount": self.lot.randint(5, 40), "name": row["name"]}
            return "requestChange", {
                "change": {"post": self.decide(row) | terms},
                "motive": "调整",
            }
        return None

    def amend(self, row: Row) -> Request | None:
        """Ask for something else than before, of the same record."""
        table = str(row["record"]).lower()
        of = self.ledger.find(table, row["record_id"]) if table in NOUNS else None
        request = self.request_change(of) if of is not None else None
        return ("amendChangeRequest", self.decide(row) | request[1]) if request else None

    def _revise(self, row: Row) -> dict[str, Any]:
        post = self.ledger.find("post", row["post_id"])
        assert post is not None
        ends = date.fromisoformat(row["ends_on"]) - timedelta(days=self.lot.choice((1, 20)))
        return self.decide(row) | {
            "postId": f"@{self.name(post)}",
            "category": row["category"],
            "agreedOn": row["agreed_on"],
            "startsOn": row["starts_on"],
            "endsOn": str(ends),
        }

    def change_intern(self, row: Row) -> Request | None:
        """Say otherwise how long, at the same post unless it can't be taken any more."""
        post = self.ledger.find("post", row["post_id"])
        if post is None or post["status"] not in {"APPROVED", "CLOSED"}:
            unit = row["unit_id"]
            other = self.pick("post", lambda r: r["unit_id"] == unit and r["status"] == "APPROVED")
            if other is None:
                return None
            row = {**row, "post_id": other["id"]}
        return "changeIntern", self._revise(row)

    def end_declaration(self, row: Row) -> Request:
        kind = self.lot.choice(("DEREGISTERED", "STATUS_LOST"))
        return "endDeclaration", self.decide(row) | {
            "endedOn": str(self.today - timedelta(days=self.lot.choice((0, 30)))),
            "kind": kind,
            **WHY,
        }

    def change_declaration(self, row: Row) -> Request:
        return "changeDeclaration", self.decide(row) | DECLARATION_DRAFT

    def change_post(self, row: Row) -> Request:
        return "changePost", self.decide(row) | POST_DRAFT | {"name": row["name"], "headcount": 9}

    def change_report(self, row: Row) -> Request | None:
        """Save a month anew."""
        intern = self.ledger.find("intern", row["intern_id"])
        if intern is None:
            return None
        figures = self._report_figures(intern) | {"version": f"#{self.name(row)}"}
        return "saveMonthlyReports", {"month": str(row["month"])[:7], "rows": [figures]}

    def _report_figures(self, intern: Row) -> dict[str, Any]:
        return {
            "internId": f"@{self.name(intern)}",
            "daysAttended": self.lot.choice((22, 20, 16, 10)),
            "wagePaid": self.lot.choice(("4000.00", "3500.00", "2000.00")),
            "insurancePaid": "200.00",
        }

    def save_month(self) -> Request | None:
        """Report a further month of an intern."""
        intern = self.pick("intern", lambda row: row["status"] == "APPROVED")
        if intern is None:
            return None
        return self._report(intern, self.lot.choice(_MONTHS))

    def save_new_month(self) -> Request | None:
        """Report a month of which nothing is reported, as far as there is one."""
        known = {
            (row["intern_id"], row["month"][:7]) for row in self.runner.list_rows("monthly_report")
        }
        free = [
            (intern, month)
            for intern in self.runner.list_rows("intern")
            for month in _MONTHS
            if intern["status"] == "APPROVED"
            and (intern["id"], month) not in known
            and intern["starts_on"] <= f"{month}-01" <= (intern["ended_on"] or intern["ends_on"])
        ]
        return self._report(*self.lot.choice(free)) if free else None

    def _report(self, intern: Row, month: str) -> Request:
        return "saveMonthlyReports", {"month": month, "rows": [self._report_figures(intern)]}

    def score(self, row: Row) -> Request:
        score = self.lot.choice(("85", "60", "30", None))
        return "scoreTrainee", self.decide(row) | {"score": score, "absent": score is None}

    def override(self, row: Row) -> Request:
        return "overrideControl", self.decide(row) | {"control": "TRAINING_PLACES", **WHY}

    def remove(self, row: Row) -> Request:
        return "removeTrainee", self.decide(row)

    def add_trainee(self) -> Request | None:
        """Enter somebody on file into a class that is not sent yet."""
        of = self.pick("training_class", lambda row: row["status"] in {"DRAFT", "RETURNED"})
        number = self.lot.choice((21, 22, 23, 24, 31, 32))
        if of is None:
            return None
        name, id_number = a_cell_row(number)[:2]
        who = {"idNumber": id_number, "name": name}
        return "addTrainee", {"classId": f"@{self.name(of)}", **who}

    def open_class(self) -> Request | None:
        """Open a further class of a course that the enterprise knows."""
        of = self.pick("training_class")
        return ("createTrainingClass", self._plan_class(of)) if of else None

    def change_class(self, row: Row) -> Request:
        return "changeTrainingClass", self.decide(row) | self._plan_class(row)

    def _plan_class(self, row: Row) -> dict[str, Any]:
        first = self.today + timedelta(days=self.lot.choice((0, 1, 20)))
        days = {"opensOn": str(first), "endsOn": str(first + timedelta(days=1))}
        course = self.runner.names[row["course_id"]]
        return {"courseId": f"@{course}", "name": "班", **days}

    def complete(self, row: Row) -> Request:
        return "completeClass", {"classId": f"@{self.name(row)}"}

    def add_intern(self) -> Request | None:
        """Add a person on file as an intern."""
        post = self.pick("post", lambda row: row["status"] == "APPROVED")
        number = self.lot.choice((13, 14, 15))
        if post is None:
            return None
        return "addIntern", {
            "idNumber": an_id_number(number),
            "name": f"见习生{number}",
            "postId": f"@{self.name(post)}",
            "category": "GRADUATE",
            "agreedOn": "2024-07-15",
            "startsOn": self.lot.choice(("2024-08-01", "2024-12-01")),
            "endsOn": self.lot.choice(("2025-07-31", "2025-03-31")),
        }

    def change_qualification(self, row: Row) -> Request:
        """Say otherwise how long a proof is good."""
        content: dict[str, Any] = {"enterpriseSize": "SMALL"}
        if row["kind"] == "AGENCY_LICENCE":
            content = {"agencyLicence": {"number": "510104000199"}}
        days = {"validFrom": row["valid_from"], "validTo": "2019-11-30"}
        return "changeQualification", self.decide(row) | days | {"content": content}

    def add_post(self) -> Request:
        return "addPost", POST_DRAFT | {"name": f"岗位{self.lot.randint(1, 9)}"}

    def declare(self) -> Request:
        return "createDeclaration", DECLARATION_DRAFT

    def claim_allowance(self, unit_id: str) -> Request:
        """Claim for all, or for one intern."""
        given: dict[str, Any] = {"month": self.lot.choice(("2024-10", "2024-12", "2025-02"))}
        intern = self.pick("intern", lambda row: row["status"] == "APPROVED")
        if intern and self.lot.random() < 0.4:
            given["internIds"] = [f"@{self.name(intern)}"]
        return "createLivingAllowanceClaim", given | {"bankAccountId": self.pick_account(unit_id)}

    def claim_mentoring(self, unit_id: str) -> Request:
        account = self.pick_account(unit_id)
        return "createMentoringClaim", {"year": 2024, "bankAccountId": account}

    def claim_hiring(self, unit_id: str) -> Request:
        given = {"rosterIds": self.name_rosters(unit_id)}
        return "createHiringClaim", given | {"bankAccountId": self.pick_account(unit_id)}

    def enter_person(self, unit_id: str) -> Request:
        """Enter a hired person by form, into a roster of its own or one that was begun so."""
        number = self.lot.choice((31, 32, 33, 34))
        given: dict[str, Any] = {
            "kind": "HIRING",
            "place": CHENGDU_DISTRICT,
            "name": f"见习生{number}",
            "idNumber": an_id_number(number, BORN, CHAOYANG_DISTRICT),
            "group": self.lot.choice(("REGISTERED_UNEMPLOYED", "MIGRANT_WORKER")),
            "contractStartsOn": f"{START}",
            "contractEndsOn": self.lot.choice((f"{END}", "2025-01-31")),
        }
        begun = self.pick("roster", lambda row: row["entered"] and row["unit_id"] == unit_id)
        if begun and self.lot.random() < 0.7:
            given["rosterId"] = f"@{self.name(begun)}"
        return "addRosterPerson", given

    def claim_training(self, unit_id: str) -> Request | None:
        of = self.pick("training_class", lambda row: row["unit_id"] == unit_id)
        if of is None:
            return None
        given: dict[str, Any] = {"classId": f"@{self.name(of)}"}
        trainee = self.pick("trainee", lambda row: row["class_id"] == of["id"])
        if trainee and self.lot.random() < 0.4:
            given["traineeIds"] = [f"@{self.name(trainee)}"]
        return "createTrainingClaim", given | {"bankAccountId": self.pick_account(unit_id)}

    def object(self) -> Request | None:
        """Object to a published line, as anybody may."""
        line = self.pick("publicity_line", lambda row: row["outcome"] == "PENDING")
        of = self.ledger.find("publicity", line["publicity_id"]) if line else None
        if line is None or of is None:
            return None
        ids = {"noticeId": f"@{self.name(of)}", "lineId": f"@{self.name(line)}"}
        contact = {"contactName": "周知情", "contactMobile": "13700001234"}
        return "lodgeObjection", {**ids, "text": "该人员并未在此见习", **contact}

    def propose_parameter(self, region: str) -> Request:
        """Propose another figure, dated back now and then."""
        key, category, values = self.lot.choice(_FIGURES[region])
        since = self.lot.choice(("2020-02-01", "2024-09-01", str(self.today)))
        return "proposeParameter", {
            "key": key,
            "region": region,
            "category": category,
            "value": self.lot.choice(values),
            "effectiveFrom": since,
            "source": "省厅通知",
            "confirmed": self.lot.random() < 0.9,
        }

    def late_facts(self) -> Request:
        """Let a contribution of somebody's become known, or be taken back."""
        number = self.lot.choice((100, 101, 102, 103, 11, 12))
        month = self.lot.choice(("2024-07", "2024-12", "2025-01"))
        at = self.pick("unit")
        code = at["credit_code"] if at else ""
        row = [an_id_number(number), "", month, code, self.lot.choice(("", "是"))]
        columns = ["公民身份号码", "姓名", "缴费月份", "统一社会信用代码", "作废"]
        return "loadFacts", {
            "kind": "INSURANCE_CONTRIBUTION",
            "source": "社保局",
            "asOf": str(self.today),
            "region": "220000",
            "columns": columns,
            "rows": [row],
        }

    def settle_difference(self) -> Request | None:
        """Pay what a back-dated parameter left too little, or claw back what is too much."""
        row = self.pick("amount_difference", lambda row: row["state"] == "OPEN")
        if row is None:
            return None
        given = {"records": [self.decide(row)]}
        if row["due"] > row["granted"]:
            return "supplementDifferences", given
        return "clawBackDifferences", given | WHY

    def grant(self) -> Request | None:
        """Give an officer or a cashier back what was taken from them."""
        row = self.pick("function_grant", lambda row: row["revoked"])
        if row is None:
            return None
        whom = f"@{self.runner.names[row['account_id']]}"
        given = {"accountIds": [whom], "functions": [row["function"]]}
        return "grantFunctions", given | {"validFrom": str(self.today), **WHY}

    def add_account(self) -> Request:
        other = {"isDefault": False, "number": self.lot.choice(_ACCOUNT_NUMBERS)}
        return "addBankAccount", ACCOUNT_DRAFT | other

    def change_account(self) -> Request | None:
        """Let another account of the unit be the one that is taken first."""
        row = self.pick("bank_account")
        if row is None:
            return None
        told = {"bank": row["bank"], "branch": "城北支行", "isDefault": True}
        return "changeBankAccount", self.decide(row) | told

    def change_remarks(self) -> Request | None:
        row = self.pick("monthly_report")
        return ("changeRemarks", self.decide(row) | {"remarks": "备注"}) if row else None

    def score_some(self) -> Request | None:
        """Score several trainees of a class at once."""
        of = self.pick("trainee")
        if of is None:
            return None
        all_ = [r for r in self.runner.list_rows("trainee") if r["class_id"] == of["class_id"]]
        marks = [
            self.decide(row) | {"score": self.lot.choice(("85", "60", "30")), "absent": False}
            for row in all_
        ]
        return "scoreTrainees", {"trainees": marks}

    def run_controls(self) -> Request | None:
        """Let the controls run again on a claim, as its reviewer may at any time."""
        row = self.pick("claim", lambda row: row["status"] == "SUBMITTED")
        return ("runControls", self.decide(row)) if row else None

    def end_grant(self) -> Request | None:
        """Take a function away from an officer or a cashier."""
        row = self.pick("function_grant", lambda row: not row["revoked"])
        return ("revokeFunctions", {"records": [self.decide(row)], **WHY}) if row else None


_MONTHS = ("2024-11", "2024-12", "2025-01", "2025-02")

_ACCOUNT_NUMBERS = ("6222020200112233461", "11050101040012345", "220104")
"""A card, a corporate account without a check digit, and one of six digits (J32)."""

_FIGURES: Mapping[str, tuple[tuple[str, str | None, tuple[str, ...]], ...]] = {
    "220000": (
        ("internship.allowance_ratio", "GRADUATE", ("1.0", "0.9", "1.1")),
        ("internship.wage_floor_ratio", "GRADUATE", ("1.6", "1.8")),
        ("internship.min_days", None, ("15", "18")),
        ("internship.min_months_for_claim", None, ("3", "2")),
        ("publicity.required", "LIVING_ALLOWANCE", ("true", "false")),
        ("mentoring.retention_ratio", None, ("0.5", "0.9")),
        ("post.review_required", None, ("true", "false")),
        ("payment.one_transfer_per_account", None, ("true", "false")),
    ),
    "510000": (
        ("hiring.amount", None, ("1000", "800", "1200")),
        ("training.max_per_person", None, ("3", "1")),
        ("payment.one_transfer_per_account", None, ("true", "false")),
        ("training.amount", None, ("0.95 at most 600", "0.95 at most 400")),
        ("training.payment_waits_for_completion", None, ("true", "false")),
        ("training.pass_mark", None, ("60", "20")),
        ("payment.one_transfer_per_account", None, ("true", "false")),
        ("publicity.required", "HIRING", ("true", "false")),
        ("publicity.required", "TRAINING", ("true", "false")),
    ),
}

_BUILDERS: Mapping[tuple[str, str], Callable[[Requests, Row], Request | None]] = {
    ("claim", "CHANGE"): Requests.change_claim,
    ("claim", "PUBLISH"): Requests.publish,
    ("claim", "PASS_PUBLICITY"): Requests.pass_publicity,
    ("claim", "FAIL_PUBLICITY"): Requests.fail_publicity,
    ("claim", "DISBURSE"): Requests.disburse,
    ("claim_line", "PUBLISH"): Requests.publish,
    ("claim_line", "PASS_PUBLICITY"): Requests.pass_publicity,
    ("claim_line", "FAIL_PUBLICITY"): Requests.fail_publicity,
    ("claim_line", "STRIKE"): Requests.strike,
    ("claim_line", "SEND_BACK"): Requests.send_back,
    ("claim_line", "READMIT"): Requests.readmit,
    ("claim_line", "CLAW_BACK"): Requests.claw_back,
    ("claim_line", "PUT_IN_BATCH"): Requests.put_in_batch,
    ("claim_line", "MARK_DISBURSED"): Requests.mark_disbursed,
    ("claim_line", "NAME_ACCOUNT"): Requests.name_account,
    ("claim_line", "CONFIRM_ACCOUNT"): Requests.confirm_account,
    ("clawback", "RECOVER"): Requests.recover,
    ("trainee", "REMOVE"): Requests.remove,
    ("training_class", "CHANGE"): Requests.change_class,
    ("change_request", "CHANGE"): Requests.amend,
    ("objection", "APPROVE"): lambda own, row: own.settle(row, upheld=True),
    ("objection", "REFUSE"): lambda own, row: own.settle(row, upheld=False),
    ("disbursement_batch", "CANCEL"): Requests.cancel_batch,
    ("disbursement_batch", "EXPORT"): Requests.export_batch,
    ("disbursement_batch", "IMPORT_RESULTS"): Requests.answer,
    ("intern", "REDUCE"): Requests.reduce,
    ("intern", "CHANGE"): Requests.change_intern,
    ("intern", "REQUEST_CHANGE"): Requests.request_change,
    ("declaration", "REQUEST_CHANGE"): Requests.request_change,
    ("declaration", "END"): Requests.end_declaration,
    ("declaration", "CHANGE"): Requests.change_declaration,
    ("post", "CHANGE"): Requests.change_post,
    ("post", "CLOSE"): lambda own, row: ("closePost", own.decide(row)),
    ("post", "REOFFER"): lambda own, row: ("reofferPost", own.decide(row)),
    ("post", "REQUEST_CHANGE"): Requests.request_change,
    ("qualification", "CHANGE"): Requests.change_qualification,
    ("monthly_report", "CHANGE"): Requests.change_report,
    ("reduction", "CHANGE"): Requests.change_reduction,
    ("trainee", "SCORE"): Requests.score,
    ("trainee", "OVERRIDE"): Requests.override,
    ("training_class", "COMPLETE"): Requests.complete,
    ("parameter", "WITHDRAW"): lambda own, row: ("withdrawParameter", own.decide(row)),
    ("parameter", "APPROVE"): lambda own, row: ("approveParameter", own.decide(row)),
    ("parameter", "REFUSE"): lambda own, row: ("refuseParameter", own.decide(row) | WHY),
}
