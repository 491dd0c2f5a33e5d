"""What the environment decides of short messages 短信."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from server.settings.settings_board import check_header_value, check_http_address


class SmsSettings(BaseSettings):
    """Settings of the SMS gateway, and of the codes that it sends."""

    jiuye_sms_url: str | None = None
    """Where the SMS gateway takes messages. Empty: development writes them to
    JIUYE_HOME/sms-outbox.jsonl, production sends none and says so."""
    jiuye_sms_token: SecretStr = SecretStr("")
    """What the SMS gateway knows this service by."""
    sms_template: str = Field(default="jiuye-code", min_length=1)
    """The gateway's name of the text that holds a code."""
    sms_begun_template: str = Field(default="jiuye-recovery-begun", min_length=1)
    """The gateway's name of the text that tells a holder that somebody wants their account."""
    sms_ended_template: str = Field(default="jiuye-recovery-ended", min_length=1)
    """The gateway's name of the text that tells a holder how that ended."""
    sms_notice_tries: int = Field(default=60, ge=1, le=1000)
    """How often the worker tries to send such a text before it gives up."""
    sms_timeout_seconds: int = Field(default=10, ge=1, le=50)
    """The longest that the gateway may take for one message; a worker that holds one for a minute
    is taken for dead."""
    sms_code_minutes: int = Field(default=5, ge=1, le=30)
    """How long a code is good."""
    sms_code_tries: int = Field(default=5, ge=1, le=10)
    """How often a code may be tried."""

    @field_validator("jiuye_sms_url")
    @classmethod
    def _check_sms_address(cls, given: str | None) -> str | None:
        return check_http_address(given)

    @field_validator("jiuye_sms_token")
    @classmethod
    def _check_sms_token(cls, given: SecretStr) -> SecretStr:
        return check_header_value(given)
