"""What clients may change about posts on the national job board (J12, J13)."""

import strawberry

from resolvers.internship.applicant import refresh_applicants
from resolvers.internship.board import retry_board_push
from rules.kernel.function import Function
from schema.api import payload
from schema.kernel.mutation import mutation


@strawberry.type
class BoardMutations:
    """What clients may change about posts on the board."""

    retry_board_push: payload.BoardPushResult = mutation(
        retry_board_push, payload.BoardPushPayload, Function.RETRY_BOARD_PUSHES
    )
    refresh_applicants: payload.PostResult = mutation(
        refresh_applicants, payload.PostPayload, Function.FILE_POSTS
    )
