"""Errands: what no record tells of, several requests in a row, some of them with files or jobs.

Somebody registers, signs in, appeals, sends a file, has a roster checked. "!answer 12.0 number" in
an input is what step 12 was answered; `{"sizeOf": …}` is how many bytes a file has.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from resolvers.policy.examination import GRACE_PERIOD
from server.runtime.board_stand_in import Mode
from tests.factories.class_roster_scenario import SCORE_HEADINGS, TRAINEE_HEADINGS
from tests.factories.hiring_scenario import EMPLOYER_HEADINGS, END, HIRING_HEADINGS, a_cell_row
from tests.factories.identity_provider import BACK, PROVIDER
from tests.factories.internship_scenario import DECLARATION_DRAFT, POST_DRAFT
from tests.factories.recovery import WAITING as RECOVERY_WAITING
from tests.factories.roster import BORN
from tests.factories.rows import CHAOYANG_DISTRICT, CHENGDU_DISTRICT, an_id_number
from tests.factories.stranger import PASSWORD, a_person_registration, a_unit_registration
from tests.factories.training_class_scenario import COURSE_DRAFT
from tests.stateful.ledger import Row
from tests.stateful.requests import NOUNS, PLURALS, WHY, Requests
from tests.stateful.runner import CLOCK, SEND, WORKER
from tests.stateful.stage import GUARDED, GUEST_DISTRICT, KEEPER, PERSON

Visit = tuple[str | None, str, Any]
"""Who sends what; a "!answer" is a token that was given out."""

NEXT_PASSWORD = "another horse battery staple"
PDF: Mapping[str, Any] = {"type": "PDF"}
PROFILE = {
    "legalPersonType": "ENTERPRISE",
    "legalRepresentative": "赵法人",
    "industry": "软件业",
    "address": "人民大街2号",
    "employees": 80,
    "contactName": "钱联系",
    "contactMobile": "13912345678",
}
QUALIFICATIONS = (
    {"enterpriseSize": "SMALL"},
    {"agencyLicence": {"number": "(川)人服证字〔2021〕第0100001234号"}},
)


@dataclass
class Errands:
    """Builds errands, the first step of which has a number."""

    requests: Requests
    lot: random.Random
    number: int = 0

    def choose(self, number: int, units: tuple[str, ...]) -> list[Visit]:
        """Choose an errand that one of some units, or its offices, may go on."""
        self.number = number
        told = [each for each in _ERRANDS if each[1] in {*units, ""}]
        ((_, _, build),) = self.lot.choices(told, [weight for weight, *_ in told])
        return build(self)

    def _take(self, back: int, path: str) -> str:
        """Name what was answered to one of the errand's steps."""
        return f"!answer {self.number + back}.0 {path}"

    def _name_made(self, table: str, back: int) -> str:
        """Name the first record of a table that one of the errand's steps made."""
        return f"{table} {self.number + back}.1"

    def _pick_name(self, table: str, *where: Callable[[Row], bool]) -> str | None:
        row = self.requests.pick(table, *where)
        return self.requests.name(row) if row else None

    def _name_account(self, username: str) -> str:
        name = self._pick_name("account", lambda row: row["username"] == username)
        assert name is not None
        return name

    def keep_session(self) -> list[Visit]:
        """Sign in, go on, change the password and back, prove who one is, and leave."""
        own = {"account": KEEPER, "password": PASSWORD}
        token = self._take(2, "accessToken")
        other = f"@{self._name_made('sign_in_session', 1)}"
        return [
            (None, "signIn", own),
            (None, "signIn", own),
            (None, "refreshSession", {"refreshToken": self._take(0, "refreshToken")}),
            (token, "endSession", {"id": other}),
            (token, "changePassword", {"present": PASSWORD, "password": NEXT_PASSWORD}),
            (token, "changePassword", {"present": NEXT_PASSWORD, "password": PASSWORD}),
            (token, "proveAgain", {"password": {"present": PASSWORD}}),
            (token, "signOut", {}),
            (None, "signIn", own | {"password": NEXT_PASSWORD}),
        ]

    def sign_in_by_code(self) -> list[Visit]:
        """Sign a browser in by a mobile app (J4)."""
        return [
            (None, "signIn", {"account": KEEPER, "password": PASSWORD}),
            (None, "requestSignInTicket", {}),
            (
                self._take(0, "accessToken"),
                "approveSignInTicket",
                {"ticket": self._take(1, "ticket"), "number": self._take(1, "number")},
            ),
            (None, "redeemSignInTicket", {"secret": self._take(1, "secret")}),
        ]

    def guard_account(self) -> list[Visit]:
        """Bind an authenticator, sign in by its code, and remove it (J3)."""
        own = {"account": GUARDED, "password": PASSWORD}
        shown = {"code": {"shownFor": self._take(1, "secret")}}
        wait: Visit = (None, CLOCK, {"minutes": 1})
        first, later = self._take(0, "accessToken"), self._take(5, "accessToken")
        return [
            (None, "signIn", own),
            (first, "beginTotp", {"present": PASSWORD}),
            (first, "confirmTotp", shown),
            wait,
            (None, "signIn", own),
            (None, "completeSignIn", {"challenge": self._take(4, "challenge"), **shown}),
            wait,
            (later, "removeTotp", shown),
        ]

    def prove_by_code(self) -> list[Visit]:
        """Prove at the counter who somebody is, and later by a code to the mobile told there."""
        number = self.lot.choice((14, 15, 16))
        first, second = (
            a_person_registration(number, account=f"{which}-{self.number}")
            for which in ("first", "second")
        )
        card = {name: first[name] for name in ("account", "idNumber", "name", "mobile")}
        code = {"ticket": self._take(3, "ticket"), "code": {"sentAs": "code"}}
        ways: tuple[Visit, ...] = (
            (None, "recoverPersonAccount", {**code, "password": NEXT_PASSWORD}),
            (self._take(2, "accessToken"), "confirmPersonByCode", code),
        )
        return [
            (None, "registerPerson", first),
            ("officer", "confirmPerson", card),
            (None, "registerPerson", second),
            (None, "requestPersonCode", {"idNumber": first["idNumber"]}),
            self.lot.choice(ways),
        ]

    def sign_in_elsewhere(self) -> list[Visit]:
        """Sign in as whom the province's provider of identity says that it is (J3, X18)."""
        number = self.lot.choice((14, 15, 16))
        agreed = {
            name: a_person_registration(number)[name] for name in ("agreementVersion", "region")
        }
        asked = {"provider": PROVIDER, "subject": "PERSON", "redirectUri": BACK}
        back = {"letIn": number, "at": self._take(0, "url"), "secret": self._take(0, "secret")}
        return [
            (None, "startProviderSignIn", asked | agreed),
            (None, "completeProviderSignIn", back),
        ]

    def register_unit(self) -> list[Visit]:
        """Register a unit (J1), prove it (X18), and have it declare (J6-J9)."""
        unit, declared = self._name_made("unit", 0), self._name_made("declaration", 3)
        token = self._take(0, "accessToken")
        own = self._decide(declared)
        decided = self.lot.choice(("returnDeclaration", "approveDeclaration"))
        reason = WHY if decided == "returnDeclaration" else {}
        sent: list[Visit] = [
            (token, "submitDeclaration", own),
            ("officer", decided, own | reason),
            (token, "withdrawDeclaration", own),
        ]
        named = {"records": [own], "verdict": "APPROVE"}
        ways: tuple[list[Visit], ...] = (
            [(token, "withdrawDeclaration", own)],
            sent,
            [sent[0], ("officer", "reviewDeclarations", named)],
        )
        return [
            (None, "registerUnit", a_unit_registration(500 + self.lot.randint(1, 99))),
            (token, "completeUnitProfile", self._decide(unit) | PROFILE),
            ("officer", "verifyUnit", self._decide(unit) | {"basis": "营业执照、身份证"}),
            (token, "createDeclaration", DECLARATION_DRAFT),
            (token, "changeDeclaration", own | DECLARATION_DRAFT | {"plannedInterns": 7}),
            *self.lot.choice(ways),
        ]

    def _decide(self, name: str) -> dict[str, Any]:
        """Name a record in the version that it will have."""
        return {"id": f"@{name}", "version": f"#{name}"}

    def review_posts(self) -> list[Visit]:
        """Have posts reviewed from now on, add one, and decide on it (J10)."""
        today = str(self.requests.today)
        figure = {"key": "post.review_required", "region": "220000", "value": "true"}
        more = {"effectiveFrom": today, "source": "省厅通知", "confirmed": True}
        proposed, post = self._decide(self._name_made("parameter", 0)), self._name_made("post", 2)
        own = self._decide(post)
        ways: tuple[list[Visit], ...] = (
            [("unit", "withdrawPost", own)],
            [("officer", "approvePost", own), ("colleague", "revokePost", own | WHY)],
            [("officer", "returnPost", own | WHY), ("unit", "submitPost", own)],
            [("officer", "refusePost", own | WHY)],
            [("officer", "reviewPosts", {"records": [own], "verdict": "APPROVE"})],
        )
        return [
            ("province", "proposeParameter", figure | more),
            ("deputy", "approveParameter", proposed),
            ("unit", "addPost", POST_DRAFT | {"name": f"岗位{self.number}"}),
            ("unit", "submitPost", own),
            *self.lot.choice(ways),
        ]

    def let_through(self) -> list[Visit]:
        """Let somebody through whose places are used up (S21)."""
        today = self.requests.today
        figure = {"key": "training.max_per_person", "region": "510000", "value": "1"}
        more = {"effectiveFrom": "2024-01-01", "source": "省厅通知", "confirmed": True}
        proposed = self._decide(self._name_made("parameter", 0))
        course = self.requests.pick("training_class", lambda row: row["status"] == "APPROVED")
        if course is None:
            return []
        opens = str(today + timedelta(days=20))
        ends = str(today + timedelta(days=21))
        of = self.requests.runner.names[course["course_id"]]
        draft = {"courseId": f"@{of}", "name": "班"}
        name, id_number = a_cell_row(self.lot.choice((21, 22, 23, 24)))[:2]
        added = {"classId": f"@{self._name_made('training_class', 2)}"}
        trainee = self._decide(self._name_made("trainee", 3))
        passed = {"control": "TRAINING_PLACES"} | WHY
        of_class = self._decide(self._name_made("training_class", 2))
        return [
            ("sichuan", "proposeParameter", figure | more),
            ("chengdu", "approveParameter", proposed),
            ("hirer", "createTrainingClass", draft | {"opensOn": opens, "endsOn": ends}),
            ("hirer", "addTrainee", added | {"name": name, "idNumber": id_number}),
            ("second", "overrideControl", trainee | passed),
            ("hirer", "submitTrainingClass", of_class),
            (self.lot.choice(_REVIEWERS), "approveTrainingClass", of_class),
        ]

    def register_person(self) -> list[Visit]:
        """Register a person, and complete their information (J16)."""
        person = self._name_made("person", 0)
        named = {"id": f"@{person}", "version": f"#{person}"}
        told = {"mobile": "13912345678", "region": CHAOYANG_DISTRICT, "education": "BACHELOR"}
        return [
            (None, "registerPerson", a_person_registration(600 + self.lot.randint(1, 99))),
            (
                self._take(0, "accessToken"),
                "completeInformation",
                named | told | {"graduatedOn": "2024-06-30"},
            ),
        ]

    def prove_person(self) -> list[Visit]:
        """Claim the number of somebody on file, and prove at the counter who it is (X18)."""
        given = a_person_registration(self.lot.choice((14, 15, 16)), account=f"own-{self.number}")
        card = {name: given[name] for name in ("account", "idNumber", "name", "mobile")}
        return [(None, "registerPerson", given), ("officer", "confirmPerson", card)]

    def keep_operator(self) -> list[Visit]:
        """Add an operator, and close the account (J3)."""
        account = self._name_made("account", 0)
        named = {"id": f"@{account}", "version": f"#{account}"}
        given = {"account": f"operator-{self.number}", "name": "孙经办", "password": PASSWORD}
        return [
            (KEEPER, "addOperator", given),
            (KEEPER, "changeOperator", named | {"active": False}),
        ]

    def appeal(self) -> list[Visit]:
        """Appeal about a unit's account with evidence; an officer settles it (J2)."""
        unit = self._pick_name("unit", lambda row: row["name"] == "unit有限公司")
        number = {"number": self._take(0, "number")}
        lodged = {
            "creditCode": f"${unit} credit_code",
            "trouble": self.lot.choice(("PASSWORD_LOST", "HOLDER_CHANGED")),
            "text": "法人离职，密码遗失",
            "contactName": "钱联系",
            "contactMobile": "13700001234",
            "region": CHAOYANG_DISTRICT,
        }
        file = {"name": "证据.pdf", "size": {"sizeOf": PDF}}
        return [
            (None, "lodgeAccountAppeal", lodged),
            (None, "requestEvidenceUpload", number | file),
            (None, SEND, {"url": self._take(1, "url"), "file": PDF}),
            (None, "addEvidence", number | {"uploadIds": [self._take(1, "uploadId")]}),
            *self._settle_appeal(KEEPER, 4),
            (None, "lookUpAccountAppeal", number),
        ]

    def appeal_of_person(self) -> list[Visit]:
        """Appeal about a person's own account; an officer settles it (J2)."""
        lodged = {
            "idNumber": an_id_number(13),
            "name": "见习生13",
            "mobile": "13700001234",
            "trouble": "PASSWORD_LOST",
            "text": "忘记密码",
            "region": CHAOYANG_DISTRICT,
        }
        return [(None, "lodgePersonAppeal", lodged), *self._settle_appeal(PERSON, 1)]

    def _settle_appeal(self, whose: str, back: int) -> list[Visit]:
        appeal = self._name_made("account_appeal", 0)
        named = {"id": f"@{appeal}", "version": f"#{appeal}"}
        account = {"accountId": f"@{self._name_account(whose)}"}
        code = {"number": self._take(0, "number"), "code": self._take(back + 2, "resetCode")}
        recover: Visit = (None, "recoverAccount", code | {"password": PASSWORD})
        holder = {"name": "李法人", "idNumber": an_id_number(77), "mobile": "13912345678"}
        restored, corrected = named | account, named | account | holder
        wait: Visit = (None, CLOCK, {"days": RECOVERY_WAITING.days})
        ways: tuple[list[Visit], ...] = (
            [
                ("officer", "restoreAccess", restored),
                wait,
                ("colleague", "restoreAccess", restored),
            ],
            [
                ("officer", "correctHolder", corrected),
                wait,
                ("colleague", "correctHolder", corrected),
            ],
            [("officer", "restoreAccess", restored), (whose, "stopRecovery", named)],
            [("officer", "refuseAppeal", named | WHY)],
        )
        chosen = self.lot.choice(ways)
        return [*chosen, recover] if wait in chosen else chosen

    def attach_file(self) -> list[Visit]:
        """Send a file, attach it to what may be changed, and take it off now and then (J8)."""
        table, kind = self.lot.choice(_ATTACHED_TO)
        who = "unit" if table not in {"training_class", "completion"} else "hirer"
        unit = str(self.requests.runner.world.accounts[who].unit_id)
        record = self._pick_name(
            table,
            lambda row: row["unit_id"] == unit and row["status"] in {"DRAFT", "RETURNED"},
        )
        begun: list[Visit] = []
        size, back = {"sizeOf": PDF}, 0
        if record is None:
            kind, back, record = "QUALIFICATION", 1, self._name_made("qualification", 0)
            begun = [(who, "addQualification", self._draft_qualification())]
        file, sent = self._take(back, "upload"), {"recordId": f"@{record}", "kind": "OTHER"}
        attached: list[Visit] = [
            *begun,
            (who, "requestUpload", {"recordKind": kind, "name": "材料.pdf", "size": size}),
            (None, SEND, {"url": f"{file}.url", "file": PDF}),
            (who, "attach", sent | {"uploadIds": [f"{file}.id"]}),
        ]
        named = self._take(back + 2, "attachments.0.id")
        off: Visit = (who, "detach", {"attachmentId": named})
        return [*attached, off] if self.lot.random() < 0.5 else attached

    def _send_roster(self, rows: list[Any], **draft: Any) -> list[Visit]:
        file = {"type": "XLSX", "rows": rows}
        asked = {"name": "人员.xlsx", "size": {"sizeOf": file}}
        return [
            ("hirer", "requestRosterUpload", asked),
            (None, SEND, {"url": self._take(0, "upload.url"), "file": file}),
            ("hirer", "createRoster", {"uploadId": self._take(0, "upload.id"), **draft}),
            (None, WORKER, {"job": "roster"}),
        ]

    def send_hires(self) -> list[Visit]:
        """Send a roster of hires, one of them nobody, and look at what failed."""
        numbers = self.lot.sample((31, 32, 33, 34), 2)
        rows = [list(HIRING_HEADINGS), *map(a_cell_row, numbers), a_cell_row(999)]
        roster = {"id": f"@{self._name_made('roster', 2)}"}
        *sent, checked = self._send_roster(rows, kind="HIRING", place=CHENGDU_DISTRICT)
        ways: tuple[list[Visit], ...] = (
            [checked, ("hirer", "requestFailedRows", roster)],
            [("hirer", "withdrawRoster", roster), checked],
        )
        return [*sent, *self.lot.choice(ways)]

    def claim_service(self) -> list[Visit]:
        """Send a roster of whom an agency placed, and claim for them (S12)."""
        employer = self._pick_name("unit", lambda row: row["name"] == "rival有限公司")
        code = f"${employer} credit_code"
        number = self.lot.choice((51, 52))
        rows = [
            [*HIRING_HEADINGS, *EMPLOYER_HEADINGS],
            [*a_cell_row(number), code, "rival有限公司"],
        ]
        unit = str(self.requests.runner.world.accounts["hirer"].unit_id)
        account = self.requests.pick_account(unit)
        given = {"rosterIds": [f"@{self._name_made('roster', 2)}"], "bankAccountId": account}
        claim = self._name_made("claim", 4)
        named = {"id": f"@{claim}", "version": f"#{claim}"}
        sent = self._send_roster(rows, kind="SERVICE", **_SERVICE)
        made: list[Visit] = [("hirer", "createServiceClaim", given)]
        if self.lot.random() < 0.5:
            made.append(("hirer", "changeServiceClaim", named | given))
        return [*sent, *made, ("hirer", "submitClaim", named)]

    def send_trainees(self) -> list[Visit]:
        """Send a roster of trainees for a class that is not sent yet (S21)."""
        of = self._pick_name("training_class", lambda row: row["status"] in {"DRAFT", "RETURNED"})
        if of is None:
            return []
        people = [a_cell_row(n)[:2] for n in self.lot.sample((21, 22, 23, 24, 31, 32), 2)]
        roster = {"rosterId": f"@{self._name_made('roster', 2)}"}
        rows = [list(TRAINEE_HEADINGS), *people]
        sent = self._send_roster(rows, kind="TRAINEES", classId=f"@{of}")
        return [*sent, ("hirer", "addTraineesFromRoster", roster)]

    def send_scores(self) -> list[Visit]:
        """Fetch the sheet of scores of a class, fill it in, and send it (S26)."""
        own = self.requests
        of = own.pick("training_class", lambda row: row["status"] == "APPROVED")
        trainees = [
            row
            for row in own.runner.list_rows("trainee")
            if of and row["class_id"] == of["id"] and row["place"] is not None
        ]
        if of is None or not trainees:
            return []
        rows: list[Any] = [list(SCORE_HEADINGS)]
        for n, row in enumerate(trainees, 1):
            whom = [row["name"], an_id_number(int(row["name"][3:]), BORN, CHAOYANG_DISTRICT)]
            rows.append([str(n), of["number"], *whom, self.lot.choice(("85", "30")), ""])
        named = {"classId": f"@{own.name(of)}"}
        sent = self._send_roster(rows, kind="SCORES", **named)
        roster = {"rosterId": f"@{self._name_made('roster', 2)}"}
        return [*sent, ("hirer", "importScores", roster), ("hirer", "requestScoreSheet", named)]

    def look_for_findings(self) -> list[Visit]:
        """Look for the audits' signs in a unit, and settle one of them (X14)."""
        finding = self.requests.pick("audit_finding", lambda row: row["state"] == "OPEN")
        if finding is None:
            return [("officer", "searchFindings", {"unitId": f"@{self._pick_unit('unit')}"})]
        what = self.lot.choice(("explainFinding", "confirmFinding"))
        return [("officer", what, self.requests.decide(finding) | WHY)]

    def _pick_unit(self, who: str) -> str:
        unit = str(self.requests.runner.world.accounts[who].unit_id)
        name = self._pick_name("unit", lambda row: row["id"] == unit)
        assert name is not None
        return name

    def look_up(self) -> list[Visit]:
        """Look somebody up, look their claims up, or look at a number that is masked."""
        whom = {"idNumber": an_id_number(13)}
        intern = self._pick_name("intern")
        masked = {"id": f"@{intern}", "fields": ["ID_NUMBER"], "reason": "核对"}
        return [
            self.lot.choice(
                (
                    ("unit", "lookUpPerson", whom | {"name": "见习生13"}),
                    ("officer", "searchClaims", whom),
                    ("officer", "unmask", masked),
                )
            )
        ]

    def set_favourites(self) -> list[Visit]:
        """Choose what is shown first."""
        chosen = self.lot.choice((["READ_RECORDS"], []))
        return [(self.lot.choice(("unit", "officer")), "setFavourites", {"functions": chosen})]

    def enter_year(self) -> list[Visit]:
        """Enter the holidays of a year that is not known yet."""
        year = self.lot.randint(2030, 2090)
        days = [{"day": f"{year}-01-01", "working": False, "name": "元旦"}]
        given = {"year": year, "edition": 0, "days": days, "source": "国务院办公厅"}
        return [("province", "enterCalendarYear", given)]

    def enter_course(self) -> list[Visit]:
        """Enter a course, and withdraw it."""
        given = {**COURSE_DRAFT, "code": f"WALK-{self.number}"}
        gone = given | {"edition": 1, "offered": False}
        return [("sichuan", "enterCourse", given), ("sichuan", "enterCourse", gone)]

    def change_staff(self) -> list[Visit]:
        """Change the mobile of somebody of the dedicated staff."""
        row = self.requests.pick("declaration_staff")
        if row is None:
            return []
        mobile = {"mobile": f"1390000{self.lot.randint(1000, 9999)}"}
        return [("unit", "changeStaffContact", self.requests.decide(row) | mobile)]

    def confirm_receipt(self) -> list[Visit]:
        """Say whether what a line was paid arrived (X8)."""
        row = self.requests.pick("claim_line", lambda row: row["state"] in {"PAID", "CLAWED_BACK"})
        if row is None:
            return []
        who = "unit" if str(row["region"]).startswith("22") else "hirer"
        told = {"arrived": self.lot.random() < 0.5, "note": "已核对"}
        return [(who, "confirmReceipt", {"lineId": f"@{self.requests.name(row)}"} | told)]

    def add_interns(self) -> list[Visit]:
        """Add several interns at once."""
        one = self.requests.add_intern()
        if one is None:
            return []
        _, given = one
        rows = [given, given | {"idNumber": an_id_number(16), "name": "见习生16"}]
        return [("unit", "addInterns", {"rows": rows})]

    def add_qualification(self) -> list[Visit]:
        """Draft a proof of what a unit is."""
        who = self.lot.choice(("unit", "hirer"))
        return [(who, "addQualification", self._draft_qualification())]

    def _draft_qualification(self) -> dict[str, Any]:
        since = {"validFrom": f"20{self.lot.randint(10, 19)}-01-01", "validTo": "2019-12-31"}
        return {"content": self.lot.choice(QUALIFICATIONS), **since}

    def push_posts(self) -> list[Visit]:
        """Let the job board take posts, or fail until they are given up (J12)."""
        dead = self.requests.pick("board_push", lambda row: row["state"] == "DEAD")
        if dead is not None:
            return [("officer", "retryBoardPush", self.requests.decide(dead))]
        failing: Visit = (None, WORKER, {"job": "push", "mode": Mode.FAIL.value})
        wait: Visit = (None, CLOCK, {"days": 1})
        taken: Visit = (None, WORKER, {"job": "push", "mode": Mode.OK.value})
        if self.lot.random() < 0.5:
            return [("unit", *self.requests.add_post()), taken]
        post: Visit = ("unit", *self.requests.add_post())
        return [post, failing, wait, failing, wait, failing]

    def call_applicants(self) -> list[Visit]:
        """Fetch whom the job board sends for a post, and call one of them (J13)."""
        applicant = self._pick_name("applicant")
        if applicant is not None and self.lot.random() < 0.7:
            return [("unit", "callApplicant", {"id": f"@{applicant}"})]
        post = self._pick_name("post", lambda row: row["status"] == "APPROVED")
        if post is None:
            return []
        fetched: Visit = (None, WORKER, {"job": "applicants", "mode": Mode.OK.value})
        return [
            (None, WORKER, {"job": "push", "mode": Mode.OK.value}),
            ("unit", "refreshApplicants", {"id": f"@{post}"}),
            fetched,
            ("unit", "callApplicant", {"id": f"@{self._name_made('applicant', 2)}"}),
        ]

    def object_and_ask(self) -> list[Visit]:
        """Object to a published line, and ask what became of it."""
        request = self.requests.object()
        if request is None:
            return []
        asked = {"number": self._take(0, "number")}
        return [(None, *request), (None, "lookUpObjection", asked)]

    def _settle(self, noun: str, back: int, who: str, officers: tuple[str, str]) -> list[Visit]:
        """Decide on a record that one of the errand's steps drafted, in one of the ways."""
        table, first, second = _TABLES[noun], *officers
        own = self._decide(self._name_made(table, back))
        some = {"records": [own], "verdict": "APPROVE"}
        sent: Visit = (who, f"submit{noun}", own)
        ways: tuple[list[Visit], ...] = (
            [(first, f"approve{noun}", own), (second, f"revoke{noun}", own | WHY)],
            [(who, f"withdraw{noun}", own)],
            [(first, f"review{PLURALS[table]}", some)],
            [(first, f"refuse{noun}", own | WHY)],
        )
        if noun == "Completion":
            ways = ways[:3]
        if noun == "ChangeRequest":  # what was changed is changed again, and never revoked
            ways = ways[1:]
        again = self._send_again(sent, (first, f"return{noun}", own | WHY))
        return [*again, *self.lot.choice(ways)]

    def decide_qualification(self) -> list[Visit]:
        """Draft a proof of what a unit is, and have it decided."""
        draft: Visit = ("hirer", "addQualification", self._draft_qualification())
        return [draft, *self._settle("Qualification", 0, "hirer", _REVIEWERS)]

    def decide_intern(self) -> list[Visit]:
        """Add an intern who is nowhere else, and have it decided."""
        request = self.requests.add_intern()
        if request is None:
            return []
        number = self.lot.choice((13, 14, 15, 16))
        person = {"idNumber": an_id_number(number), "name": f"见习生{number}"}
        given = request[1] | person
        own = self._decide(self._name_made("intern", 0))
        terms = ("postId", "category", "agreedOn", "startsOn")
        changed = own | {name: given[name] for name in terms} | {"endsOn": "2025-06-30"}
        return [
            ("unit", "addIntern", given),
            ("unit", "changeIntern", changed),
            *self._settle("Intern", 0, "unit", _OFFICERS),
        ]

    def decide_reduction(self) -> list[Visit]:
        """End an internship in another way than was said first, and have it decided."""
        row = self.requests.pick(
            "intern", lambda row: row["status"] == "APPROVED" and row["ended_on"] is None
        )
        if row is None:
            return []
        what, given = self.requests.reduce(row)
        given["endedOn"] = str(self.requests.today)
        own = self._decide(self._name_made("reduction", 0))
        changed = own | {name: given[name] for name in ("endedOn", "endReason")}
        changed["endedOn"] = str(self.requests.today - timedelta(days=1))
        change: Visit = ("unit", "changeReduction", changed)
        return [("unit", what, given), change, *self._settle("Reduction", 0, "unit", _OFFICERS)]

    def decide_change(self) -> list[Visit]:
        """Ask for a change of what was approved, ask for another, and have it decided."""
        table = self.lot.choice(("intern", "declaration"))
        asked = {
            row["record_id"]
            for row in self.requests.runner.list_rows("change_request")
            if row["status"] in {"DRAFT", "SUBMITTED", "RETURNED"}
        }
        row = self.requests.pick(
            table,
            lambda row: row["status"] == "APPROVED" and row.get("ended_on") is None,
            lambda row: row["id"] not in asked,
        )
        request = self.requests.request_change(row) if row else None
        other = self.requests.request_change(row) if row else None
        if request is None or other is None:
            return []
        own = self._decide(self._name_made("change_request", 0))
        return [
            ("unit", *request),
            ("unit", "amendChangeRequest", own | other[1]),
            *self._settle("ChangeRequest", 0, "unit", _OFFICERS),
        ]

    def decide_completion(self) -> list[Visit]:
        """Complete a class whose trainees are all assessed, and have it decided."""
        own = self.requests
        of = own.pick("training_class", lambda row: row["status"] == "APPROVED")
        trainees = [r for r in own.runner.list_rows("trainee") if of and r["class_id"] == of["id"]]
        if of is None or not trainees:
            return []
        marks = [own.decide(row) | {"score": "85", "absent": False} for row in trainees]
        return [
            ("hirer", "scoreTrainees", {"trainees": marks}),
            ("hirer", "completeClass", {"classId": f"@{own.name(of)}"}),
            *self._settle("Completion", 1, "hirer", _REVIEWERS),
        ]

    def decide_month(self) -> list[Visit]:
        """Report a month of an intern that is not reported yet, and have it decided (J27)."""
        request = self.requests.save_new_month()
        if request is None:
            return []
        own = {"records": [self._decide(self._name_made("monthly_report", 0))]}
        sent: Visit = ("unit", "submitMonthlyReports", own)
        ways: tuple[list[Visit], ...] = (
            [
                ("officer", "approveMonthlyReports", own),
                ("colleague", "revokeMonthlyReports", own | WHY),
            ],
            [("unit", "withdrawMonthlyReports", own)],
            [("officer", "reviewMonthlyReports", own | {"verdict": "APPROVE"})],
        )
        back: Visit = ("officer", "returnMonthlyReports", own | WHY)
        return [("unit", *request), *self._send_again(sent, back), *self.lot.choice(ways)]

    def _send_again(self, sent: Visit, back: Visit) -> list[Visit]:
        """Send a record, and every other time once more after it was returned."""
        return [sent, back, sent] if self.lot.random() < 0.5 else [sent]

    def decide_class(self) -> list[Visit]:
        """Open a class of a course that is known, enter a trainee, and have it decided (S21)."""
        of = self.requests.pick("training_class")
        if of is None:
            return []
        first = self.requests.today + timedelta(days=20)
        course = f"@{self.requests.runner.names[of['course_id']]}"
        days = {"opensOn": str(first), "endsOn": str(first + timedelta(days=1))}
        name, id_number = a_cell_row(self.lot.choice((31, 32, 33, 34)))[:2]
        whose = {"classId": f"@{self._name_made('training_class', 0)}"}
        return [
            ("hirer", "createTrainingClass", {"courseId": course, "name": "班", **days}),
            ("hirer", "addTrainee", whose | {"name": name, "idNumber": id_number}),
            *self._settle("TrainingClass", 0, "hirer", _REVIEWERS),
        ]

    def pay_hires(self) -> list[Visit]:
        """Claim for hires, have it approved, and bring a line on in one of the ways."""
        unit = str(self.requests.runner.world.accounts["hirer"].unit_id)
        what, given = self.requests.claim_hiring(unit)
        own, line = self._decide(self._name_made("claim", 0)), self._name_made("claim_line", 0)
        ids = {"lineIds": [f"@{line}"]}
        batch = self._decide(self._name_made("disbursement_batch", 3))
        number = self.requests.pick_account(unit)
        named = self._decide(line) | {"bankAccountId": number, "wholeClaim": True}
        whole = self._decide(line) | {"wholeClaim": True}
        paid = {"paidOn": str(self.requests.today), "bankReference": "现金"}
        disbursed: Visit = ("finance", "markDisbursed", ids | paid)
        ways: tuple[list[Visit], ...] = (
            [disbursed, *self._bring_back(line, 4)],
            [disbursed, *self._date_back(4)],
            [("finance", "makeBatch", ids), ("payer", "cancelBatch", batch | WHY)],
            [
                ("reviewer", "sendBackClaimLine", self._decide(line) | WHY),
                ("reviewer", "readmitClaimLine", self._decide(line) | WHY),
            ],
            [("hirer", "nameLineAccount", named), ("second", "confirmLineAccount", whole)],
        )
        return [
            ("hirer", what, given),
            ("hirer", "submitClaim", own),
            ("reviewer", "approveClaim", own),
            *self.lot.choice(ways),
        ]

    def _bring_back(self, line: str, back: int) -> list[Visit]:
        """Say that it did not arrive, claw a part of it back, enter what came; and once more."""
        own = self._decide(self._name_made("clawback", back + 1))
        whole = {"lineId": f"@{line}", "version": f"#{line}", "amount": f"${line} amount"}
        once_more: list[Visit] = [
            ("reviewer", "proposeClawback", whole | WHY),
            ("second", "confirmClawback", self._decide(self._name_made("clawback", back + 4))),
        ]
        asked = {"lineId": f"@{line}", "version": f"#{line}", "amount": "100.00"}
        some = {"records": [own], "verdict": "APPROVE"}
        told = {"amount": "40.00", "receivedOn": str(self.requests.today), "bankReference": "B1"}
        came: Visit = ("finance", "recordRecovery", own | told)
        ways: tuple[list[Visit], ...] = (
            [("second", "confirmClawback", own), came, *once_more],
            [("second", "rejectClawback", own | WHY)],
            [("second", "reviewClawbacks", some), came],
        )
        return [
            ("hirer", "confirmReceipt", {"lineId": f"@{line}", "arrived": False}),
            ("reviewer", "proposeClawback", asked | WHY),
            *self.lot.choice(ways),
        ]

    def _date_back(self, back: int) -> list[Visit]:
        """Let another amount hold from before, and settle what was paid too much or too little.

        A parameter is examined once whoever decided on the old one has ended.
        """
        more, too_little = {"confirmed": True, "source": "省厅通知"}, self.lot.random() < 0.5
        figure = {"key": "hiring.amount", "region": "510000", "effectiveFrom": "2024-02-01"}
        value = {"value": "1300" if too_little else "700"}
        difference = {"records": [self._decide(self._name_made("amount_difference", back + 3))]}
        settle: Visit = ("second", "clawBackDifferences", difference | WHY)
        if too_little:
            settle = ("second", "supplementDifferences", difference)
        return [
            ("sichuan", "proposeParameter", figure | value | more),
            ("chengdu", "approveParameter", self._decide(self._name_made("parameter", back))),
            (None, CLOCK, {"seconds": GRACE_PERIOD.total_seconds()}),
            (None, WORKER, {"job": "parameter"}),
            settle,
        ]

    def go_back_on_paid(self) -> list[Visit]:
        """Claw back what was paid for a hire, or let another amount hold from before."""
        line = self._pick_name(
            "claim_line",
            lambda row: row["state"] == "PAID" and row["claim_kind"] == "HIRING",
        )
        if line is None:
            return []
        return self.lot.choice((self._bring_back(line, 0), self._date_back(0)))

    def publish_and_object(self) -> list[Visit]:
        """Publish an allowance, object to it, ask what became of it, and settle it (S18)."""
        unit = str(self.requests.runner.world.accounts["unit"].unit_id)
        own, today = self._decide(self._name_made("claim", 0)), self.requests.today
        account = self.requests.pick_account(unit)
        window = {"firstDay": str(today), "lastDay": str(today + timedelta(days=12))}
        which = {"which": {"claimIds": [own["id"]]}}
        told = {"kind": "LIVING_ALLOWANCE", "title": "公示", **window, **which}
        ids = {
            "noticeId": f"@{self._name_made('publicity', 3)}",
            "lineId": f"@{self._name_made('publicity_line', 3)}",
        }
        contact = {"contactName": "周知情", "contactMobile": "13700001234"}
        objection = self._decide(self._name_made("objection", 4))
        upheld = {"upheld": self.lot.random() < 0.5}
        month = self.lot.choice(("2024-08", "2024-09", "2024-10"))
        draft = {"month": month, "bankAccountId": account}
        return [
            ("unit", "createLivingAllowanceClaim", draft),
            ("unit", "submitClaim", own),
            ("officer", "approveClaim", own),
            ("colleague", "publishLines", told),
            (None, "lodgeObjection", {**ids, "text": "该人员并未在此见习", **contact}),
            (None, "lookUpObjection", {"number": self._take(4, "number")}),
            ("clerk", "settleObjection", objection | upheld | WHY),
        ]

    def come_back(self) -> list[Visit]:
        """Claim once more for whoever was struck, objected to or failed publicity (X15)."""
        unit = str(self.requests.runner.world.accounts["unit"].unit_id)
        draft = {
            "month": self.lot.choice(("2024-08", "2024-09", "2024-10")),
            "bankAccountId": self.requests.pick_account(unit),
        }
        line, own = self._name_made("claim_line", 0), self._decide(self._name_made("claim", 0))
        shown = self._publish_allowance(own["id"])
        ids = {
            "noticeId": f"@{self._name_made('publicity', 3)}",
            "lineId": f"@{self._name_made('publicity_line', 3)}",
            "text": "该人员并未在此见习",
            **{"contactName": "周知情", "contactMobile": "13700001234"},
        }
        upheld = self._decide(self._name_made("objection", 4)) | {"upheld": True, **WHY}
        approved: Visit = ("officer", "approveClaim", own)
        failed: Visit = ("clerk", "failPublicity", {"which": {"claimIds": [own["id"]]}, **WHY})
        objected: list[Visit] = [
            (None, "lodgeObjection", ids),
            ("clerk", "settleObjection", upheld),
        ]
        ways: tuple[list[Visit], ...] = (
            [("officer", "strikeClaimLine", self._decide(line) | WHY)],
            [approved, shown, failed],
            [approved, shown, *objected, failed],
        )
        first: list[Visit] = [
            ("unit", "createLivingAllowanceClaim", draft),
            ("unit", "submitClaim", own),
            *self.lot.choice(ways),
        ]
        return [*first, *self._claim_again(draft, len(first))]

    def _publish_allowance(self, claim: str) -> Visit:
        """Publish a claim's lines until they can pass in thirteen days."""
        today = self.requests.today
        window = {"firstDay": str(today), "lastDay": str(today + timedelta(days=12))}
        told = {"kind": "LIVING_ALLOWANCE", "title": "公示", **window}
        return ("colleague", "publishLines", told | {"which": {"claimIds": [claim]}})

    def _claim_again(self, draft: Mapping[str, Any], back: int) -> list[Visit]:
        """Claim, and bring the claim on until it is paid."""
        own = self._decide(self._name_made("claim", back))
        paid_on = self.requests.today + timedelta(days=13)
        paid = {"paidOn": str(paid_on), "bankReference": "现金"}
        return [
            ("unit", "createLivingAllowanceClaim", draft),
            ("unit", "submitClaim", own),
            ("officer", "approveClaim", own),
            self._publish_allowance(own["id"]),
            (None, CLOCK, {"days": 13}),
            ("clerk", "passPublicity", {"which": {"claimIds": [own["id"]]}}),
            (
                "till",
                "markDisbursed",
                {"lineIds": [f"@{self._name_made('claim_line', back)}"], **paid},
            ),
        ]

    def claim_elsewhere(self) -> list[Visit]:
        """Claim for a hire at another place than where the contributions were posted (S10, X21)."""
        unit = str(self.requests.runner.world.accounts["hirer"].unit_id)
        what, given = self.requests.enter_person(unit)
        given = {name: value for name, value in given.items() if name != "rosterId"}
        account = self.requests.pick_account(unit)
        rosters = {"rosterIds": [f"@{self._name_made('roster', 0)}"], "bankAccountId": account}
        own = self._decide(self._name_made("claim", 1))
        return [
            ("hirer", what, given | {"place": GUEST_DISTRICT, "contractEndsOn": f"{END}"}),
            ("hirer", "createHiringClaim", rosters),
            ("hirer", "submitClaim", own),
            ("host", "approveClaim", own),
        ]

    def tell_person(self) -> list[Visit]:
        """Let two offices tell on one day what each knows of somebody (X13)."""
        number = self.lot.choice((71, 72, 73))
        told = {"学历": "本科", "毕业院校": "吉林大学", "毕业日期": "2024-06-30"}
        first = self.lot.choice((*told, ""))
        return [
            self._tell_of(number, "人社局", {first: told[first]} if first else {}),
            self._tell_of(number, "教育局", told),
        ]

    def _tell_of(self, number: int, source: str, told: Mapping[str, str]) -> Visit:
        columns = {
            "公民身份号码": an_id_number(number),
            "姓名": f"见习生{number}",
            "行政区划": CHAOYANG_DISTRICT,
            **told,
        }
        file = {"kind": "PERSON", "source": source, "asOf": str(self.requests.today)}
        rows = {"columns": [*columns], "rows": [[*columns.values()]]}
        return ("supplier", "loadFacts", {**file, "region": "220000", **rows})

    def change_mentoring(self) -> list[Visit]:
        """Claim for mentors, and change the claim."""
        unit = str(self.requests.runner.world.accounts["unit"].unit_id)
        what, given = self.requests.claim_mentoring(unit)
        own = self._decide(self._name_made("claim", 0))
        return [("unit", what, given), ("unit", "changeMentoringClaim", own | given)]


_OFFICERS, _REVIEWERS = ("officer", "colleague"), ("reviewer", "second")
_TABLES = {noun: table for table, noun in NOUNS.items()}
_SERVICE = {"place": CHENGDU_DISTRICT, "beneficiary": "UNIT"}
_ATTACHED_TO = (
    ("declaration", "DECLARATION"),
    ("post", "POST"),
    ("intern", "INTERN"),
    ("monthly_report", "MONTHLY_REPORT"),
    ("claim", "CLAIM"),
    ("qualification", "QUALIFICATION"),
    ("training_class", "TRAINING_CLASS"),
    ("completion", "COMPLETION"),
    ("change_request", "CHANGE_REQUEST"),
)

_ERRANDS: tuple[tuple[float, str, Callable[[Errands], list[Visit]]], ...] = (
    (3, "hirer", Errands.decide_qualification),
    (3, "unit", Errands.decide_intern),
    (3, "unit", Errands.decide_reduction),
    (3, "unit", Errands.decide_change),
    (3, "hirer", Errands.decide_completion),
    (2, "hirer", Errands.decide_class),
    (2, "unit", Errands.decide_month),
    (6, "hirer", Errands.pay_hires),
    (4, "hirer", Errands.go_back_on_paid),
    (3, "unit", Errands.publish_and_object),
    (1, "unit", Errands.change_mentoring),
    (3, "unit", Errands.come_back),
    (2, "hirer", Errands.claim_elsewhere),
    (2, "unit", Errands.tell_person),
    (1, "", Errands.keep_session),
    (1, "", Errands.sign_in_by_code),
    (1, "", Errands.guard_account),
    (1, "", Errands.sign_in_elsewhere),
    (1, "", Errands.prove_by_code),
    (3, "", Errands.register_unit),
    (2, "unit", Errands.review_posts),
    (2, "hirer", Errands.let_through),
    (1, "", Errands.register_person),
    (1, "", Errands.prove_person),
    (1, "", Errands.keep_operator),
    (3, "", Errands.appeal),
    (2, "", Errands.appeal_of_person),
    (3, "", Errands.attach_file),
    (2, "hirer", Errands.send_hires),
    (4, "hirer", Errands.claim_service),
    (3, "hirer", Errands.send_trainees),
    (3, "hirer", Errands.send_scores),
    (3, "unit", Errands.look_for_findings),
    (2, "unit", Errands.look_up),
    (0.5, "", Errands.set_favourites),
    (0.5, "", Errands.enter_year),
    (0.5, "hirer", Errands.enter_course),
    (1, "unit", Errands.change_staff),
    (3, "", Errands.confirm_receipt),
    (1, "unit", Errands.add_interns),
    (2, "", Errands.add_qualification),
    (2, "unit", Errands.push_posts),
    (2, "unit", Errands.call_applicants),
    (3, "", Errands.object_and_ask),
)
