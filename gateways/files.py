"""Files of one service: where they lie, how links to them are signed, and how long things last."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateways.link import Links
from gateways.store import Store


@dataclass(frozen=True, slots=True)
class Files:
    """Where files lie, and for how long links are good and unused uploads are kept."""

    store: Store
    links: Links
    spool: Path
    upload_life: timedelta = timedelta(minutes=30)
    link_life: timedelta = timedelta(minutes=5)
    unused_life: timedelta = timedelta(hours=24)
