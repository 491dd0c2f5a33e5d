"""What clients may change of units, persons and bank accounts."""

import strawberry

from resolvers.units.bank_account import add_bank_account, change_bank_account
from resolvers.units.person import complete_information, look_up_person
from resolvers.units.unit import complete_unit_profile
from resolvers.units.verification import verify_unit
from rules.kernel.function import Function
from schema.kernel.mutation import mutation
from schema.units.bank_account import BankAccountPayload, BankAccountResult
from schema.units.person import PersonPayload, PersonResult
from schema.units.qualification import QualificationMutations
from schema.units.unit import UnitPayload, UnitResult


@strawberry.type
class UnitsMutations:
    """What clients may change of units, persons and bank accounts."""

    complete_unit_profile: UnitResult = mutation(
        complete_unit_profile, UnitPayload, Function.MAINTAIN_UNIT
    )
    verify_unit: UnitResult = mutation(verify_unit, UnitPayload, Function.SETTLE_APPEALS)
    look_up_person: PersonResult = mutation(look_up_person, PersonPayload, Function.LOOK_UP_PERSONS)
    complete_information: PersonResult = mutation(
        complete_information, PersonPayload, Function.COMPLETE_INFORMATION
    )
    add_bank_account: BankAccountResult = mutation(
        add_bank_account, BankAccountPayload, Function.MAINTAIN_BANK_ACCOUNTS
    )
    change_bank_account: BankAccountResult = mutation(
        change_bank_account, BankAccountPayload, Function.MAINTAIN_BANK_ACCOUNTS
    )


MUTATIONS = (UnitsMutations, QualificationMutations)
