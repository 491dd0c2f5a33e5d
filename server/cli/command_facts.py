"""Commands for external facts."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from models import FactKind
from server.cli import facts as loading
from server.cli.command import ensure_database, exit_on_expected_errors
from server.telemetry import log

facts = typer.Typer(help="External facts 外部数据: what other systems know.", no_args_is_help=True)


@facts.command("load")
def load_facts(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet: see docs/facts.md.")],
    *,
    kind: Annotated[
        FactKind,
        typer.Option(
            parser=loading.read_kind, metavar=loading.KIND_CHOICES, help="What it tells of."
        ),
    ],
    source: Annotated[str, typer.Option(help="On whose word. 数据来源")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="As of when. 截止日期")],
    region: Annotated[
        str, typer.Option(help="Which region it covers. 行政区划")
    ] = loading.NATION_CODE,
    errors: Annotated[Path | None, typer.Option(help="Where to list its faults.")] = None,
    keep_going: Annotated[bool, typer.Option(help="Pass over rows that have faults.")] = False,
) -> None:
    """Load a file of external facts: all of it, or nothing (X13). 导入外部数据"""
    with exit_on_expected_errors(), ExitStack() as stack:
        asked = loading.LoadRequest(
            path=file,
            kind=kind,
            source=source,
            as_of=as_of.date(),
            region=region,
            errors=errors,
            keep_going=keep_going,
        )
        settings = ensure_database(stack)
        log.configure_logging("WARNING")
        loading.load_file(settings, asked, typer.echo)
