"""The service alone, as `jiuye serve` runs it: its process has nothing that only commands need."""

import asyncio
import sys

from gateways.object_store import StoreUnavailable
from server.database.data_key import require_matching_keys
from server.database.database_check import DatabaseUnavailable, require_databases
from server.http import app as application
from server.runtime.command_exit import exit_with_message
from server.runtime.serving import (
    CannotListen,
    NotServing,
    bind_listener,
    describe_address,
)
from server.runtime.supervisor import plan_offload, serve_until_stopped
from server.settings.settings import SettingsError, load_settings
from server.telemetry import log

EXPECTED_ERRORS = (
    DatabaseUnavailable,
    NotServing,
    CannotListen,
    SettingsError,
    StoreUnavailable,
)


def main() -> None:
    """Serve until stopped, with the database that DATABASE_URL names."""
    with exit_with_message(*EXPECTED_ERRORS):
        settings = load_settings()
        log.configure_logging()
        asyncio.run(require_databases(settings))
        asyncio.run(require_matching_keys(settings))
        with bind_listener(settings.host, settings.port) as listener:
            where = describe_address(listener, settings.host)
            with plan_offload(settings, "INFO", {}) as (path, beside):
                built = application.create_app(settings, offload_path=path)
                serve_until_stopped(
                    built,
                    listener,
                    lambda: _print_line(f"Serving on {where}"),
                    beside,
                    settings.most_sockets,
                    say=_print_line,
                )


def _print_line(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
