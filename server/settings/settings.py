"""What the environment decides. Every name is the environment variable's own, in small letters."""

from collections.abc import Mapping
from datetime import timedelta
from inspect import signature
from pathlib import Path
from typing import Any, Literal

import asyncpg
from pydantic import (
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from gateways.object_store import Bucket
from gateways.passkey import build_passkeys
from models import DatabaseRole
from rules.accounts.second_factor import parse_roles
from server.settings.development_keys import DevelopmentKeys, KeysDamaged, get_keys_path
from server.settings.manifest import list_manifests
from server.settings.origins import parse_origins
from server.settings.providers import read_providers
from server.settings.role import SERVICE
from server.settings.settings_board import BoardSettings
from server.settings.settings_certificate import CertificateSettings
from server.settings.settings_checkpoint import CheckpointSettings
from server.settings.settings_keys import KeptKeys, KeySettings, KeysUnreadable
from server.settings.settings_sms import SmsSettings
from server.settings.settings_store import StoreSettings

DRIVER = "postgresql+asyncpg"
FOREIGN_DRIVERS = ("postgres", "postgresql")
URL_SHAPE = "postgresql://user:password@host:port/database"
DATABASE_URLS = (
    "database_url",
    "database_owner_url",
    "database_sign_in_url",
    "database_administration_url",
)
CONNECT_OPTIONS = frozenset(signature(asyncpg.connect).parameters) | {
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl")
}
"""What may follow a database URL's question mark."""
MAX_POINTS = 1_000_000_000

CLOSED_IN_PRODUCTION: Mapping[str, object] = {
    "demo": False,
    "introspection": False,
    "schema_for": "nobody",
    "automatic_persisted_queries": False,
}
"""What is for development, and is off in production unless it is set."""
"""The database counts no further than twice as far."""


class SettingsError(RuntimeError):
    """Say which variables of the environment are wrong, without repeating their values."""


class Settings(
    BoardSettings,
    CertificateSettings,
    CheckpointSettings,
    KeySettings,
    SmsSettings,
    StoreSettings,
):
    """The service's settings; frozen, and silent about secrets."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    environment: Literal["development", "production"] = "development"
    """Development makes its own keys and database; production refuses to start without them."""
    database_url: SecretStr | None = None
    """Where the service connects, as a role that owns nothing. Empty: the embedded database."""
    database_owner_url: SecretStr | None = None
    """Where migrations connect, as the owner of the tables. Empty: the embedded database."""
    migration_lock_seconds: int = Field(default=3, ge=1, le=60)
    """How long a migration waits for a table that somebody holds; others wait behind it."""
    migration_lock_tries: int = Field(default=40, ge=1, le=1_000)
    """How often a migration is tried that did not get a table; it pauses as long as it waited."""
    database_sign_in_url: SecretStr | None = None
    """Where the service connects to write accounts and sessions, as a role of its own. Empty: as
    DATABASE_URL, whose role may then write them too."""
    database_administration_url: SecretStr | None = None
    """Where it connects to write grants, parameters and calendars; goes with
    DATABASE_SIGN_IN_URL."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port to listen on; 0 takes any free one."""
    jiuye_home: Path = Path(".jiuye")
    """The directory of the embedded database, development keys, attachments and files on their
    way. Under root the database may lie in /var/lib/jiuye instead."""
    demo: bool = True
    """Load the demonstration on the first start."""
    introspection: bool = True
    """Answer introspection, and show browsers the console at /graphql."""
    introspection_for: Literal["signed_in", "everybody"] = "signed_in"
    """Whom introspection is answered."""
    schema_for: Literal["signed_in", "everybody", "nobody"] = "signed_in"
    """Who may fetch the schema as text, by GET /schema.graphql."""
    access_token_minutes: PositiveInt = 10
    """How long an access token is good for."""
    token_issuer: str = Field(default="jiuye", min_length=1)
    """Who issues access tokens (`iss`); those of others are refused."""
    token_audience: str = Field(default="jiuye", min_length=1)
    """For whom access tokens are (`aud`); those for others are refused."""
    refresh_token_days: PositiveInt = 14
    """How long a session lasts without signing in again."""
    session_idle_minutes: int = Field(default=720, ge=0, le=43_200)
    """How long a session lasts that nobody uses; more than ACCESS_TOKEN_MINUTES. 0: as long as any
    other."""
    sessions_per_account: int = Field(default=20, ge=1, le=1_000)
    """How many sessions an account may have at once; one more ends the one used longest ago."""
    proof_minutes: int = Field(default=30, ge=0, le=1440)
    """How old the proof of who asks may be for payment, payee accounts, unmasking, grants and
    parameters; then `proveAgain` is asked for. 0: never."""
    password_min_length: int = Field(default=10, ge=8, le=64)
    """How many characters a new password has at least."""
    password_min_kinds: int = Field(default=2, ge=1, le=4)
    """Of how many kinds they are: small letters, capitals, digits, other signs."""
    sign_in_tries: int = Field(default=10, ge=3, le=100)
    """How many sign-ins to an account may fail in five minutes, on a known device or from one
    address."""
    sign_in_tries_per_address: int = Field(default=60, ge=3, le=10_000)
    """How many from one address in ten minutes, whatever the accounts; of IPv6 from one /64."""
    sign_in_tries_per_network: int = Field(default=300, ge=3, le=100_000)
    """How many from one network in ten minutes: /24, of IPv6 /48."""
    sign_in_tries_per_account: int = Field(default=200, ge=10, le=10_000)
    """How many to one account in an hour, from wherever, on devices that are not known."""
    sign_in_devices_per_day: int = Field(default=20, ge=1, le=1_000)
    """How many devices of an account may become known in a day."""
    account_holder_required: bool = False
    """Accounts are opened only with the ID number of their holder, who is one pair of eyes."""
    sign_in_codes_per_account: int = Field(default=20, ge=5, le=1_000)
    """How many wrong codes of a second factor in an hour, on devices that are not known."""
    second_factor_roles: str = ""
    """Whose accounts do nothing without a second factor, roles divided by commas: such as
    LEGAL_PERSON, DISTRICT_OFFICER, FINANCE, AUDITOR. Empty: nobody's."""
    passkey_domain: str = ""
    """For which domain passkeys are made, such as jiuye.example.gov.cn. Empty: there are none."""
    passkey_origins: str = ""
    """On which pages they are used, divided by commas: https://jiuye.example.gov.cn."""
    sign_in_ticket_seconds: int = Field(default=120, ge=30, le=600)
    """How long a QR code may be scanned."""
    reset_code_days: int = Field(default=7, ge=1, le=31)
    """How long an officer's code lets the holder of an account set a new password."""
    intern_rows_per_hour: int = Field(default=300, ge=60, le=10_000)
    """How many rows of interns an account may send in an hour, each being a look-up."""
    unknown_persons_per_day: int = Field(default=60, ge=1, le=10_000)
    """How many persons not on file an account, and a unit, may name in a day, by any way."""
    unknown_persons_per_address_per_day: int = Field(default=300, ge=1, le=100_000)
    """How many from one address, at the door as well; behind a proxy, FORWARDED_ALLOW_IPS."""
    grant_cache_seconds: int = Field(default=5, ge=0, le=300)
    """How long a process reads by the functions it knows of; mutations ask anew each time."""
    points_per_account: int = Field(default=12_000, ge=1, le=MAX_POINTS)
    """Points that an account may spend in a window: a read costs 1 for 100 rows, a mutation 10."""
    points_per_unverified: int = Field(default=3_000, ge=1, le=MAX_POINTS)
    """The same for accounts of a unit that nobody has verified yet."""
    points_per_tool: int = Field(default=120_000, ge=1, le=MAX_POINTS)
    """The same for accounts that supply data or read figures, with the roles of programs."""
    points_per_address: int = Field(default=120_000, ge=1, le=MAX_POINTS)
    """Points of all accounts of one address; behind a proxy, FORWARDED_ALLOW_IPS must name it."""
    points_per_stranger: int = Field(default=12_000, ge=1, le=MAX_POINTS)
    """Points of those of one address who are not signed in."""
    points_client_percent: int = Field(default=75, ge=1, le=100)
    """How much of its account's points a program that names itself may spend."""
    points_window_seconds: int = Field(default=60, ge=1, le=86_400)
    """How long a window is; then all points are there again."""
    allowed_origins: str = ""
    """Origins whose pages may ask from a browser and open sockets, divided by commas, such as
    https://desk.example.gov.cn, capacitor://localhost. Empty: those of the service's own alone."""
    trusted_documents: Path | None = None
    """A directory of manifests, whose documents clients may name by id instead of sending them;
    `jiuye documents add` writes there. Empty: none."""
    document_mode: Literal["open", "known", "known_for_named"] = "open"
    """Which documents are run: all, those of manifests alone, or these alone for programs that name
    themselves as one of a manifest."""
    automatic_persisted_queries: bool = True
    """Keep documents that Apollo's clients send with a hash, and take the hash from then on."""
    compress_above_bytes: int = Field(default=1_024, ge=0, le=1_000_000_000)
    """Answers of more bytes are compressed for clients that take gzip; 0 leaves it to a proxy."""
    max_sockets: PositiveInt = 300
    """WebSockets that a process keeps open at once for those who are signed in."""
    max_sockets_per_account: PositiveInt = 20
    """Of these, how many of one account."""
    max_sockets_per_address: PositiveInt = 50
    """Of these, how many from one address; behind a proxy, FORWARDED_ALLOW_IPS must name it."""
    max_stranger_sockets: PositiveInt = 60
    """WebSockets of those who are not signed in, as while a QR code waits."""
    max_stranger_sockets_per_address: PositiveInt = 10
    """Of these, how many from one address."""
    offload: bool = True
    """Answer strangers, large bodies and documents that are new in a process beside the service's,
    at a low priority of the processor."""
    heavy_work_places: PositiveInt = 2
    """How many of a kind a process does at once: exports, rosters, look-ups, announced
    files, uploads, programs' tokens, counted tries."""
    heavy_work_line: PositiveInt = 60
    """How many of a kind may be at work or wait; who is one too many is told to come again."""
    statement_timeout_ms: PositiveInt = 10_000
    """The longest that one statement may run in the database."""
    operation_deadline_seconds: PositiveInt = 15
    """The longest that one GraphQL operation may take."""
    pool_size: PositiveInt = 8
    """Connections for mutations."""
    pool_size_beside: PositiveInt = 4
    """Connections for signing in, and as many for administration, where they have roles of their
    own; opened when needed."""
    read_pool_size: PositiveInt = 8
    """Connections for reads by plan, and as many again for the reference path."""
    compiled_reads: bool = True
    """Answer queries by plans where they can be planned; off, all take the reference path."""
    request_keep_days: PositiveInt = 30
    """How long idempotency keys are kept."""
    session_keep_days: PositiveInt = 180
    """How long an expired sign-in is kept."""
    sign_in_keep_days: int = Field(default=1095, ge=180)
    """How long it is told who signed in when, by which way; the law asks for half a year."""
    schema_usage_seconds: int = Field(default=60, ge=0, le=3_600)
    """After how many seconds a process keeps which fields of the schema which programs used; 0:
    it counts none."""
    schema_usage_keep_days: PositiveInt = 400
    """How long that is kept."""
    applicant_keep_days: PositiveInt = 1095
    """How long job seekers are kept of whom the job board tells no more."""
    sign_in_providers: Path | None = None
    """A file of TOML that names the sign-ins elsewhere that are accepted (OpenID Connect). Empty:
    none."""
    entrance: Literal["both", "intranet", "internet"] = "both"
    """From where this instance is reached; it leaves the other entrance's functions to that one."""
    roster_most_rows: PositiveInt = 100_000
    """How many persons one roster may have."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given first, then the environment, kept keys, then the development keys."""
        kept = KeptKeys(settings_cls)
        return init_settings, env_settings, kept, DevelopmentKeys(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def _close_production(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Leave what is for development off in production unless asked for."""
        if given.get("environment") == "production":
            return {**CLOSED_IN_PRODUCTION, **given}
        return given

    @field_validator(*DATABASE_URLS, mode="before")
    @classmethod
    def _set_driver(cls, given: object) -> object:
        """Accept the ordinary postgresql:// as well, and take an empty value for none."""
        text = given.get_secret_value() if isinstance(given, SecretStr) else given
        if not isinstance(text, str) or not text:
            return None
        scheme, separator, rest = text.partition("://")
        return f"{DRIVER}://{rest}" if separator and scheme in FOREIGN_DRIVERS else text

    @field_validator(*DATABASE_URLS)
    @classmethod
    def _check_url(cls, given: SecretStr | None) -> SecretStr | None:
        """Refuse what no connection can be made with; the words repeat nothing of it."""
        if given is not None:
            check_database_url(given.get_secret_value())
        return given

    @field_validator("second_factor_roles")
    @classmethod
    def _check_factor_roles(cls, given: str) -> str:
        parse_roles(given)
        return given

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, given: str) -> str:
        parse_origins(given)
        return given

    @field_validator("trusted_documents")
    @classmethod
    def _check_documents(cls, given: Path | None) -> Path | None:
        if given is not None:
            if not given.is_dir():
                raise ValueError("is no directory")
            list_manifests(given)
        return given

    @field_validator("sign_in_providers")
    @classmethod
    def _check_providers(cls, given: Path | None) -> Path | None:
        if given is not None:
            read_providers(given)
        return given

    @model_validator(mode="after")
    def _check_complete(self) -> "Settings":
        """Refuse to start without keys, and in production without a database."""
        build_passkeys(self.passkey_domain, self.passkey_origins)
        needed = {"JIUYE_SECRET_KEY": self.jiuye_secret_key, "JIUYE_DATA_KEY": self.jiuye_data_key}
        missing = [name for name, key in needed.items() if not key.get_secret_value()]
        if self.environment == "production" and self.database_url is None:
            missing.append("DATABASE_URL")
        if self.database_owner_url is not None and self.database_url is None:
            raise ValueError("DATABASE_OWNER_URL needs DATABASE_URL as well")
        self._check_roles()
        if missing:
            raise ValueError(f"ENVIRONMENT={self.environment} needs {', '.join(missing)}")
        return self

    def _check_roles(self) -> None:
        """Demand that all roles are named or the service's alone, and that none is another."""
        beside = (self.database_sign_in_url, self.database_administration_url)
        if beside == (None, None):
            return
        if None in (self.database_url, *beside):
            names = "DATABASE_URL, DATABASE_SIGN_IN_URL and DATABASE_ADMINISTRATION_URL"
            raise ValueError(f"{names} go together")
        roles = [self.service_role, *self.roles_beside.values()]
        if len({*roles}) < len(roles):
            raise ValueError("DATABASE_SIGN_IN_URL and the others must name a role each")

    @property
    def most_sockets(self) -> int:
        """How many WebSockets a process keeps open, whosever they are."""
        return self.max_sockets + self.max_stranger_sockets

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of ALLOWED_ORIGINS, as browsers send them."""
        return parse_origins(self.allowed_origins)

    @property
    def service_url(self) -> str:
        """SQLAlchemy's URL for the service's role."""
        return _require_url(self.database_url, "DATABASE_URL")

    @property
    def owner_url(self) -> str:
        """SQLAlchemy's URL for the owner's role, which migrates."""
        return _require_url(self.database_owner_url, "DATABASE_OWNER_URL")

    @property
    def service_role(self) -> str:
        """The role that the service connects as, to which migrations open the tables."""
        return make_url(self.service_url).username or SERVICE

    @property
    def urls_beside(self) -> Mapping[DatabaseRole, str]:
        """SQLAlchemy's URLs for the roles with which the service's divides its rights, if any."""
        given = {
            DatabaseRole.SIGN_IN: self.database_sign_in_url,
            DatabaseRole.ADMINISTRATION: self.database_administration_url,
        }
        return {role: url.get_secret_value() for role, url in given.items() if url is not None}

    @property
    def roles_beside(self) -> Mapping[DatabaseRole, str]:
        """What these roles are called."""
        return {role: make_url(url).username or "" for role, url in self.urls_beside.items()}

    @property
    def idle_life(self) -> timedelta | None:
        """How long a session lasts that nobody uses; none where use does not matter."""
        return timedelta(minutes=self.session_idle_minutes) if self.session_idle_minutes else None

    @property
    def proof_life(self) -> timedelta | None:
        """How old a proof of who asks may be; none where it is never asked for again."""
        return timedelta(minutes=self.proof_minutes) if self.proof_minutes else None

    @property
    def file_store(self) -> Path | Bucket:
        """Where attachments are kept: a directory, or a bucket of a store that speaks S3."""
        if not self.s3_bucket:
            return self.attachments_directory or self.jiuye_home / "attachments"
        return self.bucket

    @property
    def development_keys(self) -> Path | None:
        """The file of the development keys, when one of them is in use."""
        path = get_keys_path(self.jiuye_home)
        if self.environment == "production" or not path.exists():
            return None
        known = path.read_text(encoding="utf-8")
        used = any(
            key.get_secret_value() in known for key in (self.jiuye_secret_key, self.jiuye_data_key)
        )
        return path if used else None


def check_database_url(text: str) -> None:
    """Demand a URL of PostgreSQL with options that the driver knows; name none of its parts."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError(f"must be {URL_SHAPE}") from None
    if url.drivername != DRIVER:
        raise ValueError(f"must be {URL_SHAPE}")
    unknown = sorted(set(url.query) - CONNECT_OPTIONS)
    if unknown:
        raise ValueError(f"there is no option {', '.join(unknown)} behind the question mark")


def load_settings() -> Settings:
    """Read the settings from the environment, or say what is wrong with it."""
    try:
        return Settings()
    except (KeysDamaged, KeysUnreadable) as error:
        raise SettingsError(str(error)) from None
    except (FileExistsError, NotADirectoryError) as error:
        raise SettingsError(f"JIUYE_HOME: {error.filename} is no directory") from None
    except OSError as error:
        raise SettingsError(f"JIUYE_HOME: {error.strerror}: {error.filename}") from None
    except ValidationError as error:
        faults = (_describe_fault(fault["loc"], fault["msg"]) for fault in error.errors())
        raise SettingsError("\n".join(faults)) from None


def _describe_fault(where: tuple[int | str, ...], message: str) -> str:
    names = ".".join(str(part) for part in where).upper()
    said = message.removeprefix("Value error, ")
    return f"{names}: {said}" if names else said


def _require_url(url: SecretStr | None, name: str) -> str:
    if url is None:
        raise SettingsError(f"{name} is not set. It is to be {URL_SHAPE}")
    return url.get_secret_value()
