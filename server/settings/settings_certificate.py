"""What the environment decides of client certificates 客户端证书, which the TLS proxy hands on."""

import re

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from models import Role
from rules.accounts.second_factor import parse_roles
from server.settings.settings_board import check_header_value

_HEADER_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
MIN_SECRET_LENGTH = 32
SELF_REGISTERED_ROLES = frozenset({Role.PERSON, Role.LEGAL_PERSON})
"""Whose accounts nobody could add a certificate to before they sign in first."""


class CertificateSettings(BaseSettings):
    """In which header the proxy hands certificates on, by which secret it is known, and for whom.

    Nobody else's header is believed (`server/http/certificate_header.py`).
    """

    certificate_header: str = Field(default="", max_length=64)
    """In which header the TLS proxy hands on the client's certificate, such as Client-Cert. Empty:
    none is taken."""
    certificate_proxy_secret: SecretStr = SecretStr("")
    """What the proxy sends in Jiuye-Proxy beside it, 32 characters or more; the header from anybody
    else is refused."""
    certificate_roles: str = ""
    """Whose accounts sign in only with a certificate of their own beside the password, roles
    divided by commas: such as DISTRICT_OFFICER, FINANCE. Empty: nobody's."""

    @field_validator("certificate_header")
    @classmethod
    def _check_certificate_header(cls, given: str) -> str:
        if given and not _HEADER_PATTERN.fullmatch(given):
            raise ValueError("must be the name of a header")
        return given.lower()

    @field_validator("certificate_proxy_secret")
    @classmethod
    def _check_proxy_secret(cls, given: SecretStr) -> SecretStr:
        return check_header_value(given)

    @field_validator("certificate_roles")
    @classmethod
    def _check_certificate_roles(cls, given: str) -> str:
        if parse_roles(given) & SELF_REGISTERED_ROLES:
            raise ValueError("persons and units register themselves, before they have one")
        return given

    @model_validator(mode="after")
    def _check_contract(self) -> "CertificateSettings":
        """Demand a secret of who hands certificates on, and a header where one is demanded."""
        secret = self.certificate_proxy_secret.get_secret_value()
        if self.certificate_header and len(secret) < MIN_SECRET_LENGTH:
            least = f"at least {MIN_SECRET_LENGTH} characters"
            raise ValueError(f"CERTIFICATE_HEADER needs CERTIFICATE_PROXY_SECRET of {least}")
        if self.certificate_roles and not self.certificate_header:
            raise ValueError("CERTIFICATE_ROLES needs CERTIFICATE_HEADER")
        return self
