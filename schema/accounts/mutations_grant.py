"""What is done to the functions of accounts, and to favourites (S1, S2)."""

import strawberry

from resolvers.accounts import favourite, grant
from rules.kernel.function import Function
from schema.accounts.account_payload import AccountPayload, AccountResult
from schema.accounts.grant import FunctionGrantsPayload, FunctionGrantsResult
from schema.kernel.mutation import mutation

strawberry.input(
    favourite.Favourites,
    name="FavouritesInput",
    description="Which functions one keeps at hand, in order (S2). 常用功能设置",
)


@strawberry.type
class GrantMutations:
    """What is done to the functions of accounts."""

    grant_functions: FunctionGrantsResult = mutation(
        grant.grant_functions, FunctionGrantsPayload, Function.GRANT_FUNCTIONS
    )
    revoke_functions: FunctionGrantsResult = mutation(
        grant.revoke_functions, FunctionGrantsPayload, Function.GRANT_FUNCTIONS
    )
    set_favourites: AccountResult = mutation(
        favourite.set_favourites, AccountPayload, Function.KEEP_ACCOUNT
    )
