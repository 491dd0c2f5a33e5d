"""Entity tags: whether whoever asks has an answer already (RFC 9110 8.8, 13.1)."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from starlette.datastructures import Headers


def build_entity_tag(content: bytes) -> str:
    """Name a content; weakly, for what is compressed on its way is the same."""
    return f'W/"{urlsafe_b64encode(sha256(content).digest()[:18]).decode()}"'


def has_entity(headers: Headers, tag: str) -> bool:
    """Tell whether a request says that its sender has what the tag names."""
    given = [each.strip() for each in ",".join(headers.getlist("if-none-match")).split(",")]
    opaque = tag.removeprefix("W/")
    return "*" in given or any(each.removeprefix("W/") == opaque for each in given)
