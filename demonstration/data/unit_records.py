"""What happened in each unit: declaration, posts, bank accounts (J6-J11, J32)."""

from datetime import date
from decimal import Decimal

from demonstration.data.number import build_card_number, build_mobile, to_working_instant
from demonstration.data.place import SeedUnit, UnitStage
from demonstration.data.seed_builder import SeedBuilder, build_unit_columns
from models import BankAccount, Declaration, DeclarationStaff, Post, Status, Unit
from resolvers.kernel.sealed_number import build_sealed_columns
from rules.kernel.action import Action
from rules.kernel.text import normalize_name

TRAINING_PLAN = "前两周岗前培训；第三周起由带教老师一对一指导，每月考核一次，期满择优留用。"
STAFF_DUTIES = (("孟庆云", "见习管理负责人"), ("佟丽", "带教联络员"))
BANKS = ("吉林银行", "中国建设银行", "中国工商银行", "中国农业银行")


def seed_declaration(desk: SeedBuilder, unit: Unit, place: SeedUnit, number: int) -> Declaration:
    """Seed a unit's declaration up to where it stands (J8, J9)."""
    operator, minutes = desk.get_operator(unit), 5 * number
    at = to_working_instant(date(2026, 1, 6), minutes)
    row = Declaration(
        **build_unit_columns(unit, at, "declaration"),
        status=Status.DRAFT,
        planned_interns=4 + number % 9,
        monthly_wage=Decimal(3200 + 50 * (number % 5)).quantize(Decimal("0.01")),
        training_plan=TRAINING_PLAN,
        accident_insurance=number % 4 != 3,
    )
    desk.create_record(row, operator, at)
    desk.add_rows([_build_staff(desk, row, unit, n, number) for n in range(1 + number % 2)])
    submitted = to_working_instant(date(2026, 1, 7), minutes)
    decided = to_working_instant(date(2026, 1, 9), minutes)
    officer = desk.get_officer(unit.region, 1 + number % 2)
    if place.standing in {UnitStage.OPEN, UnitStage.SUBMITTED, UnitStage.RETURNED}:
        desk.move_records([row], Action.SUBMIT, operator, submitted)
    if place.standing is UnitStage.OPEN:
        desk.move_records([row], Action.APPROVE, officer, decided)
    if place.standing is UnitStage.RETURNED:
        reason = "专职人员未注明带教资质，请补充后重新提交。"
        desk.move_records([row], Action.RETURN, officer, decided, reason)
    if place.standing is UnitStage.WITHDRAWN:
        desk.move_records([row], Action.WITHDRAW, operator, submitted)
    return row


def _build_staff(
    desk: SeedBuilder, row: Declaration, unit: Unit, n: int, number: int
) -> DeclarationStaff:
    name, duty = STAFF_DUTIES[n]
    phone = build_mobile(6000 + 2 * number + n)
    own = build_unit_columns(unit, row.created_at, "staff", n)
    return DeclarationStaff(
        **own,
        declaration_id=row.id,
        name=name,
        duty=duty,
        **build_sealed_columns(
            desk.service.seal, DeclarationStaff.mobile_sealed, (unit.id, own["id"]), phone
        ),
    )


def seed_posts(desk: SeedBuilder, unit: Unit, place: SeedUnit, number: int) -> list[Post]:
    """Seed which posts a unit added (J10)."""
    made = []
    for n, name in enumerate(place.posts):
        at = to_working_instant(date(2026, 1, 12), 5 * number + n)
        row = Post(
            **build_unit_columns(unit, at, "post", n),
            status=Status.APPROVED,
            name=name,
            name_key=normalize_name(name),
            headcount=2 + (number + n) % 4,
            monthly_wage=Decimal(3200 + 100 * n).quantize(Decimal("0.01")),
            workplace=unit.address or place.name,
            duties=f"在带教老师指导下承担{name}的日常工作，按月提交见习小结。",
        )
        desk.create_record(row, desk.get_operator(unit), at)
        made.append(row)
    return made


def seed_bank_accounts(
    desk: SeedBuilder, unit: Unit, number: int, count: int = 1
) -> list[BankAccount]:
    """Seed a unit's bank accounts; the first is the default (J32)."""
    made = []
    for n in range(count):
        at = to_working_instant(date(2026, 1, 14), 5 * number + n)
        digits = build_card_number(100 * number + n)
        bank = BANKS[(number + n) % len(BANKS)]
        own = build_unit_columns(unit, at, "bank_account", n)
        row = BankAccount(
            **own,
            bank=bank,
            branch=f"{bank}{unit.name[:2]}人民大街支行",
            account_name=unit.name,
            **build_sealed_columns(
                desk.service.seal, BankAccount.number_sealed, (unit.id, own["id"]), digits
            ),
            is_default=n == 0,
        )
        desk.create_record(row, desk.get_operator(unit), at)
        made.append(row)
    return made
