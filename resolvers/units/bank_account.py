"""Bank accounts 银行账户 of a unit (J32)."""

from dataclasses import dataclass

from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import AccountHolder, BankAccount, Unit, get_sealed_field
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.transaction import Transaction
from resolvers.units.unit import list_own_account_names, load_ended_units
from rules.kernel.refusal import InvalidInput, Reason, build_refusal, fault
from rules.kernel.text import normalize_name
from rules.kernel.value import CardNumber, RowId, Text


@dataclass(kw_only=True)
class BankAccountDraft:
    """An account of the unit's own, the first being the default; or its liquidator's."""

    bank: Text
    branch: Text
    account_name: Text
    number: CardNumber
    is_default: bool = False
    holder: AccountHolder = AccountHolder.UNIT


@change_in_part()
class BankAccountChange:
    """What may change of an account; another number is another account.

    Its name follows the unit's own, once the unit has another one.
    """

    id: RowId
    version: int
    bank: Text
    branch: Text
    is_default: bool
    account_name: Text | None = None


async def add_bank_account(tx: Transaction, input: BankAccountDraft) -> BankAccount:
    """Add an account in the unit's own name, or in its liquidator's (J32, X19). 新增银行账户."""
    # Two who add a unit's first account would both find no default: there is no account to hold.
    unit = await tx.session.get_one(Unit, tx.unit_id, with_for_update=True)
    if input.holder is AccountHolder.LIQUIDATOR:
        await _require_ended_declaration(tx)
    name = (
        input.account_name
        if input.holder is AccountHolder.LIQUIDATOR
        else await _require_own_name(tx, unit, input.account_name)
    )
    await _require_new_number(tx, input.number)
    default = await _lock_default_account(tx)
    key = tx.unit_id, uuid7()
    row = BankAccount(
        unit_id=key[0],
        id=key[1],
        region=unit.region,
        bank=input.bank,
        branch=input.branch,
        account_name=name,
        holder=input.holder,
        **build_sealed_columns(tx.service.seal, BankAccount.number_sealed, key, input.number),
        is_default=input.is_default or default is None,
    )
    if row.is_default and default is not None:
        tx.change(default, {"is_default": False})
        # The index allows one default at any moment: the old one is written before the new one.
        await tx.session.flush()
    tx.create(row)
    await tx.session.flush()
    return row


async def change_bank_account(tx: Transaction, input: BankAccountChange) -> BankAccount:
    """Change an account's bank, branch, name or default; its number stays (J32). 修改银行账户."""
    unit = await tx.session.get_one(Unit, tx.unit_id, with_for_update=True)
    row = await tx.get_locked(BankAccount, input.id, input.version)
    input = fill_in(input, row)
    default = await _lock_default_account(tx)
    if row is default and not input.is_default:
        raise build_refusal(Reason.DEFAULT_NEEDED, "isDefault")
    if input.is_default and default is not None and row is not default:
        tx.change(default, {"is_default": False})
        await tx.session.flush()
    values: dict[str, object] = {"bank": input.bank, "branch": input.branch}
    if input.account_name is not None and row.holder is AccountHolder.UNIT:
        values["account_name"] = await _require_own_name(tx, unit, input.account_name)
    tx.change(row, values | {"is_default": input.is_default})
    await tx.session.flush()
    return row


async def _require_new_number(tx: Transaction, number: str) -> None:
    """Refuse a number that the unit has, which is held; the constraint knows one key's index."""
    indexes = tx.service.seal.compute_indexes(get_sealed_field(BankAccount.number_sealed), number)
    own = BankAccount.unit_id == tx.unit_id, BankAccount.number_index.in_(indexes)
    if await tx.first(select(BankAccount).where(*own)) is not None:
        raise build_refusal(Reason.ACCOUNT_EXISTS, "number")


async def _lock_default_account(tx: Transaction) -> BankAccount | None:
    statement = select(BankAccount).where(BankAccount.unit_id == tx.unit_id, BankAccount.is_default)
    return await tx.first(statement.with_for_update())


async def _require_own_name(tx: Transaction, unit: Unit, typed: str) -> str:
    """Demand the unit's own name, or one that it had until lately, and spell it as it is (J7)."""
    for name in list_own_account_names(unit, tx.today, await tx.load_policy()):
        if normalize_name(typed) == normalize_name(name):
            return name
    raise InvalidInput([fault(Reason.ACCOUNT_NAME_DIFFERS, "accountName")])


async def _require_ended_declaration(tx: Transaction) -> None:
    """Refuse a liquidator's account while the unit's declaration has not ended (X19)."""
    if not await load_ended_units(tx, [tx.unit_id]):
        raise build_refusal(Reason.LIQUIDATOR_TOO_EARLY, "holder")
