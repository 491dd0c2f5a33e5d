import base64
import json
import stat
from pathlib import Path

import pytest

from gateways.object_store import Bucket
from resolvers.kernel.background import IDLE_IN_TRANSACTION_SECONDS
from server.settings.file_store import open_file_store
from server.settings.settings import Settings, SettingsError, load_settings

KEY = "fijE5lLT9u3Gf0ZceZIAI4mPVOLECkEr0rgm3o1lDP4="
SECRET_KEY = "fBhbRYn1u3EmivYS7VIBouUDtIlzci0Ui9Ftp+G6fhw="
NAMES = [name.upper() for name in Settings.model_fields]
PRODUCTION = {
    "ENVIRONMENT": "production",
    "JIUYE_SECRET_KEY": SECRET_KEY,
    "JIUYE_DATA_KEY": KEY,
    "DATABASE_URL": "postgresql://jiuye:hidden@db/jiuye",
}
STORE = {
    "S3_BUCKET": "files",
    "S3_ENDPOINT": "https://store.example",
    "S3_REGION": "cn-north-1",
    "S3_ACCESS_KEY_ID": "minister",
    "S3_SECRET_ACCESS_KEY": "unspoken",
}


@pytest.fixture(autouse=True)
def an_empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JIUYE_HOME", str(tmp_path / "home"))


def given(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> Settings:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_development_needs_nothing() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.demo
    assert settings.introspection
    assert settings.database_url is None


def test_development_keys_are_made_once_and_only_their_owner_reads_them() -> None:
    first, second = load_settings(), load_settings()
    assert first.secret_key_bytes == second.secret_key_bytes
    assert first.secret_key_bytes not in first.key_ring.data
    kept = first.development_keys
    assert kept is not None
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_given_keys_leave_no_file_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY})
    assert settings.development_keys is None
    assert not settings.jiuye_home.exists()
    assert settings.key_ring.data == (base64.b64decode(KEY),)


@pytest.mark.parametrize("missing", ["JIUYE_SECRET_KEY", "JIUYE_DATA_KEY", "DATABASE_URL"])
def test_production_refuses_to_start_without(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(SettingsError, match=missing):
        given(monkeypatch, environ)


def test_production_is_closed_unless_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, PRODUCTION)
    assert not settings.demo
    assert not settings.introspection
    assert given(monkeypatch, {"INTROSPECTION": "true"}).introspection


def test_an_ordinary_database_address_gets_the_async_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = given(monkeypatch, {"DATABASE_URL": "postgres://a@b/c", "DATABASE_OWNER_URL": ""})
    assert settings.service_url == "postgresql+asyncpg://a@b/c"
    with pytest.raises(SettingsError, match="DATABASE_OWNER_URL"):
        _ = settings.owner_url


@pytest.mark.parametrize(
    ("sign_in", "administration", "words"),
    [
        ("postgresql://s@b/c", "", "go together"),
        ("", "postgresql://d@b/c", "go together"),
        ("postgresql://a@b/c", "postgresql://d@b/c", "must name a role each"),
        ("postgresql://s@b/c", "postgresql://s@b/c", "must name a role each"),
    ],
)
def test_x10_roles_of_the_database_are_apart_or_one(
    sign_in: str, administration: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {"DATABASE_SIGN_IN_URL": sign_in, "DATABASE_ADMINISTRATION_URL": administration}
    with pytest.raises(SettingsError, match=words):
        given(monkeypatch, {"DATABASE_URL": "postgresql://a@b/c", **urls})


def test_x10_roles_beside_are_read_from_their_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = {name: f"postgresql://{name.lower()}@b/c" for name in ("SIGN_IN", "ADMINISTRATION")}
    environ = {f"DATABASE_{name}_URL": url for name, url in urls.items()}
    settings = given(monkeypatch, {"DATABASE_URL": "postgresql://a@b/c", **environ})
    assert {*settings.roles_beside.values()} == {"sign_in", "administration"}


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = repr(given(monkeypatch, PRODUCTION)) + str(load_settings().model_dump())
    assert "hidden" not in printed
    assert KEY not in printed


@pytest.mark.parametrize("key", ["short", "!" * 44, base64.b64encode(b"x" * 31).decode()])
def test_a_bad_key_is_named_and_not_quoted(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as fault:
        given(monkeypatch, {"JIUYE_DATA_KEY": key})
    assert str(fault.value) == "JIUYE_DATA_KEY: must be 32 bytes in base64"


def test_a_bad_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^PORT: "):
        given(monkeypatch, {"PORT": "99999"})


@pytest.mark.parametrize("name", ["BOARD_TIMEOUT_SECONDS", "SMS_TIMEOUT_SECONDS"])
def test_no_gateway_takes_as_long_as_a_silent_worker_keeps_its_rows(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent in a transaction that the database ended is sent again and again."""
    with pytest.raises(SettingsError, match=name):
        given(monkeypatch, {name: str(IDLE_IN_TRANSACTION_SECONDS - 9)})


def test_every_setting_says_what_it_is_for() -> None:
    paths = sorted(Path("server/settings").glob("settings*.py"))
    source = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    for name in Settings.model_fields:
        line = next(i for i, text in enumerate(source) if text.startswith(f"    {name}: "))
        assert source[line + 1].startswith('    """'), name


def test_the_file_of_keys_holds_two_names() -> None:
    kept = load_settings().development_keys
    assert kept is not None
    assert set(json.loads(kept.read_text())) == {"jiuye_secret_key", "jiuye_data_key"}


def test_attachments_lie_in_the_data_directory_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings().file_store == tmp_path / "home" / "attachments"
    elsewhere = given(monkeypatch, {"ATTACHMENTS_DIRECTORY": "/srv/files"})
    assert elsewhere.file_store == Path("/srv/files")


def test_a_bucket_is_a_store_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, STORE)
    assert settings.file_store == Bucket(
        name="files",
        endpoint="https://store.example",
        region="cn-north-1",
        access_key_id="minister",
        secret_access_key="unspoken",
    )
    assert "unspoken" not in repr(settings)
    plain = given(monkeypatch, {**dict.fromkeys(STORE, ""), "S3_BUCKET": "files"})
    assert plain.file_store == Bucket(name="files")


@pytest.mark.parametrize("missing", ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])
def test_half_of_a_store_s_account_is_refused(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match="go together"):
        given(monkeypatch, {k: v for k, v in STORE.items() if k != missing})


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = load_settings().model_copy(
        update={"attachments_directory": tmp_path / "file" / "deeper"}
    )
    with pytest.raises(SettingsError, match=r"^ATTACHMENTS_DIRECTORY: "):
        open_file_store(settings)
    assert stat.S_IMODE((settings.jiuye_home / "spool").stat().st_mode) == 0o700


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As compose.yaml hands on what its user did not set."""
    settings = given(monkeypatch, {"HOST": "", "PORT": "", "DEMO": "", "DATABASE_URL": ""})
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, True)
    assert settings.database_url is None


@pytest.mark.parametrize(
    "url",
    ["garbage", "mysql://a:hidden@b/c", "postgresql://a@b:hidden/c", "postgresql://a@b/c?hidden=1"],
)
def test_a_url_that_no_connection_can_be_made_with_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: ") as refused:
        given(monkeypatch, {"DATABASE_URL": url})
    assert "?" in url or "hidden" not in str(refused.value)


def test_a_file_of_keys_that_was_never_finished_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "dev-keys.json").touch()
    first, second = load_settings(), load_settings()
    assert first.key_ring == second.key_ring


def test_a_data_directory_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"JIUYE_HOME: .*is no directory"):
        given(monkeypatch, {"JIUYE_HOME": str(tmp_path / "file")})
