from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from uuid import NAMESPACE_OID, uuid5

from rules.kernel.parameter import Parameter, Policy
from rules.kernel.seed import SeedParameter, build_seed_parameters

APPROVED_AT = datetime(2024, 1, 1, tzinfo=UTC)


def a_parameter(
    key: str = "minimum_wage",
    value: str = "1880",
    *,
    region: str = "220000",
    category: str | None = None,
    effective_from: date = date(2020, 1, 1),
    effective_to: date | None = None,
    confirmed: bool = True,
    approved_at: datetime = APPROVED_AT,
) -> Parameter:
    return Parameter(
        id=uuid5(NAMESPACE_OID, repr((key, value, region, category, effective_from, approved_at))),
        key=key,
        region=region,
        category=category,
        value=value,
        unit="unit",
        effective_from=effective_from,
        effective_to=effective_to,
        source="a notice",
        confirmed=confirmed,
        approved_at=approved_at,
    )


def to_parameter(seed: SeedParameter) -> Parameter:
    return Parameter(id=uuid5(NAMESPACE_OID, repr(seed)), **asdict(seed), approved_at=APPROVED_AT)


@cache
def _list_seed_parameters() -> Sequence[Parameter]:
    return [*map(to_parameter, build_seed_parameters())]


def build_seed_policy(more: Iterable[Parameter] = ()) -> Policy:
    return Policy([*_list_seed_parameters(), *more])
