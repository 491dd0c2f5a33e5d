"""The persons of the demonstration: each follows from a serial number, a category and a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demonstration.data.number import build_id_number, build_mobile
from models import Education, InternCategory
from rules.kernel.month import add_months

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹金朴崔于董"
GIVEN_NAMES = (
    *("一诺", "子涵", "梓萱", "浩然", "欣怡", "宇航", "思琪", "俊杰", "雨桐", "佳怡", "博文"),
    *("晨曦", "嘉琪", "明轩", "诗涵", "天佑", "可欣", "志远", "梦洁", "家豪", "婉婷", "泽宇"),
    *("静雯", "鹏飞", "雪", "磊", "倩", "阳", "琳", "帆", "娜", "凯", "颖", "超", "慧", "旭"),
)
UNIVERSITIES = ("吉林大学", "东北师范大学", "长春工业大学", "延边大学", "北华大学", "吉林师范大学")
COLLEGES = ("长春职业技术大学", "吉林交通职业技术学院", "四平职业大学", "延边职业技术学院")
VOCATIONAL_SCHOOLS = (
    "长春市机械工业学校",
    "吉林市工业技师学院",
    "四平市中等职业学校",
    "延吉市职业高级中学",
)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who may become an intern."""

    serial: int
    name: str
    born: date
    id_number: str
    mobile: str
    education: Education
    school: str
    graduated_on: date | None
    registered_on: date | None
    insured_in: tuple[date, ...]


def build_applicant(serial: int, category: InternCategory, agreed_on: date) -> Applicant:
    """Make a person who fulfils a category's conditions on the day of the agreement."""
    dice = Random(serial)  # noqa: S311 - the same persons everywhere are what is wanted
    name = dice.choice(SURNAMES) + dice.choice(GIVEN_NAMES)
    female = dice.random() < 0.5
    education, school, graduated = _choose_schooling(dice, category, agreed_on)
    born = _choose_birth_date(dice, category, agreed_on, graduated)
    youth = category is InternCategory.UNEMPLOYED_YOUTH
    return Applicant(
        serial=serial,
        name=name,
        born=born,
        id_number=build_id_number(serial, born, female=female),
        mobile=build_mobile(serial),
        education=education,
        school=school,
        graduated_on=graduated,
        registered_on=agreed_on - timedelta(days=dice.randrange(20, 120)) if youth else None,
        insured_in=tuple(_choose_insured_months(dice, agreed_on)) if youth else (),
    )


def _choose_schooling(
    dice: Random, category: InternCategory, agreed_on: date
) -> tuple[Education, str, date | None]:
    summers = [date(agreed_on.year - ago, 6, 20) for ago in (0, 1, 2)]
    left = dice.choice([day for day in summers if day <= agreed_on <= add_months(day, 24)])
    match category:
        case InternCategory.GRADUATE if dice.random() < 0.6:
            return Education.BACHELOR, dice.choice(UNIVERSITIES), left
        case InternCategory.GRADUATE:
            return Education.JUNIOR_COLLEGE, dice.choice(COLLEGES), left
        case InternCategory.SECONDARY_VOCATIONAL:
            return Education.SECONDARY_VOCATIONAL, dice.choice(VOCATIONAL_SCHOOLS), left
        case InternCategory.UNEMPLOYED_YOUTH:
            return Education.SENIOR_MIDDLE, "吉林省普通高级中学", None


def _choose_birth_date(
    dice: Random, category: InternCategory, agreed_on: date, left: date | None
) -> date:
    ages = {
        InternCategory.GRADUATE: (21, 24),
        InternCategory.SECONDARY_VOCATIONAL: (18, 20),
        InternCategory.UNEMPLOYED_YOUTH: (18, 23),
    }
    age = dice.randint(*ages[category])
    year = (left or agreed_on).year - age
    return date(year, 1, 1) + timedelta(days=dice.randrange(150))


def _choose_insured_months(dice: Random, agreed_on: date) -> Iterator[date]:
    """Yield months of an insurance that stopped long before the agreement, for some of them."""
    if dice.random() < 0.4:
        first = add_months(agreed_on.replace(day=1), -9)
        yield from (add_months(first, month) for month in range(3))


CATEGORIES = tuple(InternCategory)
NEWCOMERS_AGREED_ON = date(2026, 9, 1)


def build_newcomers() -> tuple[Applicant, ...]:
    """Return the three persons who wait for whoever tries the chain by hand."""
    return tuple(build_applicant(400 + n, c, NEWCOMERS_AGREED_ON) for n, c in enumerate(CATEGORIES))


def build_incomplete_person() -> Applicant:
    """Return the person who has yet to complete their own information (J16)."""
    return build_applicant(410, InternCategory.GRADUATE, NEWCOMERS_AGREED_ON)
