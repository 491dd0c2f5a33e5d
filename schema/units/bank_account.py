from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from rules.kernel.function import Function
from rules.payment.ad_hoc_actions import make_change_rule
from schema.kernel.answer import build_answer
from schema.kernel.binding import column, one
from schema.kernel.connection import Connection
from schema.kernel.history import History, history
from schema.kernel.node import Node, record_type
from schema.kernel.record import PossibleAction, bind_possible_actions

if TYPE_CHECKING:
    from schema.units.unit import Unit


@record_type("An account into which a unit is paid (J32). 银行账户")
class BankAccount(Node):
    """An account into which a unit is paid."""

    table = models.BankAccount

    bank: str = column("The bank. 开户银行")
    branch: str = column("The bank's branch. 开户网点")
    account_name: str = column("In whose name it is. 开户名称")
    number_masked: str = column("Its number, masked (X11). 银行账号")
    is_default: bool = column("Whether it is chosen unless another is. 默认账户")
    holder: models.AccountHolder = column("The unit or its liquidator (X19). 账户持有人")
    version: int = column("Its version; a change must name it (X12). 版本")
    created_at: datetime = column("When it was added. 创建时间")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] = one(
        models.BankAccount.unit, "Whose it is. 单位"
    )
    history: Connection[History] = history(models.BankAccount)
    possible_actions: list[PossibleAction] = bind_possible_actions(
        "BankAccount",
        make_change_rule(Function.MAINTAIN_BANK_ACCOUNTS),
        (),
        "What the viewer may do next (X4). 可办操作",
    )


BankAccountPayload, BankAccountResult = build_answer(
    "BankAccount",
    "bank_account",
    BankAccount,
    "The bank account as it is now. 银行账户",
    "The account. 银行账户",
)
