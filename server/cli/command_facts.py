"""Commands for external facts."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from models import FactKind
from server.cli import facts as loading
from server.cli.command import plain_words, reachable
from server.telemetry import log

facts = typer.Typer(help="External facts 外部数据: what other systems know.", no_args_is_help=True)


@facts.command("load")
def load_facts(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet: see docs/facts.md.")],
    *,
    kind: Annotated[
        FactKind,
        typer.Option(parser=loading.read_kind, metavar=loading.KINDS, help="What it tells of."),
    ],
    source: Annotated[str, typer.Option(help="On whose word. 数据来源")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="As of when. 截止日期")],
    region: Annotated[str, typer.Option(help="Which region it covers. 行政区划")] = loading.NATION,
    errors: Annotated[Path | None, typer.Option(help="Where to list its faults.")] = None,
    keep_going: Annotated[bool, typer.Option(help="Pass over rows that have faults.")] = False,
) -> None:
    """Load a file of external facts: all of it, or nothing (X13). 导入外部数据"""
    with plain_words(), ExitStack() as stack:
        asked = loading.Asked(file, kind, source, as_of.date(), region, errors, keep_going)
        settings = reachable(stack)
        log.configure("WARNING")
        loading.load(settings, asked, typer.echo)
