"""What the environment decides of attachments: where they are kept, and for how long links live."""

from pathlib import Path

from pydantic import PositiveInt, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from gateways.object_store import Bucket


class StoreSettings(BaseSettings):
    """Settings of the store in which attachments are kept."""

    attachments_directory: Path | None = None
    """Where attachments 附件 are kept. Empty: `attachments` in JIUYE_HOME. A bucket takes
    its place."""
    s3_bucket: str = ""
    """The bucket of an S3-compatible store in which attachments are kept instead."""
    s3_endpoint: str = ""
    """The store's address."""
    s3_region: str = ""
    """The store's region, where it has regions."""
    s3_access_key_id: str = ""
    """The store's account. Empty: that of the machine."""
    s3_secret_access_key: SecretStr = SecretStr("")
    """The account's secret."""
    s3_virtual_hosted: bool = False
    """The store wants the bucket's name in its host name."""
    s3_presigned: bool = True
    """Let clients send files to the store itself; off, through the service."""
    upload_link_minutes: PositiveInt = 30
    """How long a file may be sent after it was announced."""
    download_link_minutes: PositiveInt = 5
    """How long a link to an attachment is good."""
    unused_upload_hours: PositiveInt = 24
    """How old an upload that belongs to nothing must be to be swept."""

    clamav_address: str | None = None
    """Where a ClamAV daemon checks files before they are kept, as `host:port`. Empty: none does."""
    clamav_timeout_seconds: PositiveInt = 60
    """The longest that it may take for one file."""

    @field_validator("clamav_address")
    @classmethod
    def _check_address(cls, given: str | None) -> str | None:
        """Take an empty value for none, and demand host and port otherwise."""
        if not given:
            return None
        host, _, port = given.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError("must be host:port")
        return given

    @model_validator(mode="after")
    def _check_credentials(self) -> "StoreSettings":
        """Refuse half of a store's account; with neither half, the machine's own counts."""
        if bool(self.s3_access_key_id) != bool(self.s3_secret_access_key.get_secret_value()):
            raise ValueError("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together")
        return self

    @property
    def bucket(self) -> Bucket:
        """The bucket of a store that speaks S3."""
        return Bucket(
            name=self.s3_bucket,
            endpoint=self.s3_endpoint or None,
            region=self.s3_region or None,
            access_key_id=self.s3_access_key_id or None,
            secret_access_key=self.s3_secret_access_key.get_secret_value() or None,
            virtual_hosted=self.s3_virtual_hosted,
            presigned=self.s3_presigned,
        )
