"""Commands for the keys of an installation."""

import asyncio
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Annotated

import typer

from gateways.crypto_profile import KEY_BYTES
from gateways.key_ring import KeyRing, compute_key_id
from gateways.seal import Seal, name_seal
from resolvers.kernel.resealing import count_seals, reseal_everything
from resolvers.kernel.seal_verification import SealReport, verify_seals
from server.cli.command import AS_JSON, ensure_database, exit_on_expected_errors, print_answer
from server.cli.progress import StepLog
from server.database.data_key import require_matching_keys
from server.database.pools import open_patient_service
from server.settings.settings import Settings, load_settings
from server.settings.settings_keys import encode_keys

keys = typer.Typer(help="The keys by which data are sealed (X11). 密钥", no_args_is_help=True)
SHARE_HELP = "Which share of them, drawn by chance: 0.01 opens one of a hundred."
NEXT_INDEX_HELP = "A new index key: it indexes, those before still find."
NEXT_HELP = "After the keys that are in use: a new data key seals, those before still open."


@keys.command(name="new")
def print_new_keys(
    follow: Annotated[bool, typer.Option("--next", help=NEXT_HELP)] = False,
    follow_index: Annotated[bool, typer.Option("--next-index", help=NEXT_INDEX_HELP)] = False,
) -> None:
    """Print new keys, as JIUYE_KEYS_FILE or the environment takes them; keep them secret."""
    with exit_on_expected_errors():
        if follow or follow_index:
            made = _build_next_keys(load_settings().key_ring, data=follow, index=follow_index)
        else:
            made = _build_first_keys()
        for name, value in made.items():
            typer.echo(f"{name}={value}")


@keys.command(name="status")
def print_key_status(as_json: AS_JSON = False) -> None:
    """List the keys by their ids, which tell nothing of them, and what each has sealed."""
    with exit_on_expected_errors(), ExitStack() as stack:
        settings = ensure_database(stack)
        ring = settings.key_ring
        named, profiles = _name_keys(ring), [each.lower() for each in ring.profiles]
        sealed, present = asyncio.run(_count_seals(settings)), name_seal(Seal(ring).prefix)
        left = _sum_left(sealed, present)
        lines = (
            f"profile: {', '.join(profiles)}",
            *(f"{purpose}: {', '.join(ids)}" for purpose, ids in named.items()),
            *(f"{column}: {_describe_counts(counts)}" for column, counts in sealed.items()),
            f"{left} values are yet to be sealed with {present}.",
        )
        told = {"profiles": profiles, "keys": named, "sealed": sealed, "left": left}
        print_answer(as_json, told, lines)


@keys.command(name="rotate")
def reseal(as_json: AS_JSON = False) -> None:
    """Seal anew whatever the first data key and profile did not; 1 where something did not open.

    The worker does the same by itself. It may be stopped anywhere, and run while all is served.
    """
    with exit_on_expected_errors(), ExitStack() as stack:
        settings, steps = ensure_database(stack), StepLog(sys.stderr)

        def tell(resealed: int) -> None:
            steps.count(resealed, "values")

        resealed, broken = asyncio.run(_reseal_everything(settings, tell))
        line = f"Sealed {resealed} values anew; {broken} did not open."
        print_answer(as_json, {"resealed": resealed, "broken": broken}, (line,))
        raise typer.Exit(bool(broken))


@keys.command(name="verify")
def verify(
    share: Annotated[float, typer.Option(min=0.0, max=1.0, help=SHARE_HELP)] = 1.0,
    as_json: AS_JSON = False,
) -> None:
    """Open all sealed values and files, count by column and key; 1 where one is not as it must be.

    Nothing that is read is printed. What does not open is named by its column and row, or file.
    """
    with exit_on_expected_errors(), ExitStack() as stack:
        settings, steps = ensure_database(stack), StepLog(sys.stderr)
        found = asyncio.run(_verify_seals(settings, share, lambda n: steps.count(n, "values")))
        broken = len(found.broken)
        lines = (
            *(f"{where}: {_describe_counts(counts)}" for where, counts in found.opened.items()),
            *(f"{where}: {_describe_counts(counts)}" for where, counts in found.indexed.items()),
            *(f"{where} does not open, or is not found" for where in found.broken),
            f"{found.total} values and files were looked at; {broken} were not as they must be.",
        )
        print_answer(as_json, found.to_json(), lines)
        raise typer.Exit(bool(broken))


async def _verify_seals(
    settings: Settings, share: float, tell: Callable[[int], None]
) -> SealReport:
    async with open_patient_service(settings) as service:
        return await verify_seals(service, share, tell)


async def _count_seals(settings: Settings) -> Mapping[str, Mapping[str, int]]:
    async with open_patient_service(settings) as service:
        return await count_seals(service)


async def _reseal_everything(settings: Settings, tell: Callable[[int], None]) -> tuple[int, int]:
    await require_matching_keys(settings)
    async with open_patient_service(settings) as service:
        return await reseal_everything(service, tell)


def _sum_left(sealed: Mapping[str, Mapping[str, int]], present: str) -> int:
    return sum(
        count for counts in sealed.values() for key, count in counts.items() if key != present
    )


def _describe_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} by {key}" for key, count in counts.items()) or "none"


def _build_first_keys() -> dict[str, str]:
    names = ("JIUYE_SECRET_KEY", "JIUYE_DATA_KEY", "JIUYE_INDEX_KEY", "JIUYE_HISTORY_KEY")
    return {name: encode_keys(secrets.token_bytes(KEY_BYTES)) for name in names}


def _build_next_keys(ring: KeyRing, *, data: bool, index: bool) -> dict[str, str]:
    """Put new keys before those there are; what is derived now must not follow a new data key."""
    new_data, new_index = (
        [secrets.token_bytes(KEY_BYTES)] if wanted else [] for wanted in (data, index)
    )
    return {
        "JIUYE_DATA_KEY": encode_keys(*new_data, *ring.data),
        "JIUYE_INDEX_KEY": encode_keys(*new_index, *ring.index),
        "JIUYE_HISTORY_KEY": encode_keys(*ring.history),
    }


def _name_keys(ring: KeyRing) -> dict[str, list[str]]:
    def name(keys: tuple[bytes, ...]) -> Iterator[str]:
        return (compute_key_id(key).hex() for key in keys)

    purposes = {"data": ring.data, "index": ring.index, "history": ring.history}
    return {purpose: [*name(keys)] for purpose, keys in purposes.items()}
