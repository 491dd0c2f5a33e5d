"""What opening an account for oneself takes, whoever does: a unit or a person (J1, J16)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from models import Account, Role, locate_sealed
from resolvers.accounts.session import find_account
from resolvers.kernel.constraint import get_violated_constraint
from resolvers.kernel.history import build_creation_entry
from resolvers.kernel.mutation import build_missing_parameter_refusal, find_unreadable_faults
from resolvers.kernel.public_access import get_hotline, load_public_policy
from resolvers.kernel.sealed_number import Columns, NumberEntered
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts import account as rules
from rules.accounts import password
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Fault, Reason, Refusal, fault, is_readable
from rules.kernel.region import NATION_CODE
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
class RegistrationPolicy:
    """The figures of policy that a registration is judged by, and whom its refusals name (J2)."""

    policy: Policy
    hotline: str


async def load_registration_policy(service: Service, input: Registration) -> RegistrationPolicy:
    """Read the figures for the region that is stated, or for the nation if none can be read."""
    known = await load_public_policy(service)
    return RegistrationPolicy(known, get_hotline(known, service, _get_region(input)))


async def find_registration_faults(
    service: Service, at: RegistrationPolicy, input: Registration, role: Role
) -> list[Fault]:
    """List what of a registration can't be read, and judge all that can (J1)."""
    name = input.account if is_readable(input.account) else ""
    region = _get_region(input)
    found = find_unreadable_faults({"input": input})
    must = service.password_policy
    found += password.find_password_faults(input.password, name, must, "input", "password")
    found += rules.find_agreement_faults(
        input.agreement_version,
        get_agreement_version(service, at.policy, region),
        ("input", "agreementVersion"),
    )
    if region is not None:
        found += rules.find_role_region_faults(role, region, ("input", "region"))
    if name and await find_account(service, name) is not None:
        found.append(fault(Reason.ACCOUNT_NAME_TAKEN, "input", "account"))
    return found


def get_agreement_version(service: Service, policy: Policy, region: str | None) -> str:
    """Return the agreement's version in force in a region; refused by name where none is (J1)."""
    try:
        return policy.get_text("agreement.version", region or NATION_CODE, service.today())
    except MissingParameter as lacking:
        raise build_missing_parameter_refusal(lacking) from lacking


def _get_region(input: Registration) -> str | None:
    return input.region if is_readable(input.region) else None


async def add_account(
    tx: Transaction, username: str, agreement: str, hashed: str, claimed: str | None = None
) -> Account:
    """Add the account in whose name the transaction speaks, and whose number it claims (J1, X18).

    `agreement` is the version that was accepted, `hashed` the password's hash.
    """
    viewer = tx.viewer
    account = Account(
        id=viewer.account_id,
        username=username,
        password_hash=hashed,
        role=viewer.role,
        name=viewer.name,
        region=viewer.region,
        unit_id=viewer.unit_id,
        person_id=viewer.person_id,
        **_build_claim(tx, claimed),
        active=True,
        agreement=agreement,
        agreed_at=tx.now,
    )
    tx.session.add(account)
    await tx.session.flush()
    tx.session.add(build_creation_entry(tx, account, None))
    return account


def _build_claim(tx: Transaction, number: str | None) -> Columns:
    """Return the columns of a number that is claimed: sealed, so that it can be indexed anew."""
    if number is None or tx.viewer.account_id is None:
        return {}
    place = locate_sealed(Account.claimed_sealed, tx.viewer.account_id)
    return {
        "claimed_sealed": tx.service.seal.seal_text(place, number),
        "claimed_index": tx.service.seal.compute_index(place.field, number),
    }


@contextmanager
def refuse_duplicates(taken: Fault, *constraints: str) -> Iterator[None]:
    """Raise in words of the rules that somebody was faster; the constraints are the last line."""
    name = fault(Reason.ACCOUNT_NAME_TAKEN, "input", "account")
    told = {"uq_account_username": name} | dict.fromkeys(constraints, taken)
    try:
        yield
    except NumberEntered as error:
        raise Refusal(taken) from error
    except IntegrityError as error:
        found = told.get(get_violated_constraint(error))
        if found is None:
            raise
        raise Refusal(found) from error
