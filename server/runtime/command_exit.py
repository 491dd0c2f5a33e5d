"""How a command ends: faults in plain words, and a stop by the user quietly."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED_EXIT_CODE = 130


@contextmanager
def exit_with_message(*expected: type[Exception]) -> Iterator[None]:
    """Turn expected faults into one message, and a stop by the user into a quiet end."""

    def terminated(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except expected as fault:
        sys.stderr.write(f"\n{fault}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        raise SystemExit(INTERRUPTED_EXIT_CODE) from None
