"""What the environment decides of checkpoints of the history (ADR 0069)."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import PositiveInt, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from gateways.time_stamp import read_certificates


class CheckpointSettings(BaseSettings):
    """Settings of where, and how often, it is written down how far the history has come."""

    checkpoint_directory: Path | None = None
    """Where the worker keeps signed checkpoints of the history, and `jiuye history verify` finds
    them: out of reach of whoever keeps the database. Empty: none are made."""
    checkpoint_minutes: PositiveInt = 60
    """How long after one checkpoint the next is made."""
    checkpoint_keep_days: PositiveInt = 3650
    """How long checkpoints are kept."""
    checkpoint_url: str | None = None
    """Where each checkpoint is sent as well, as JSON by POST. Empty: nowhere."""
    checkpoint_token: SecretStr = SecretStr("")
    """The bearer token that it is sent with."""
    time_stamp_url: str | None = None
    """The authority that stamps each checkpoint with the time 时间戳 (RFC 3161). Empty: none."""
    time_stamp_roots: Path | None = None
    """A file with the certificates, in PEM, that the authority's own goes back to."""

    @field_validator("checkpoint_url", "time_stamp_url")
    @classmethod
    def _check_http(cls, given: str | None) -> str | None:
        """Take an empty value for none, and no other address than one of HTTP."""
        if not given:
            return None
        parts = urlsplit(given)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address of http or https")
        return given

    @model_validator(mode="after")
    def _check_checkpoints(self) -> "CheckpointSettings":
        """Refuse what could make no checkpoint, or no time stamp that anybody can verify."""
        if self.checkpoint_directory is None and (self.checkpoint_url or self.time_stamp_url):
            raise ValueError("CHECKPOINT_URL and TIME_STAMP_URL need CHECKPOINT_DIRECTORY")
        if (self.time_stamp_url is None) != (self.time_stamp_roots is None):
            raise ValueError("TIME_STAMP_URL and TIME_STAMP_ROOTS go together")
        if self.time_stamp_roots is not None:
            try:
                read_certificates(self.time_stamp_roots)
            except (OSError, ValueError):
                raise ValueError("TIME_STAMP_ROOTS is no file of certificates in PEM") from None
        return self
