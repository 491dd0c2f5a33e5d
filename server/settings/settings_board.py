"""What the environment decides of background work and the national job board."""

import re
from urllib.parse import urlsplit

from pydantic import Field, PositiveInt, SecretStr, field_validator
from pydantic_settings import BaseSettings


class BoardSettings(BaseSettings):
    """Settings of the worker and of the job board that it tells of posts."""

    worker: bool = True
    """Let `jiuye run` start the worker as well."""
    worker_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Where `jiuye worker` shows its figures, on HOST. Empty: nowhere."""
    jiuye_board_url: str | None = None
    """Where the national job board 就业在线 answers. Empty: posts wait, and say so;
    `jiuye run` starts a stand-in."""
    jiuye_board_token: SecretStr = SecretStr("")
    """What the job board knows this service by."""
    board_timeout_seconds: int = Field(default=10, ge=1, le=50)
    """The longest that the job board may take for one request; a worker that holds a push for a
    minute is taken for dead."""
    board_tries: PositiveInt = 60
    """How often a push is tried before it is given up: for some two days, as the waits are."""
    board_first_wait_seconds: PositiveInt = 5
    """How long to wait after a first failure; each time it doubles."""
    board_longest_wait_seconds: PositiveInt = 3600
    """The longest wait between two tries."""
    applicants_refresh_minutes: PositiveInt = 60
    """How often a post's applicants are fetched from the job board."""

    @field_validator("jiuye_board_url")
    @classmethod
    def _check_address(cls, given: str | None) -> str | None:
        return check_http_address(given)

    @field_validator("jiuye_board_token")
    @classmethod
    def _check_token(cls, given: SecretStr) -> SecretStr:
        return check_header_value(given)


def check_http_address(given: str | None) -> str | None:
    """Take an empty value for none, and no other address than one of HTTP."""
    if not given:
        return None
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    return given


def check_header_value(given: SecretStr) -> SecretStr:
    """Refuse what can't stand in a header."""
    if not re.fullmatch("[!-~]*", given.get_secret_value()):
        raise ValueError("must be visible ASCII characters without spaces")
    return given
