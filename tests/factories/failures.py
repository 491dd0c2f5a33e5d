"""A loop over many combinations that goes on after a failure, and tells all of them at its end."""

from pathlib import Path
from types import TracebackType

import pytest

MAX_SHOWN = 40
"""How many failures are printed in full; of the rest, how many there are."""


class AllFailures:
    """Collect the failures of a loop; fail once, at the end, with every one of them.

    A loop that came to no combination at all fails too: it would prove nothing.

        with AllFailures() as failures:
            for kind, status in product(RecordKind, Status):
                with failures.at(kind, status):
                    assert ...
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.combinations = 0

    def __enter__(self) -> "AllFailures":
        return self

    def at(self, *combination: object) -> "Combination":
        """Give what notes the failure of one combination, named by what it was."""
        self.combinations += 1
        return Combination(self, ", ".join(map(str, combination)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            return
        if not self.combinations:
            pytest.fail("the loop came to no combination", pytrace=False)
        if self.found:
            shown = "\n".join(self.found[:MAX_SHOWN])
            more = len(self.found) - MAX_SHOWN
            rest = f"\n... and {more} more" if more > 0 else ""
            head = f"{len(self.found)} of {self.combinations} combinations failed"
            pytest.fail(f"{head}:\n{shown}{rest}", pytrace=False)


class Combination:
    """One combination of a loop: whatever goes wrong in it is noted, and the loop goes on."""

    def __init__(self, failures: AllFailures, name: str) -> None:
        self._failures = failures
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception | pytest.fail.Exception):
            return False
        line = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
        self._failures.found.append(f"- {self._name} ({line}): {type(error).__name__}: {error}")
        return True
