"""Minimal valid rows; the same arguments always give the same row, ids included."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar, cast
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from stdnum.cn import ric, uscc

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from loaders.key import Key
from models import (
    AccessAction,
    AccessHistory,
    Account,
    AccountAppeal,
    AmountDifference,
    Announcement,
    AppealEvidence,
    AppealKind,
    AppealStatus,
    Applicant,
    AttachedTo,
    Attachment,
    AuditFinding,
    AuditSign,
    BankAccount,
    BankFileFormat,
    Base,
    BatchExport,
    BatchImport,
    BatchState,
    Beneficiary,
    BoardPush,
    BoardState,
    CalendarYear,
    ChangeableKind,
    ChangeRequest,
    Claim,
    ClaimKind,
    ClaimLine,
    Clawback,
    Completion,
    Course,
    Declaration,
    Destination,
    DifferenceState,
    DisbursementBatch,
    DocumentKind,
    EndReason,
    EnterpriseSize,
    FileType,
    FindingState,
    FunctionGrant,
    History,
    InsuranceContribution,
    Intern,
    InternCategory,
    MonthlyReport,
    Objection,
    OfficeHistory,
    Parameter,
    Payment,
    PaymentState,
    Post,
    PostAssignment,
    Publicity,
    PublicityLine,
    PublicityOutcome,
    Qualification,
    QualificationKind,
    Receipt,
    Reduction,
    Role,
    Roster,
    RosterKind,
    RosterRow,
    RosterState,
    RowKey,
    SealedColumn,
    SignIn,
    SignInSession,
    SignInWay,
    SmsCode,
    Status,
    Trainee,
    TrainingClass,
    Unit,
    UnitOwned,
    Unmasking,
    Upload,
    locate_sealed,
)
from models import (
    Person as PersonRow,
)
from rules.kernel.chain import name_access_chain
from rules.kernel.function import Function
from rules.kernel.identity import mask_id_number
from rules.kernel.text import fold_search_text
from tests.factories.keys import SEAL

NAMESPACE = UUID("74657374-0000-5000-8000-000000000000")
CHAOYANG_DISTRICT = "220104"
NANGUAN_DISTRICT = "220102"
JILIN_CITY_DISTRICT = "220202"
CHENGDU_DISTRICT = "510104"
CREATED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
NATIONWIDE_ACTOR = Actor(see=ALL_REGIONS, act=ALL_REGIONS)

Row = TypeVar("Row", bound=Base)
Overrides = Mapping[str, object]


def an_id(*names: object) -> UUID:
    return uuid5(NAMESPACE, "/".join(map(str, names)))


def _build_row(table: type[Row], defaults: Overrides, overrides: Overrides) -> Row:
    return table(**{**defaults, **overrides})


def _seal(column: SealedColumn, key: object, text: str) -> bytes:
    return SEAL.seal_text(locate_sealed(column, cast("RowKey", key)), text)


def _build_sealed(column: SealedColumn, key: object, text: str) -> dict[str, object]:
    name = column.key.removesuffix("_sealed")
    return {
        f"{name}_sealed": _seal(column, key, text),
        f"{name}_index": sha256(text.encode()).digest(),
        f"{name}_masked": f"{text[:3]}***{text[-2:]}",
    }


def a_credit_code(number: int) -> str:
    body = f"91220101MA{number:07d}"
    return f"{body}{uscc.calc_check_digit(body)}"


def an_id_number(
    number: int, born: date = date(2003, 5, 4), region: str = CHAOYANG_DISTRICT
) -> str:
    body = f"{region}{born:%Y%m%d}{number:03d}"
    return f"{body}{ric.calc_check_digit(f'{body}0')}"


def an_sms_code(**overrides: object) -> SmsCode:
    defaults = {
        "bucket": "ticket",
        "number_index": b"index",
        "code_hash": b"hash",
        "sent_at": CREATED_AT,
    }
    return _build_row(SmsCode, defaults, overrides)


def a_unit(number: int = 1, region: str = CHAOYANG_DISTRICT, **overrides: object) -> Unit:
    defaults = {
        "id": an_id("unit", number),
        "region": region,
        "credit_code": a_credit_code(number),
        "name": f"单位{number}",
        "verified_at": datetime(2020, 1, 1, tzinfo=UTC),
    }
    return _build_row(Unit, defaults, overrides)


def a_person(number: int = 1, region: str = CHAOYANG_DISTRICT, **overrides: object) -> PersonRow:
    id_ = overrides.get("id", an_id("person", number))
    defaults = {
        "id": id_,
        "region": region,
        "name": f"人员{number}",
        "birth_date": date(2003, 5, 4),
        **_build_sealed(PersonRow.id_number_sealed, id_, an_id_number(number)),
    }
    return _build_row(PersonRow, defaults, overrides)


def an_account(
    number: int = 1,
    role: Role = Role.UNIT_OPERATOR,
    region: str = CHAOYANG_DISTRICT,
    **overrides: object,
) -> Account:
    defaults = {
        "id": an_id("account", number),
        "username": f"user{number}",
        "password_hash": "$argon2id$none",
        "role": role,
        "name": f"账号{number}",
        "region": region,
    }
    return _build_row(Account, defaults, overrides)


def a_grant(
    account: Account, function: Function = Function.READ_RECORDS, **overrides: object
) -> FunctionGrant:
    defaults = {
        "id": an_id("grant", account.id, function),
        "account_id": account.id,
        "region": account.region,
        "role": account.role,
        "function": function.value,
        "valid_from": date(2020, 1, 1),
        "granted_by_name": "管理员",
        "granted_at": CREATED_AT,
    }
    return _build_row(FunctionGrant, defaults, overrides)


def a_session(account: Account, number: int = 1, **overrides: object) -> SignInSession:
    defaults = {
        "id": an_id("session", account.id, number),
        "account_id": account.id,
        "token_hash": sha256(b"token").digest(),
        "started_at": CREATED_AT,
        "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
    }
    return _build_row(SignInSession, defaults, overrides)


def a_sign_in(account: Account, number: int = 1, **overrides: object) -> SignIn:
    defaults = {
        "id": an_id("sign_in", account.id, number),
        "account_id": account.id,
        "at": CREATED_AT,
        "way": SignInWay.PASSWORD,
        "succeeded": True,
    }
    return _build_row(SignIn, defaults, overrides)


def an_appeal(unit: Unit, number: int = 1, **overrides: object) -> AccountAppeal:
    id_ = overrides.get("id", an_id("appeal", unit.id, number))
    defaults = {
        "id": id_,
        "region": unit.region,
        "number_hash": sha256(f"{unit.id}{number}".encode()).digest(),
        "unit_id": unit.id,
        "credit_code": unit.credit_code,
        "trouble": AppealKind.PASSWORD_LOST,
        "text": "密码遗失",
        "contact_name_sealed": _seal(AccountAppeal.contact_name_sealed, id_, "钱多"),
        "contact_name_masked": "钱*",
        **_build_sealed(AccountAppeal.contact_mobile_sealed, id_, "13800005678"),
        "status": AppealStatus.LODGED,
    }
    return _build_row(AccountAppeal, defaults, overrides)


def a_publicity(account: Account, region: str, number: int = 1, **overrides: object) -> Publicity:
    defaults = {
        "id": an_id("publicity", region, number),
        "region": region,
        "claim_kind": ClaimKind.LIVING_ALLOWANCE,
        "title": f"第{number}批公示",
        "first_day": date(2024, 3, 4),
        "last_day": date(2024, 3, 8),
        "shown_until": date(2024, 3, 23),
        "published_by": account.id,
        "published_by_name": "李经办",
        "published_at": CREATED_AT,
    }
    return _build_row(Publicity, defaults, overrides)


def a_publicity_line(
    publicity: Publicity, line: ClaimLine, number: int = 1, **overrides: object
) -> PublicityLine:
    shown = ("first_day", "last_day", "shown_until")
    defaults = {
        "unit_id": line.unit_id,
        "id": an_id("publicity line", publicity.id, number),
        "region": line.region,
        "publicity_id": publicity.id,
        **{name: getattr(publicity, name) for name in shown},
        "number": number,
        "claim_id": line.claim_id,
        "line_id": line.id,
        "name_masked": "见*",
        "id_number_masked": mask_id_number(an_id_number(1)),
        "unit_name": line.unit_name,
        "amount": line.amount,
        "outcome": PublicityOutcome.PASSED,
    }
    return _build_row(PublicityLine, defaults, overrides)


def an_objection(
    publicity: Publicity, line: PublicityLine | None = None, number: int = 1, **overrides: object
) -> Objection:
    id_ = overrides.get("id", an_id("objection", publicity.id, number))
    defaults = {
        "id": id_,
        "region": publicity.region,
        "number_hash": sha256(f"{publicity.id}{number}".encode()).digest(),
        "publicity_id": publicity.id,
        "unit_id": line.unit_id if line else None,
        "publicity_line_id": line.id if line else None,
        "text": "并未见习",
        "contact_name_sealed": _seal(Objection.contact_name_sealed, id_, "周全"),
        "contact_name_masked": "周*",
        **_build_sealed(Objection.contact_mobile_sealed, id_, "13800005678"),
        "status": Status.SUBMITTED,
        "submitted_at": CREATED_AT,
        "published_by": publicity.published_by,
    }
    return _build_row(Objection, defaults, overrides)


def a_calendar_year(region: str, year: int = 2030) -> CalendarYear:
    return CalendarYear(
        id=an_id("calendar", region, year),
        region=region,
        year=year,
        edition=1,
        days=[{"day": f"{year}-01-01", "working": False, "name": "元旦"}],
        source="国务院办公厅",
        entered_at=CREATED_AT,
    )


def a_finding(line: ClaimLine, **overrides: object) -> AuditFinding:
    defaults = {
        "unit_id": line.unit_id,
        "id": an_id("finding", line.id),
        "region": line.region,
        "sign": AuditSign.INSURED_ONLY_AROUND_CLAIM,
        "record_id": line.id,
        "person_id": line.person_id,
        "evidence": {
            "claimed": "2024-10",
            "months": "1",
            "first": "2024-10",
            "last": "2024-10",
            "known": "2025-03",
        },
        "state": FindingState.OPEN,
    }
    return _build_row(AuditFinding, defaults, overrides)


def an_unmasking(unit: Unit, account: Account, **overrides: object) -> Unmasking:
    defaults = {
        "id": an_id("unmasking", unit.id),
        "region": unit.region,
        "record": f"Unit-{unit.id.hex}",
        "fields": ["CONTACT_MOBILE"],
        "reason": "电话核实",
        "at": CREATED_AT,
        "account_id": account.id,
        "account_name": account.name,
        "role": account.role,
    }
    return _build_row(Unmasking, defaults, overrides)


def an_access_entry(account: Account, **overrides: object) -> AccessHistory:
    defaults = {
        "id": an_id("access", account.id),
        "region": account.region,
        "chain": name_access_chain(account.region, account.id),
        "sequence": 1,
        "hash": bytes(32),
        "action": AccessAction.SIGN_IN,
        "about": "PASSWORD",
        "at": CREATED_AT,
        "account_id": account.id,
        "account_name": account.name,
        "role": account.role,
    }
    return _build_row(AccessHistory, defaults, overrides)


def an_evidence(appeal: AccountAppeal, number: int = 1) -> AppealEvidence:
    id_ = an_id("evidence", appeal.id, number)
    return AppealEvidence(
        id=id_,
        appeal_id=appeal.id,
        number_hash=appeal.number_hash,
        region=appeal.region,
        document=DocumentKind.EVIDENCE,
        name="证据.pdf",
        type=FileType.PDF,
        size=2000,
        sha256="0" * 64,
        object_key=f"evidence/{id_}",
        attached_at=CREATED_AT,
        account_name="",
    )


def _build_unit_columns(unit: Unit, kind: str, number: int) -> dict[str, object]:
    return {"unit_id": unit.id, "id": an_id(kind, unit.id, number), "region": unit.region}


def a_declaration(unit: Unit, number: int = 1, **overrides: object) -> Declaration:
    defaults = {
        **_build_unit_columns(unit, "declaration", number),
        "status": Status.APPROVED,
        "planned_interns": 10,
        "monthly_wage": Decimal("3100.00"),
        "training_plan": "三个月轮岗",
        "accident_insurance": True,
    }
    return _build_row(Declaration, defaults, overrides)


def a_post(unit: Unit, number: int = 1, **overrides: object) -> Post:
    defaults = {
        **_build_unit_columns(unit, "post", number),
        "status": Status.APPROVED,
        "name": f"岗位{number}",
        "name_key": f"岗位{number}",
        "headcount": 2,
        "monthly_wage": Decimal("3100.00"),
        "workplace": "朝阳区",
        "duties": "协助",
    }
    return _build_row(Post, defaults, overrides)


def a_board_push(post: Post, number: int = 1, **overrides: object) -> BoardPush:
    defaults = {
        "unit_id": post.unit_id,
        "id": an_id("board_push", post.id, number),
        "region": post.region,
        "post_id": post.id,
        "post_version": number,
        "announcement": Announcement.SHOW,
        "content": {"name": post.name},
        "state": BoardState.PENDING,
        "attempts": 0,
        "due_at": CREATED_AT,
    }
    return _build_row(BoardPush, defaults, overrides)


def an_applicant(post: Post, number: int = 1, **overrides: object) -> Applicant:
    id_ = overrides.get("id", an_id("applicant", post.id, number))
    defaults = {
        "unit_id": post.unit_id,
        "id": id_,
        "region": post.region,
        "post_id": post.id,
        "reference": f"JYZX-{number}",
        "name": f"求职者{number}",
        **_build_sealed(Applicant.mobile_sealed, (post.unit_id, id_), f"1990000{number:04d}"),
        "education": "本科",
        "applied_at": CREATED_AT,
        "as_of": CREATED_AT,
    }
    return _build_row(Applicant, defaults, overrides)


def an_intern(post: Post, person: PersonRow, number: int = 1, **overrides: object) -> Intern:
    defaults = {
        "unit_id": post.unit_id,
        "id": an_id("intern", post.unit_id, person.id, number),
        "region": post.region,
        "status": Status.APPROVED,
        "person_id": person.id,
        "post_id": post.id,
        "name": person.name,
        "id_number_masked": person.id_number_masked,
        "category": InternCategory.GRADUATE,
        "agreed_on": date(2026, 1, 4),
        "starts_on": date(2026, 1, 5),
        "ends_on": date(2026, 6, 30),
    }
    return _build_row(Intern, defaults, overrides)


def a_report(intern: Intern, month: date = date(2026, 1, 1), **overrides: object) -> MonthlyReport:
    defaults = {
        "unit_id": intern.unit_id,
        "id": an_id("report", intern.id, month),
        "region": intern.region,
        "status": Status.APPROVED,
        "intern_id": intern.id,
        "person_id": intern.person_id,
        "post_id": intern.post_id,
        "month": month,
        "days_attended": 22,
        "wage_paid": Decimal("3400.00"),
        "insurance_paid": Decimal("20.00"),
        "payable_subsidy": Decimal("2120.00"),
        "assessment": {"inputs": {"region": intern.region}},
    }
    return _build_row(MonthlyReport, defaults, overrides)


def a_bank_account(unit: Unit, number: int = 1, **overrides: object) -> BankAccount:
    own = _build_unit_columns(unit, "bank_account", number)
    id_ = overrides.get("id", own["id"])
    defaults = {
        **own,
        "bank": "吉林银行",
        "branch": "朝阳支行",
        "account_name": unit.name,
        **_build_sealed(BankAccount.number_sealed, (unit.id, id_), f"622202{number:013d}"),
        "is_default": number == 1,
    }
    return _build_row(BankAccount, defaults, overrides)


def a_claim(unit: Unit, bank: BankAccount, number: int = 1, **overrides: object) -> Claim:
    defaults = {
        **_build_unit_columns(unit, "claim", number),
        "kind": ClaimKind.LIVING_ALLOWANCE,
        "status": Status.DRAFT,
        "month": date(2026, 1, 1),
        "bank_account_id": bank.id,
        "amount": Decimal("2120.00"),
        "parameters": [],
        "year": 2025 if overrides.get("kind") is ClaimKind.MENTORING else None,
    }
    return _build_row(Claim, defaults, overrides)


def a_claim_line(claim: Claim, intern: Intern, **overrides: object) -> ClaimLine:
    defaults = {
        "unit_id": claim.unit_id,
        "id": an_id("claim_line", claim.id, intern.id),
        "region": claim.region,
        "claim_id": claim.id,
        "claim_kind": claim.kind,
        "claim_status": claim.status,
        "claim_month": claim.month,
        "claim_year": claim.year,
        "unit_name": "单位",
        "person_id": intern.person_id,
        "person_key": fold_search_text(intern.name),
        "intern_id": intern.id,
        "amount": Decimal("2120.00"),
        "explanation": {},
    }
    return _build_row(ClaimLine, defaults, overrides)


def a_reduction(intern: Intern, number: int = 1, **overrides: object) -> Reduction:
    defaults = {
        "unit_id": intern.unit_id,
        "id": an_id("reduction", intern.id, number),
        "region": intern.region,
        "status": Status.DRAFT,
        "intern_id": intern.id,
        "ended_on": intern.ends_on,
        "end_reason": EndReason.EMPLOYED,
        "destination": Destination.RETAINED,
    }
    return _build_row(Reduction, defaults, overrides)


def a_clawback(line: ClaimLine, by: Account, number: int = 1, **overrides: object) -> Clawback:
    defaults = {
        "unit_id": line.unit_id,
        "id": an_id("clawback", line.id, number),
        "region": line.region,
        "status": Status.SUBMITTED,
        "submitted_by": by.id,
        "line_id": line.id,
        "amount": line.amount,
        "cause": "多发",
        "explanation": line.explanation,
    }
    return _build_row(Clawback, defaults, overrides)


def a_difference(line: ClaimLine, parameter: Parameter, **overrides: object) -> AmountDifference:
    defaults = {
        "unit_id": line.unit_id,
        "id": an_id("difference", line.id, parameter.id),
        "region": line.region,
        "line_id": line.id,
        "parameter_id": parameter.id,
        "granted": line.amount,
        "due": line.amount + 100,
        "explanation": line.explanation,
        "state": DifferenceState.OPEN,
    }
    return _build_row(AmountDifference, defaults, overrides)


def a_batch(region: str, by: Account, number: int = 1, **overrides: object) -> DisbursementBatch:
    defaults = {
        "id": an_id("batch", region, number),
        "region": region,
        "number": f"{region}-20260302-{number:03d}",
        "state": BatchState.SETTLED,
        "payment_count": 1,
        "amount": Decimal("2120.00"),
        "paid_count": 1,
        "paid_amount": Decimal("2120.00"),
        "made_by": by.id,
        "made_by_name": by.name,
        "settled_at": CREATED_AT,
    }
    return _build_row(DisbursementBatch, defaults, overrides)


def a_batch_export(batch: DisbursementBatch, by: Account, **overrides: object) -> BatchExport:
    defaults = {
        "id": an_id("batch_export", batch.id),
        "region": batch.region,
        "batch_id": batch.id,
        "format": BankFileFormat.XLSX,
        "name": f"{batch.number}.xlsx",
        "size": 1000,
        "sha256": "0" * 64,
        "payment_count": 1,
        "amount": batch.amount,
        "account_id": by.id,
        "account_name": by.name,
    }
    return _build_row(BatchExport, defaults, overrides)


def a_batch_import(batch: DisbursementBatch, by: Account, **overrides: object) -> BatchImport:
    unknown = {"reason": "PAYMENT_UNKNOWN", "path": ["reference"], "figures": {}}
    defaults = {
        "id": an_id("batch_import", batch.id),
        "region": batch.region,
        "batch_id": batch.id,
        "sha256": "0" * 64,
        "row_count": 2,
        "paid_count": 1,
        "failed_count": 0,
        "known_count": 0,
        "fault_count": 1,
        "outcomes": [
            {"row": 1, "reference": f"{batch.number}-00001", "outcome": "PAID", "faults": []},
            {"row": 2, "reference": None, "outcome": "FAULT", "faults": [unknown]},
        ],
        "account_id": by.id,
        "account_name": by.name,
    }
    return _build_row(BatchImport, defaults, overrides)


def a_payment(line: ClaimLine, batch: DisbursementBatch | None, **overrides: object) -> Payment:
    id_ = overrides.get("id", an_id("payment", line.id))
    defaults = {
        "unit_id": line.unit_id,
        "id": id_,
        "region": line.region,
        "line_id": line.id,
        "person_id": line.person_id,
        "batch_id": batch.id if batch else None,
        "number": 1,
        "reference": f"{line.region}-{line.id}",
        "payee_name": "单位",
        "payee_bank": "吉林银行 朝阳支行",
        "payee_number_sealed": _seal(
            Payment.payee_number_sealed, (line.unit_id, id_), "6222020000000000001"
        ),
        "payee_number_masked": "6222 **** 0001",
        "amount": line.amount,
        "state": PaymentState.PAID,
        "paid_on": date(2026, 3, 2),
    }
    return _build_row(Payment, defaults, overrides)


def a_receipt(payment: Payment, by: Account, **overrides: object) -> Receipt:
    defaults = {
        "unit_id": payment.unit_id,
        "id": an_id("receipt", payment.id),
        "region": payment.region,
        "payment_id": payment.id,
        "line_id": payment.line_id,
        "arrived": True,
        "account_id": by.id,
    }
    return _build_row(Receipt, defaults, overrides)


def a_change_request(intern: Intern, number: int = 1, **overrides: object) -> ChangeRequest:
    defaults = {
        "unit_id": intern.unit_id,
        "id": an_id("change_request", intern.id, number),
        "region": intern.region,
        "status": Status.DRAFT,
        "record": ChangeableKind.INTERN,
        "record_id": intern.id,
        "base_version": 1,
        "base": {},
        "values": {
            "id": Key("Intern", (intern.unit_id, intern.id)).format_global_id(),
            "version": 1,
            "ends_on": "2025-05-31",
        },
        "changes": {"ends_on": ["2025-06-30", "2025-05-31"]},
        "motive": "协议变更",
    }
    return _build_row(ChangeRequest, defaults, overrides)


def a_qualification(unit: Unit, number: int = 1, **overrides: object) -> Qualification:
    defaults = {
        "unit_id": unit.id,
        "id": an_id("qualification", unit.id, number),
        "region": unit.region,
        "status": Status.DRAFT,
        "kind": QualificationKind.ENTERPRISE_SIZE,
        "size": EnterpriseSize.SMALL,
        "valid_from": date(2024, 1, 1),
    }
    return _build_row(Qualification, defaults, overrides)


def a_course(region: str, number: int = 1, **overrides: object) -> Course:
    code = f"C{region}-{number}"
    defaults = {
        "id": an_id("course", code, overrides.get("edition", 1)),
        "region": region,
        "code": code,
        "edition": 1,
        "name": f"安全生产线上培训{number}",
        "provider": "某某职业培训学校",
        "hours": 20,
        "fee": Decimal("500.00"),
        "offered": True,
        "entered_at": CREATED_AT,
    }
    return _build_row(Course, defaults, overrides)


def a_training_class(
    unit: Unit, course: Course, number: int = 1, **overrides: object
) -> TrainingClass:
    defaults = {
        **_build_unit_columns(unit, "training_class", number),
        "status": Status.DRAFT,
        "number": f"{unit.region}-20260302-{number:03d}",
        "place": unit.region,
        "course_id": course.id,
        "course_code": course.code,
        "name": f"第{number}期",
        "opens_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 13),
    }
    return _build_row(TrainingClass, defaults, overrides)


def a_trainee(
    of: TrainingClass, person: PersonRow, number: int = 1, **overrides: object
) -> Trainee:
    defaults = {
        "unit_id": of.unit_id,
        "id": an_id("trainee", of.id, person.id, number),
        "region": of.region,
        "class_id": of.id,
        "person_id": person.id,
        "name": person.name,
        "id_number_masked": person.id_number_masked,
    }
    return _build_row(Trainee, defaults, overrides)


def a_completion(of: TrainingClass, number: int = 1, **overrides: object) -> Completion:
    defaults = {
        "unit_id": of.unit_id,
        "id": an_id("completion", of.id, number),
        "region": of.region,
        "status": Status.DRAFT,
        "class_id": of.id,
        "completed": 1,
        "not_completed": 0,
    }
    return _build_row(Completion, defaults, overrides)


def a_post_assignment(intern: Intern, since: date, **overrides: object) -> PostAssignment:
    defaults = {
        "unit_id": intern.unit_id,
        "id": an_id("post_assignment", intern.id, since),
        "region": intern.region,
        "intern_id": intern.id,
        "post_id": intern.post_id,
        "since": since,
    }
    return _build_row(PostAssignment, defaults, overrides)


def a_history(unit: Unit, by: Account, number: int = 1, **overrides: object) -> History:
    defaults = {
        **_build_unit_columns(unit, "history", number),
        "sequence": number,
        "hash": bytes(32),
        "record": "Unit",
        "record_id": unit.id,
        "action": "CREATE",
        "changes": {},
        "account_id": by.id,
        "account_name": by.name,
        "role": by.role,
    }
    return _build_row(History, defaults, overrides)


def an_office_step(batch: DisbursementBatch, by: Account, **overrides: object) -> OfficeHistory:
    defaults = {
        "id": an_id("office_history", batch.id),
        "region": batch.region,
        "sequence": 1,
        "hash": bytes(32),
        "record": "DisbursementBatch",
        "record_id": batch.id,
        "action": "CREATE",
        "to_status": batch.state,
        "changes": {},
        "account_id": by.id,
        "account_name": by.name,
        "role": by.role,
    }
    return _build_row(OfficeHistory, defaults, overrides)


def a_contribution(
    person: PersonRow, month: date = date(2026, 1, 1), **overrides: object
) -> InsuranceContribution:
    defaults = {
        "person_id": person.id,
        "id": an_id("contribution", person.id, month),
        "region": person.region,
        "month": month,
        "employer_credit_code": a_credit_code(1),
        "source": "社保",
        "as_of": date(2026, 3, 1),
    }
    return _build_row(InsuranceContribution, defaults, overrides)


def an_attachment(
    record: UnitOwned, to: AttachedTo, number: int = 1, **overrides: object
) -> Attachment:
    name = f"材料{number}.pdf"
    defaults = {
        "unit_id": record.unit_id,
        "id": an_id("attachment", record.id, number),
        "region": record.region,
        "record": to,
        "record_id": record.id,
        "document": DocumentKind.OTHER,
        "name": name,
        "type": FileType.PDF,
        "size": 1000 + number,
        "sha256": sha256(name.encode()).hexdigest(),
        "object_key": f"{to}/{record.id}/{number}".lower(),
        "attached_at": CREATED_AT,
        "account_name": "账号",
    }
    return _build_row(Attachment, defaults, overrides)


def a_checked_roster(unit: Unit, number: int = 1, **overrides: object) -> Roster:
    id = an_id("roster", unit.id, number)
    defaults = {
        "unit_id": unit.id,
        "id": id,
        "region": unit.region,
        "root_id": id,
        "kind": RosterKind.SERVICE,
        "state": RosterState.CHECKED,
        "place": unit.region,
        "beneficiary": Beneficiary.PERSON,
        "total": 2,
        "checked": 2,
        "passed": 1,
        "failed": 1,
        "faults": [],
        "document": DocumentKind.ROSTER,
        "name": f"人员{number}.xlsx",
        "type": FileType.XLSX,
        "size": 1000,
        "sha256": sha256(b"roster").hexdigest(),
        "object_key": f"roster/{unit.id}/{number}",
        "attached_at": CREATED_AT,
        "account_name": "账号",
    }
    return _build_row(Roster, defaults, overrides)


def a_roster_row(roster: Roster, number: int = 1, **overrides: object) -> RosterRow:
    id_ = overrides.get("id", an_id("roster row", roster.id, number))
    defaults = {
        "unit_id": roster.unit_id,
        "id": id_,
        "region": roster.region,
        "roster_id": roster.id,
        "root_id": roster.root_id,
        "number": number,
        "sheet": "人员名单",
        "line": number + 1,
        "name": f"人员{number}",
        "id_number_sealed": _seal(
            RosterRow.id_number_sealed, (roster.unit_id, id_), an_id_number(1)
        ),
        "id_number_masked": mask_id_number(an_id_number(1)),
        "values": {"group": "登记失业人员", "contract_starts_on": "2024-03-01"},
        "payee_bank": "中国银行",
        "payee_number_masked": "***************4568",
        "passed": True,
        "faults": [],
        "findings": [],
    }
    return _build_row(RosterRow, defaults, overrides)


def an_upload(by: Account | None, number: int = 1, **overrides: object) -> Upload:
    defaults = {
        "id": an_id("upload", by.id if by else None, number),
        "account_id": by.id if by else None,
        "name": f"材料{number}.pdf",
        "type": FileType.PDF,
        "size": 1000,
        "created_at": CREATED_AT,
        "expires_at": CREATED_AT,
    }
    return _build_row(Upload, defaults, overrides)


async def insert_rows(engine: AsyncEngine, *rows: Base, actor: Actor = NATIONWIDE_ACTOR) -> None:
    """Insert rows one after another, so that those pointed at may simply come first."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        for row in rows:
            holder = row.account_id if isinstance(row, Upload) else actor.account
            await set_rls_context(session, replace(actor, account=holder))
            session.add(row)
            await session.flush()
