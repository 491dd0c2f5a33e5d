"""What clients may change about posts on the national job board (J12, J13)."""

import strawberry

from resolvers.applicant import refresh_applicants
from resolvers.board import retry_board_push
from rules.function import Function
from schema import payload
from schema.mutation import mutation


@strawberry.type
class BoardMutations:
    """What clients may change about posts on the board."""

    retry_board_push: payload.BoardPushResult = mutation(
        retry_board_push, payload.BoardPushPayload, Function.RETRY_BOARD_PUSHES
    )
    refresh_applicants: payload.PostResult = mutation(
        refresh_applicants, payload.PostPayload, Function.FILE_POSTS
    )
