"""What opening an account for oneself takes, whoever does: a unit or a person (J1, J16)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from models import Account
from resolvers.accounts.session import named
from resolvers.kernel.constraint import violated
from resolvers.kernel.door import hotline_of, policy
from resolvers.kernel.mutation import lacks, unreadable
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts import account as rules
from rules.accounts import password
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Fault, Reason, Refusal, fault, readable
from rules.kernel.region import NATION
from rules.kernel.value import AccountName, IdNumber, MobileNumber, RegionCode


@dataclass(kw_only=True)
class Registration:
    """What everybody states who opens an account."""

    account: AccountName
    password: str
    id_number: IdNumber
    mobile: MobileNumber
    region: RegionCode
    agreement_version: str


@dataclass(frozen=True, slots=True)
class Counter:
    """The figures of policy that a registration is judged by, and whom its refusals name (J2)."""

    known: Policy
    hotline: str


async def counter(service: Service, input: Registration) -> Counter:
    """Read the figures for the region that is stated, or for the nation if none can be read."""
    known = await policy(service)
    return Counter(known, hotline_of(known, service, _region(input)))


async def faults(service: Service, at: Counter, input: Registration) -> list[Fault]:
    """List what of a registration can't be read, and judge all that can (J1)."""
    name = input.account if readable(input.account) else ""
    region = _region(input)
    found = unreadable({"input": input})
    must = service.passwords_must
    found += password.faults(input.password, name, must, "input", "password")
    found += rules.agreed(
        input.agreement_version, _agreement(service, at, region), ("input", "agreementVersion")
    )
    if region is not None:
        found += rules.stated_region(region, ("input", "region"))
    if name and await named(service, name) is not None:
        found.append(fault(Reason.ACCOUNT_NAME_TAKEN, "input", "account"))
    return found


def _agreement(service: Service, at: Counter, region: str | None) -> str:
    try:
        return at.known.text("agreement.version", region or NATION, service.today())
    except MissingParameter as lacking:
        raise lacks(lacking) from lacking


def _region(input: Registration) -> str | None:
    return input.region if readable(input.region) else None


async def added(tx: Transaction, input: Registration, hashed: str) -> Account:
    """Add the account in whose name the transaction speaks."""
    viewer = tx.viewer
    account = Account(
        id=viewer.account_id,
        username=input.account,
        password_hash=hashed,
        role=viewer.role,
        name=viewer.name,
        region=viewer.region,
        unit_id=viewer.unit_id,
        person_id=viewer.person_id,
        active=True,
        agreement=input.agreement_version,
        agreed_at=tx.now,
    )
    tx.session.add(account)
    await tx.session.flush()
    return account


@contextmanager
def once_only(taken: Fault, *constraints: str) -> Iterator[None]:
    """Say in words of the rules that somebody was faster; the constraints are the last line."""
    name = fault(Reason.ACCOUNT_NAME_TAKEN, "input", "account")
    told = {"uq_account_username": name} | dict.fromkeys(constraints, taken)
    try:
        yield
    except IntegrityError as error:
        found = told.get(violated(error))
        if found is None:
            raise
        raise Refusal(found) from error
