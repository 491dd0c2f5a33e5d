"""Files of one service: where they lie, how links to them are signed, and how long things last."""

from asyncio import Semaphore
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gateways.malware_scanner import MalwareScanner
from gateways.object_store import ObjectStore
from gateways.signed_link import LinkSigner

_MAX_CONCURRENT_WRITES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where files lie, and for how long links are good and unused uploads are kept.

    Whoever has a long file written holds a place in `writing`: it keeps a core busy for a while.
    Without a scanner, files are kept unchecked for malware.
    """

    store: ObjectStore
    links: LinkSigner
    spool: Path
    scanner: MalwareScanner | None = None
    upload_life: timedelta = timedelta(minutes=30)
    link_life: timedelta = timedelta(minutes=5)
    unused_life: timedelta = timedelta(hours=24)
    writing: Semaphore = field(default_factory=lambda: Semaphore(_MAX_CONCURRENT_WRITES))
