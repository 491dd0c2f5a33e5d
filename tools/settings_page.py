"""The page of the settings, docs/settings.md: `python -m tools.settings_page [--check]`."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from types import NoneType
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from server.settings.settings import CLOSED_IN_PRODUCTION, Settings
from tools.written_page import write_or_check

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"

INTRODUCTION = """\
# Settings 配置

Written from the code by `make settings`; a test keeps it true.

Every setting is an environment variable. Development needs none of them. A wrong or missing one
stops the start with a message that names the variable and never repeats its value. Production
(`ENVIRONMENT=production`) has no defaults for keys and database; see [operating](operating.md).

The last column names the processes in which a setting takes effect, or that need it to start:

| process | started by |
|---|---|
| run | `make run` or `jiuye run`: database, migrations, demonstration, service and worker |
| service | `jiuye serve`, and the service that `jiuye run` starts |
| worker | `jiuye worker`, and the worker that `jiuye run` starts |
| migrate | `jiuye migrate`, and the migrations of `jiuye run` |
| sweep | `jiuye sweep` |
| commands | `jiuye account`, `facts`, `history`, `keys`, `reconcile` |
| all | all of these |"""

OTHERS = """\
## Others 其他

| variable | what it is for | read by |
|---|---|---|
| `FORWARDED_ALLOW_IPS` | proxies whose word on addresses counts; else `127.0.0.1` | uvicorn |
| `PG_BINDIR` | where the embedded database finds `initdb` and `postgres` | run, commands |"""


class Process(StrEnum):
    """Where a setting takes effect."""

    RUN = "run"
    SERVICE = "service"
    WORKER = "worker"
    MIGRATE = "migrate"
    SWEEP = "sweep"
    COMMANDS = "commands"


TYPE_NAMES: Mapping[object, str] = {
    bool: "true or false",
    Path: "path",
    str: "text",
    SecretStr: "secret text",
}
NEEDED_IN_PRODUCTION = ("database_url", "jiuye_secret_key", "jiuye_data_key")
ALL_PROCESSES = tuple(Process)
_SERVICE = (Process.SERVICE,)
_WORKER = (Process.WORKER,)
_CHECKPOINTS = (Process.WORKER, Process.COMMANDS)
_WITH_A_POOL = (Process.SERVICE, Process.WORKER, Process.SWEEP, Process.COMMANDS)
_STORE = (Process.SERVICE, Process.WORKER, Process.SWEEP)


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together, and the processes in which each takes effect."""

    title: str
    processes: Mapping[str, tuple[Process, ...]]


SECTIONS = (
    Section(
        "Start 启动",
        {
            "environment": ALL_PROCESSES,
            "host": (Process.RUN, Process.SERVICE, Process.WORKER),
            "port": (Process.RUN, Process.SERVICE),
            "jiuye_home": ALL_PROCESSES,
            "demo": (Process.RUN,),
            "introspection": _SERVICE,
            "introspection_for": _SERVICE,
            "schema_for": _SERVICE,
            "entrance": _SERVICE,
            "allowed_origins": _SERVICE,
            "trusted_documents": _SERVICE,
            "document_mode": _SERVICE,
            "automatic_persisted_queries": _SERVICE,
            "compress_above_bytes": _SERVICE,
            "worker": (Process.RUN,),
        },
    ),
    Section(
        "Keys and database 密钥与数据库",
        {
            "database_url": ALL_PROCESSES,
            "database_owner_url": (Process.RUN, Process.MIGRATE),
            "migration_lock_seconds": (Process.RUN, Process.MIGRATE),
            "migration_lock_tries": (Process.RUN, Process.MIGRATE),
            "database_sign_in_url": ALL_PROCESSES,
            "database_administration_url": ALL_PROCESSES,
            "jiuye_secret_key": ALL_PROCESSES,
            "jiuye_accepted_keys": ALL_PROCESSES,
            "crypto_profile": ALL_PROCESSES,
            "jiuye_data_key": ALL_PROCESSES,
            "jiuye_index_key": ALL_PROCESSES,
            "jiuye_history_key": ALL_PROCESSES,
            "jiuye_keys_file": ALL_PROCESSES,
            "jiuye_keys_command": ALL_PROCESSES,
            "pool_size": _SERVICE,
            "pool_size_beside": _WITH_A_POOL,
            "read_pool_size": (Process.SERVICE, Process.WORKER),
            "statement_timeout_ms": _WITH_A_POOL,
            "compiled_reads": _SERVICE,
        },
    ),
    Section(
        "Signing in 登录",
        {
            "access_token_minutes": _SERVICE,
            "token_issuer": _SERVICE,
            "token_audience": _SERVICE,
            "refresh_token_days": _SERVICE,
            "session_idle_minutes": _SERVICE,
            "sessions_per_account": _SERVICE,
            "proof_minutes": _SERVICE,
            "password_min_length": (Process.SERVICE, Process.COMMANDS),
            "password_min_kinds": (Process.SERVICE, Process.COMMANDS),
            **dict.fromkeys(
                (
                    "sign_in_tries",
                    "sign_in_tries_per_address",
                    "sign_in_tries_per_network",
                    "sign_in_tries_per_account",
                    "sign_in_devices_per_day",
                    "sign_in_codes_per_account",
                ),
                _SERVICE,
            ),
            "account_holder_required": (Process.SERVICE, Process.COMMANDS),
            "second_factor_roles": _SERVICE,
            "certificate_header": _SERVICE,
            "certificate_proxy_secret": _SERVICE,
            "certificate_roles": _SERVICE,
            "passkey_domain": _SERVICE,
            "passkey_origins": _SERVICE,
            "sign_in_ticket_seconds": _SERVICE,
            "sign_in_providers": _SERVICE,
            "reset_code_days": _SERVICE,
            "intern_rows_per_hour": _SERVICE,
            "unknown_persons_per_day": (Process.SERVICE, Process.WORKER),
            "unknown_persons_per_address_per_day": (Process.SERVICE, Process.WORKER),
            "grant_cache_seconds": _SERVICE,
        },
    ),
    Section(
        "Limits 限制",
        {
            "operation_deadline_seconds": _SERVICE,
            "offload": _SERVICE,
            "heavy_work_places": _SERVICE,
            "heavy_work_line": _SERVICE,
            "points_per_account": _SERVICE,
            "points_per_unverified": _SERVICE,
            "points_per_tool": _SERVICE,
            "points_per_address": _SERVICE,
            "points_per_stranger": _SERVICE,
            "points_client_percent": _SERVICE,
            "points_window_seconds": _SERVICE,
            "max_sockets": _SERVICE,
            "max_sockets_per_account": _SERVICE,
            "max_sockets_per_address": _SERVICE,
            "max_stranger_sockets": _SERVICE,
            "max_stranger_sockets_per_address": _SERVICE,
            "roster_most_rows": _WORKER,
        },
    ),
    Section(
        "Attachments 附件",
        {
            "attachments_directory": _STORE,
            "s3_bucket": _STORE,
            "s3_endpoint": _STORE,
            "s3_region": _STORE,
            "s3_access_key_id": _STORE,
            "s3_secret_access_key": _STORE,
            "s3_virtual_hosted": _STORE,
            "s3_presigned": _SERVICE,
            "upload_link_minutes": _SERVICE,
            "download_link_minutes": _SERVICE,
            "unused_upload_hours": (Process.WORKER, Process.SWEEP),
            "clamav_address": _SERVICE,
            "clamav_timeout_seconds": _SERVICE,
        },
    ),
    Section(
        "Short messages 短信",
        {
            "jiuye_sms_url": (*_SERVICE, Process.WORKER),
            "jiuye_sms_token": (*_SERVICE, Process.WORKER),
            "sms_template": _SERVICE,
            "sms_begun_template": _WORKER,
            "sms_ended_template": _WORKER,
            "sms_notice_tries": _WORKER,
            "sms_timeout_seconds": (*_SERVICE, Process.WORKER),
            "sms_code_minutes": _SERVICE,
            "sms_code_tries": _SERVICE,
        },
    ),
    Section(
        "Background work and job board 后台任务与就业在线",
        {
            "worker_metrics_port": _WORKER,
            "request_keep_days": (Process.WORKER, Process.SWEEP),
            "session_keep_days": (Process.WORKER, Process.SWEEP),
            "sign_in_keep_days": (Process.WORKER, Process.SWEEP),
            "applicant_keep_days": (Process.WORKER, Process.SWEEP),
            "schema_usage_seconds": _SERVICE,
            "schema_usage_keep_days": (Process.WORKER, Process.SWEEP),
            "jiuye_board_url": (Process.RUN, Process.WORKER),
            "jiuye_board_token": (Process.RUN, Process.WORKER),
            "board_timeout_seconds": _WORKER,
            "board_tries": _WORKER,
            "board_first_wait_seconds": _WORKER,
            "board_longest_wait_seconds": _WORKER,
            "applicants_refresh_minutes": _WORKER,
        },
    ),
    Section(
        "Checkpoints of the history 操作记录存证",
        {
            "checkpoint_directory": _CHECKPOINTS,
            "checkpoint_minutes": _CHECKPOINTS,
            "checkpoint_keep_days": _WORKER,
            "checkpoint_url": _WORKER,
            "checkpoint_token": _WORKER,
            "time_stamp_url": _CHECKPOINTS,
            "time_stamp_roots": _CHECKPOINTS,
        },
    ),
)


def render_page() -> str:
    """Write the page: what the processes are, then a table for each section."""
    purposes = read_purposes()
    sections = ("\n".join(_render_section(section, purposes)) for section in SECTIONS)
    return "\n\n".join((INTRODUCTION, *sections, OTHERS)) + "\n"


def read_purposes() -> dict[str, str]:
    """Read the sentence below each field of the settings' classes."""
    purposes: dict[str, str] = {}
    for each in inspect.getmro(Settings):
        if issubclass(each, BaseSettings) and each is not BaseSettings:
            purposes |= _read_field_docstrings(each)
    return purposes


def _read_field_docstrings(settings_class: type) -> dict[str, str]:
    body = ast.parse(inspect.getsource(settings_class)).body[0]
    found: dict[str, str] = {}
    if not isinstance(body, ast.ClassDef):
        return found
    for field, below in pairwise(body.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found


def _render_section(section: Section, purposes: Mapping[str, str]) -> Iterator[str]:
    yield f"## {section.title}"
    yield ""
    yield "| variable | type | default | what it is for | read by |"
    yield "|---|---|---|---|---|"
    for name, processes in section.processes.items():
        field = Settings.model_fields[name]
        where = "all" if processes == ALL_PROCESSES else ", ".join(processes)
        cells = (
            f"`{name.upper()}`",
            describe_type(field),
            describe_default(name, field),
            purposes[name],
            where,
        )
        yield f"| {' | '.join(cells)} |"


def describe_type(field: FieldInfo) -> str:
    """Describe which values a setting takes."""
    wanted = _strip_optional(field.annotation)
    if get_origin(wanted) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(wanted))
    return _describe_integer(field) if wanted is int else TYPE_NAMES[wanted]


def _strip_optional(annotation: object) -> object:
    """Return what an optional type is about, and any other type itself."""
    kinds = get_args(annotation)
    if NoneType not in kinds:
        return annotation
    return next(kind for kind in kinds if kind is not NoneType)


def _describe_integer(field: FieldInfo) -> str:
    lowest, highest = None, None
    for bound in field.metadata:
        match bound:
            case Ge(ge=int(value)):
                lowest = value
            case Gt(gt=int(value)):
                lowest = value + 1
            case Le(le=int(value)):
                highest = value
    if highest is None:
        return f"integer, at least {lowest}"
    return f"integer, {lowest} to {highest}"


def describe_default(name: str, field: FieldInfo) -> str:
    """Describe what counts where a setting is not set; for production too, where it differs."""
    value = _format_value(field.default)
    if name in NEEDED_IN_PRODUCTION:
        return f"{value}; production needs one"
    elsewhere = CLOSED_IN_PRODUCTION.get(name, field.default)
    return (
        value if elsewhere == field.default else f"{value}; production {_format_value(elsewhere)}"
    )


def _format_value(value: object) -> str:
    if isinstance(value, SecretStr):
        return _format_value(value.get_secret_value())
    if value is None or value == "":
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def main(arguments: list[str]) -> int:
    """Write the page, or check that it is true."""
    return write_or_check(arguments, PAGE, render_page, "settings")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
