"""X11: where keys come from, which of them are refused, and what the commands print of them."""

import base64
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli.main import app
from server.settings.settings import Settings, SettingsError, load_settings
from server.settings.settings_keys import KEY_VARIABLES
from tests.factories.keys import KEY, SECRET_KEY

WEAK = base64.b64encode(b"a password of thirty-two letters").decode()
OWN = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY}


@pytest.fixture(autouse=True)
def an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("JIUYE_HOME", str(tmp_path / "home"))


def load_with(monkeypatch: pytest.MonkeyPatch, **environ: str) -> Settings:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def print_keys(*arguments: str) -> dict[str, str]:
    printed = CliRunner().invoke(app, ["keys", "new", *arguments])
    assert printed.exit_code == 0, printed.output
    return dict(line.split("=", 1) for line in printed.output.splitlines())


def test_keys_are_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "keys"
    lines = "\n".join(f"{name}={value}" for name, value in OWN.items())
    kept.write_text(f"# the ring of the province\n\n{lines}\n")
    settings = load_with(monkeypatch, ENVIRONMENT="development", JIUYE_KEYS_FILE=str(kept))
    assert settings.key_ring.data == (base64.b64decode(KEY),)
    assert settings.development_keys is None


def test_keys_are_read_from_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "; ".join(f"print('{name}={value}')" for name, value in OWN.items())
    command = shlex.join([sys.executable, "-c", program])
    settings = load_with(monkeypatch, JIUYE_KEYS_COMMAND=command)
    assert settings.key_ring.data == (base64.b64decode(KEY),)


def test_the_environment_comes_before_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "keys"
    kept.write_text(f"JIUYE_DATA_KEY={SECRET_KEY}\n")
    settings = load_with(monkeypatch, JIUYE_KEYS_FILE=str(kept), JIUYE_DATA_KEY=KEY)
    assert settings.key_ring.data == (base64.b64decode(KEY),)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (f"{sys.executable} -c 'raise SystemExit(3)'", "it ended with 3"),
        ("/nowhere/vault", "it can't be run"),
        ("'", "it can't be run"),
        (f"{sys.executable} -c 'print(1)'", "line 1 gives none of JIUYE_SECRET_KEY"),
    ],
)
def test_a_command_that_gives_no_keys_stops_the_start(
    command: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=rf"^JIUYE_KEYS_COMMAND.*{told}"):
        load_with(monkeypatch, JIUYE_KEYS_COMMAND=command)


def test_a_file_that_is_not_there_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"^JIUYE_KEYS_FILE: .*can't be read"):
        load_with(monkeypatch, JIUYE_KEYS_FILE=str(tmp_path / "nowhere"))


@pytest.mark.parametrize("name", KEY_VARIABLES)
def test_a_weak_key_is_refused_with_what_to_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as refused:
        load_with(monkeypatch, **{name: WEAK})
    assert str(refused.value).startswith(
        f"{name}: is no random key; make one with `jiuye keys new`"
    )


def test_a_weak_key_opens_behind_a_strong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be got rid of, as the refusal says."""
    ring = load_with(monkeypatch, JIUYE_DATA_KEY=f"{KEY},{WEAK}").key_ring
    assert len(ring.data) == 2


def test_one_key_for_two_purposes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="JIUYE_SECRET_KEY and JIUYE_DATA_KEY are to be diff"):
        load_with(monkeypatch, JIUYE_SECRET_KEY=KEY, JIUYE_DATA_KEY=KEY)


def test_nothing_but_a_comma_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="JIUYE_DATA_KEY: must be 32 bytes"):
        load_with(monkeypatch, JIUYE_DATA_KEY=",")


def test_new_keys_are_taken_as_they_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = print_keys(), print_keys()
    assert not set(first.values()) & set(second.values())
    ring = load_with(monkeypatch, **first).key_ring
    assert len({*ring.data, ring.index, *ring.history}) == 3


def test_the_next_keys_open_what_the_former_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    former = load_with(monkeypatch, **OWN).key_ring
    ring = load_with(monkeypatch, **print_keys("--next")).key_ring
    assert ring.data[1:] == former.data
    assert (ring.index, ring.history) == (former.index, former.history)
