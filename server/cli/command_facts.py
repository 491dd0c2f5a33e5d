"""Commands for external facts."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from models import FactKind
from server.cli import facts as loading
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer
from server.telemetry import log

SOME_REFUSED_EXIT_CODE = 3

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
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Load nothing if any row has faults.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="End with 0 though rows were refused.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Load a file of external facts; rows with faults are listed, the others loaded. 导入外部数据

    Ends with 0 where all of it is loaded, 1 where nothing is, 3 where rows were refused (X13).
    """
    with exit_on_expected_errors(), ExitStack() as stack:
        asked = loading.LoadRequest(
            path=file,
            kind=kind,
            source=source,
            as_of=as_of.date(),
            region=region,
            errors=errors,
            all_or_nothing=all_or_nothing,
        )
        settings = ensure_database(stack)
        log.configure_logging("WARNING")
        done = loading.load_file(settings, asked)
        print_answer(as_json, done.to_json(), done.describe())
        if done.result.refused and not keep_going:
            raise typer.Exit(SOME_REFUSED_EXIT_CODE)
