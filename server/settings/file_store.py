"""Where this service keeps files, made ready before anybody sends one."""

from datetime import timedelta
from pathlib import Path

from gateways.file_seal import FileSeal
from gateways.files import Files
from gateways.malware_scanner import MalwareScanner
from gateways.object_store import ObjectStore
from gateways.signed_link import LinkSigner
from server.settings.development_keys import make_home_directory
from server.settings.settings import Settings, SettingsError


def open_file_store(settings: Settings) -> Files:
    """Open the store, and make the directories that it and files on their way need.

    Raises SettingsError where they can't be made.
    """
    where = settings.file_store
    spool = settings.jiuye_home / "spool"
    try:
        make_home_directory(settings.jiuye_home)
        spool.mkdir(mode=0o700, exist_ok=True)
        store = ObjectStore(where, FileSeal(settings.key_ring))
    except OSError as error:
        name = "ATTACHMENTS_DIRECTORY" if isinstance(where, Path) else "JIUYE_HOME"
        raise SettingsError(f"{name}: {error.strerror}: {error.filename}") from None
    return Files(
        store=store,
        links=LinkSigner(
            settings.secret_key_bytes, settings.accepted_key_bytes, settings.crypto_profiles
        ),
        spool=spool,
        scanner=_build_scanner(settings),
        upload_life=timedelta(minutes=settings.upload_link_minutes),
        link_life=timedelta(minutes=settings.download_link_minutes),
        unused_life=timedelta(hours=settings.unused_upload_hours),
    )


def _build_scanner(settings: Settings) -> MalwareScanner | None:
    if settings.clamav_address is None:
        return None
    host, _, port = settings.clamav_address.rpartition(":")
    return MalwareScanner(host.strip("[]"), int(port), settings.clamav_timeout_seconds)
