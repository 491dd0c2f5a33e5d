"""J3: certificates are taken under a contract with the proxy that is whole, or not at all."""

import pytest
from pydantic import ValidationError

from models import Role
from rules.accounts.second_factor import parse_roles
from server.http.app import build_certificate_contract
from server.settings.settings import Settings
from tests.factories.client_certificate import PROXY_SECRET
from tests.factories.keys import KEY, SECRET_KEY

KEYS = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY}
WHOLE = {"CERTIFICATE_HEADER": "Client-Cert", "CERTIFICATE_PROXY_SECRET": PROXY_SECRET}


def read_settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in {**KEYS, **given}.items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_j3_a_whole_contract_is_taken_and_none_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert build_certificate_contract(read_settings(monkeypatch)) is None
    settings = read_settings(monkeypatch, **WHOLE, CERTIFICATE_ROLES="finance")
    assert build_certificate_contract(settings) == ("client-cert", PROXY_SECRET)
    assert parse_roles(settings.certificate_roles) == {Role.FINANCE}


@pytest.mark.parametrize(
    "wrong",
    [
        {"CERTIFICATE_HEADER": "Client-Cert"},
        WHOLE | {"CERTIFICATE_PROXY_SECRET": "short"},
        WHOLE | {"CERTIFICATE_PROXY_SECRET": "two words and so on, which no header takes"},
        WHOLE | {"CERTIFICATE_HEADER": "Client Cert"},
        {"CERTIFICATE_ROLES": "FINANCE"},
        WHOLE | {"CERTIFICATE_ROLES": "NOBODY"},
        WHOLE | {"CERTIFICATE_ROLES": "LEGAL_PERSON"},
    ],
)
def test_j3_half_a_contract_starts_nothing_and_tells_no_secret(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    with pytest.raises(ValidationError) as caught:
        read_settings(monkeypatch, **wrong)
    assert wrong.get("CERTIFICATE_PROXY_SECRET", "none of it") not in str(caught.value)
