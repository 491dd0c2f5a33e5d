"""The file of sign-ins elsewhere: read whole, or refused by name without repeating a secret."""

from pathlib import Path

import pytest

from server.settings.providers import read_providers

GOOD = """
[[provider]]
id = "jilin"
label_zh = "吉林省统一身份认证"
label_en = "Jilin's sign-in"
issuer = "https://sso.example"
client_id = "jiuye"
client_secret = "unspoken"
redirect_uris = ["https://front.example/back"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "providers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_entry_is_a_provider(tmp_path: Path) -> None:
    second = GOOD.replace('"jilin"', '"nation"') + 'acr_values = ["L3"]\n'
    first, other = read_providers(write(tmp_path, GOOD + second))
    assert (first.id, first.scope, first.acr_values) == ("jilin", "openid", ())
    assert (other.id, other.acr_values, other.id_number_claim) == ("nation", ("L3",), "id_number")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("https://sso.example", "http://sso.example"), "issuer"),
        (('id = "jilin"', 'id = "Jilin 1"'), "id"),
        (('["https://front.example/back"]', "[]"), "redirect_uris"),
        (('client_secret = "unspoken"', ""), "client_secret"),
        (('client_id = "jiuye"', 'client_id = "jiuye"\nverify = false'), "verify"),
        (('client_id = "jiuye"', 'client_id = "jiuye"\nscope = "profile"'), "scope"),
        (("[[provider]]", "[[provider"), "TOML"),
        ((GOOD, ""), "provider"),
        ((GOOD, GOOD + GOOD), "one id"),
    ],
)
def test_a_wrong_file_is_named_without_its_secrets(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(ValueError, match=told) as error:
        read_providers(write(tmp_path, GOOD.replace(*change)))
    assert "unspoken" not in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        read_providers(tmp_path / "nothing.toml")
