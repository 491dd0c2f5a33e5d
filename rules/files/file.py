"""Files that people hand in: their names, their types, their sizes (J8, J15, J25, J33)."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from models import FileType
from rules.kernel.parameter import Policy
from rules.kernel.personal_text import has_personal_number
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import is_printable

MAX_NAME_BYTES = 255
"""In bytes of UTF-8: what file systems keep."""

BYTES_PER_CHINESE_CHARACTER = 3
"""So many bytes has one in UTF-8."""

BYTES_PER_MIB = 1024 * 1024

FILE_TYPE_BY_EXTENSION: Mapping[str, FileType] = {
    "pdf": FileType.PDF,
    "jpg": FileType.JPEG,
    "jpeg": FileType.JPEG,
    "png": FileType.PNG,
    "docx": FileType.DOCX,
    "xlsx": FileType.XLSX,
    "ofd": FileType.OFD,
}
_OFFICE_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Mapping[FileType, str] = {
    FileType.PDF: "application/pdf",
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.DOCX: f"{_OFFICE_MEDIA_TYPE}.wordprocessingml.document",
    FileType.XLSX: f"{_OFFICE_MEDIA_TYPE}.spreadsheetml.sheet",
    FileType.OFD: "application/ofd",
}
"""What a file is sent as."""


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """What may be attached to a kind of record: how large, how many, of which types."""

    most_mib: int
    most_files: int
    types: tuple[str, ...]


def build_limits(policy: Policy, to: str, region: str, on: date) -> AttachmentLimits:
    """Read the limits of a region's policy on a day, or raise MissingParameter (X6)."""
    return AttachmentLimits(
        policy.get_integer("attachments.max_size", region, on, to),
        policy.get_integer("attachments.max_count", region, on, to),
        policy.get_names("attachments.types", region, on, to),
    )


def normalize_name(name: str) -> str:
    """Return the name under which a file is kept: as given, its characters composed (NFC)."""
    # Composing takes quadratic time over a long run of combining marks; such a name is refused.
    return unicodedata.normalize("NFC", name) if len(name) <= MAX_NAME_BYTES else name


def guess_type(name: str) -> FileType | None:
    """Return which type a file's name claims."""
    stem, _, extension = name.rpartition(".")
    return FILE_TYPE_BY_EXTENSION.get(extension.lower()) if stem.strip() else None


def find_announcement_faults(
    name: str, size: int, media_type: str | None, limits: AttachmentLimits
) -> Iterator[Fault]:
    """Judge what somebody says of a file that they are about to send."""
    yield from _find_name_faults(normalize_name(name))
    claimed = guess_type(name)
    yield from find_type_and_size_faults(claimed, size, limits)
    if claimed is not None and not _is_media_type_plausible(media_type, claimed):
        yield fault(Reason.FILE_TYPE_DIFFERS, "mediaType", type=claimed)


def find_type_and_size_faults(
    claimed: FileType | None, size: int, limits: AttachmentLimits
) -> Iterator[Fault]:
    """Judge a file's type and size by the limits of what it is to be attached to."""
    if claimed is None or claimed not in limits.types:
        yield fault(Reason.FILE_TYPE_NOT_ALLOWED, "name", types=", ".join(limits.types))
    if size <= 0:
        yield fault(Reason.FILE_EMPTY, "size")
    if size > limits.most_mib * BYTES_PER_MIB:
        yield fault(Reason.FILE_TOO_LARGE, "size", most=limits.most_mib)


def find_arrival_faults(
    claimed: FileType,
    announced_size: int,
    found: FileType | None,
    size: int,
    disguise: Fault | None = None,
) -> Iterable[Fault]:
    """Judge what came against what was announced; the content decides, not the name."""
    if found is claimed and size == announced_size:
        return []
    another_size = find_size_faults(announced_size, size)
    differs = fault(Reason.FILE_TYPE_DIFFERS, type=claimed)
    return [*another_size] or [disguise if claimed is FileType.XLSX and disguise else differs]


def find_size_faults(announced_size: int, size: int) -> Iterator[Fault]:
    """Refuse fewer or more bytes than were announced."""
    if size == 0:
        yield fault(Reason.FILE_EMPTY)
    elif size < announced_size:
        yield fault(Reason.FILE_INCOMPLETE, size=announced_size)
    elif size > announced_size:
        yield fault(Reason.FILE_EXCEEDS_SIZE, size=announced_size)


def _find_name_faults(name: str) -> Iterator[Fault]:
    if not all(is_printable(character) and character not in "/\\" for character in name):
        yield fault(Reason.FILE_NAME_UNSAFE, "name")
    elif len(name) > MAX_NAME_BYTES or len(name.encode()) > MAX_NAME_BYTES:
        characters = MAX_NAME_BYTES // BYTES_PER_CHINESE_CHARACTER
        yield fault(Reason.FILE_NAME_TOO_LONG, "name", most=MAX_NAME_BYTES, characters=characters)
    elif has_personal_number(name):
        yield fault(Reason.FILE_NAME_PERSONAL, "name")


def _is_media_type_plausible(media_type: str | None, claimed: FileType) -> bool:
    """Return whether a browser's guess contradicts a name; office programs invent their own."""
    said = (media_type or "").partition(";")[0].strip().lower()
    if said in {"", "application/octet-stream", MEDIA_TYPES[claimed]}:
        return True
    same_family = said.partition("/")[0] == MEDIA_TYPES[claimed].partition("/")[0]
    return same_family and said not in MEDIA_TYPES.values()


def build_file_headers(name: str, type_: FileType) -> Mapping[str, str]:
    """Return how a file is to be sent: to be saved under its name, never to be shown or kept."""
    return build_download_headers(name, f"file.{type_.lower()}", MEDIA_TYPES[type_])


def build_download_headers(name: str, plain: str, media_type: str) -> Mapping[str, str]:
    """Return headers by which any content is saved under a name; `plain` is for old programs."""
    real = quote(name, safe="")
    return {
        "Content-Type": media_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{real}",
        "Cache-Control": "private, no-store",
    }
