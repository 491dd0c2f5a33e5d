"""Lines about what is refused before or beside an operation, to anybody: bounded by kind."""

from dataclasses import dataclass, field

import structlog

from resolvers.kernel.minute_bound import MinuteBound


@dataclass(frozen=True, slots=True)
class RefusalLog:
    """Writes so many lines of a kind in a minute; the next one tells how many were left out.

    Of a kind are those of one event and one code, of strangers or of who is signed in: what a
    stranger sends without end leaves out no line about a client's fault.
    """

    name: str
    level: str = "info"
    bound: MinuteBound = field(default_factory=MinuteBound)

    def write(self, event: str, **values: object) -> None:
        """Write a line, unless there were too many of its kind."""
        kind = (event, values.get("code"), values.get("signed_in"))
        left_out = self.bound.count_left_out(" ".join(map(str, kind)))
        if left_out is None:
            return
        more = {"left_out": left_out} if left_out else {}
        getattr(structlog.stdlib.get_logger(self.name), self.level)(event, **values, **more)
