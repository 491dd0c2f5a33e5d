"""The service alone, as `jiuye serve` runs it: its process has nothing that only commands need."""

import asyncio
import sys

from gateways.store import StoreDown
from server.database.data_key import must_fit
from server.http import app as application
from server.runtime.ending import told_plainly
from server.runtime.serving import NotServing, PortInUse, bind, run_on, serve
from server.settings.settings import SettingsError, load
from server.telemetry import log


def main() -> None:
    """Serve until stopped, with the database that DATABASE_URL names."""
    with told_plainly(SettingsError, PortInUse, NotServing, StoreDown):
        settings = load()
        log.configure()
        if settings.database_url is None:
            raise SettingsError("DATABASE_URL is not set")
        where = f"http://{settings.host}:{settings.port}"
        asyncio.run(must_fit(settings))
        with bind(settings.host, settings.port) as listener:
            built = application.create_app(settings)
            try:
                run_on(serve(built, listener, lambda: _say(f"Serving on {where}")))
            except KeyboardInterrupt:
                _say("\nStopped.")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
