"""Files of one service: where they lie, how links to them are signed, and how long things last."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateways.malware_scanner import MalwareScanner
from gateways.object_store import ObjectStore
from gateways.signed_link import LinkSigner


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where files lie, and for how long links are good and unused uploads are kept.

    Without a scanner, files are kept unchecked for malware.
    """

    store: ObjectStore
    links: LinkSigner
    spool: Path
    scanner: MalwareScanner | None = None
    upload_life: timedelta = timedelta(minutes=30)
    link_life: timedelta = timedelta(minutes=5)
    unused_life: timedelta = timedelta(hours=24)
