"""The sign-ins elsewhere that this installation accepts, from a file of TOML."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gateways.identity_provider import ProviderSettings, is_safe_address

Text = Annotated[str, Field(min_length=1)]


class ProviderEntry(BaseModel):
    """One `[[provider]]` of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: str
    label_zh: Text
    label_en: Text
    issuer: str
    client_id: Text
    client_secret: Text
    redirect_uris: Annotated[tuple[str, ...], Field(min_length=1)]
    scope: str = "openid"
    acr_values: tuple[str, ...] = ()
    id_number_claim: Text = "id_number"
    name_claim: Text = "name"
    credit_code_claim: Text = "credit_code"

    @field_validator("id")
    @classmethod
    def _check_id(cls, given: str) -> str:
        if not re.fullmatch("[a-z][a-z0-9]{1,15}", given):
            raise ValueError("must be 2 to 16 small letters and digits, a letter first")
        return given

    @field_validator("issuer")
    @classmethod
    def _check_issuer(cls, given: str) -> str:
        if not is_safe_address(given):
            raise ValueError("must be an https:// address")
        return given

    @field_validator("scope")
    @classmethod
    def _check_scope(cls, given: str) -> str:
        if "openid" not in given.split():
            raise ValueError("must hold openid")
        return given


class ProviderFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    provider: Annotated[list[ProviderEntry], Field(min_length=1)]


def read_providers(path: Path) -> list[ProviderSettings]:
    """Read the file; ValueError says what is wrong with it, and repeats none of its values."""
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = ProviderFile.model_validate(said).provider
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ValueError(f"{path} is not TOML in UTF-8") from None
    except ValidationError as error:
        faults = (f"{_name(fault['loc'])} {fault['msg']}" for fault in error.errors())
        raise ValueError(f"{path}: {'; '.join(faults)}") from None
    if len({entry.id for entry in entries}) < len(entries):
        raise ValueError(f"{path}: two providers with one id")
    return [ProviderSettings(**entry.model_dump()) for entry in entries]


def _name(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place)
