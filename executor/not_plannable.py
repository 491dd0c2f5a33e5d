"""The way out: the reference path answers instead, with its exact errors."""


class NotPlannable(Exception):
    """A plan can't be made, or can't answer; the reason is a short name for logs and metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
