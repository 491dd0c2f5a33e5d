"""How a command ends: faults in plain words, and a stop by the user quietly."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from server.database.database_check import describe_statement_fault

INTERRUPTED_EXIT_CODE = 130


@contextmanager
def exit_with_message(*expected: type[Exception]) -> Iterator[None]:
    """Turn expected faults into one message, and a stop by the user into a quiet end.

    Files and folders that can't be used, and a database that goes away, are always expected.
    """

    def terminated(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except expected as fault:
        _exit_with(str(fault))
    except BrokenPipeError:
        raise  # whoever read our lines has gone; click ends quietly
    except OSError as error:
        _exit_with(describe_file_fault(error))
    except SQLAlchemyError as error:
        words = describe_statement_fault(error)
        if words is None:
            raise
        _exit_with(words)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        raise SystemExit(INTERRUPTED_EXIT_CODE) from None


def _exit_with(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    raise SystemExit(1) from None


def describe_file_fault(error: OSError) -> str:
    """Say which file or folder can't be used, and why."""
    why = error.strerror or type(error).__name__
    return f"{error.filename}: {why}." if error.filename else f"{why}."
