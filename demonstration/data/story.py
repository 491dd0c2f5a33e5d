"""What happened in each unit: declaration, posts, bank accounts (J6-J11, J32)."""

from datetime import date
from decimal import Decimal

from demonstration.data.desk import Desk, of_unit
from demonstration.data.number import at_nine, card_number, mobile
from demonstration.data.place import Place, Standing
from demonstration.data.register import sealed
from models import BankAccount, Declaration, DeclarationStaff, Post, Status, Unit
from rules.kernel.identity import mask_card, mask_mobile
from rules.kernel.text import comparable
from rules.kernel.workflow import Action

PLAN = "前两周岗前培训；第三周起由带教老师一对一指导，每月考核一次，期满择优留用。"
STAFF = (("孟庆云", "见习管理负责人"), ("佟丽", "带教联络员"))
BANKS = ("吉林银行", "中国建设银行", "中国工商银行", "中国农业银行")


def declaration(desk: Desk, unit: Unit, place: Place, number: int) -> Declaration:
    """Tell a unit's declaration up to where it stands (J8, J9)."""
    operator, minutes = desk.operator(unit), 5 * number
    at = at_nine(date(2026, 1, 6), minutes)
    row = Declaration(
        **of_unit(unit, at, "declaration"),
        status=Status.DRAFT,
        planned_interns=4 + number % 9,
        monthly_wage=Decimal(3200 + 50 * (number % 5)).quantize(Decimal("0.01")),
        training_plan=PLAN,
        accident_insurance=number % 4 != 3,
    )
    desk.create(row, operator, at)
    desk.keep([_staff(desk, row, unit, n, number) for n in range(1 + number % 2)])
    submitted = at_nine(date(2026, 1, 7), minutes)
    decided = at_nine(date(2026, 1, 9), minutes)
    officer = desk.officer(unit.region, 1 + number % 2)
    if place.standing in {Standing.OPEN, Standing.SUBMITTED, Standing.RETURNED}:
        desk.move([row], Action.SUBMIT, operator, submitted)
    if place.standing is Standing.OPEN:
        desk.move([row], Action.APPROVE, officer, decided)
    if place.standing is Standing.RETURNED:
        reason = "专职人员未注明带教资质，请补充后重新提交。"
        desk.move([row], Action.RETURN, officer, decided, reason)
    if place.standing is Standing.WITHDRAWN:
        desk.move([row], Action.WITHDRAW, operator, submitted)
    return row


def _staff(desk: Desk, row: Declaration, unit: Unit, n: int, number: int) -> DeclarationStaff:
    name, duty = STAFF[n]
    phone = mobile(6000 + 2 * number + n)
    return DeclarationStaff(
        **of_unit(unit, row.created_at, "staff", n),
        declaration_id=row.id,
        name=name,
        duty=duty,
        **sealed(desk.service.seal, "mobile", "mobile", phone),
        mobile_masked=mask_mobile(phone),
    )


def posts(desk: Desk, unit: Unit, place: Place, number: int) -> list[Post]:
    """Tell which posts a unit added (J10)."""
    made = []
    for n, name in enumerate(place.posts):
        at = at_nine(date(2026, 1, 12), 5 * number + n)
        row = Post(
            **of_unit(unit, at, "post", n),
            status=Status.APPROVED,
            name=name,
            name_key=comparable(name),
            headcount=2 + (number + n) % 4,
            monthly_wage=Decimal(3200 + 100 * n).quantize(Decimal("0.01")),
            workplace=unit.address or place.name,
            duties=f"在带教老师指导下承担{name}的日常工作，按月提交见习小结。",
        )
        desk.create(row, desk.operator(unit), at)
        made.append(row)
    return made


def bank_accounts(desk: Desk, unit: Unit, number: int, count: int = 1) -> list[BankAccount]:
    """Tell a unit's bank accounts; the first is the default (J32)."""
    made = []
    for n in range(count):
        at = at_nine(date(2026, 1, 14), 5 * number + n)
        digits = card_number(100 * number + n)
        bank = BANKS[(number + n) % len(BANKS)]
        row = BankAccount(
            **of_unit(unit, at, "bank_account", n),
            bank=bank,
            branch=f"{bank}{unit.name[:2]}人民大街支行",
            account_name=unit.name,
            **sealed(desk.service.seal, "number", "bank_account", digits),
            number_masked=mask_card(digits),
            is_default=n == 0,
        )
        desk.create(row, desk.operator(unit), at)
        made.append(row)
    return made
