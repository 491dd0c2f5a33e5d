"""Commands for the keys of an installation."""

import secrets
from collections.abc import Iterator
from typing import Annotated

import typer

from gateways.key_ring import KEY_BYTES, KeyRing, compute_key_id
from server.cli.command import AS_JSON, exit_on_expected_errors, print_answer
from server.settings.settings import load_settings
from server.settings.settings_keys import encode_keys

keys = typer.Typer(help="The keys by which data are sealed (X11). 密钥", no_args_is_help=True)
NEXT_HELP = "After the keys that are in use: a new data key seals, those before still open."


@keys.command(name="new")
def print_new_keys(
    follow: Annotated[bool, typer.Option("--next", help=NEXT_HELP)] = False,
) -> None:
    """Print new keys, as JIUYE_KEYS_FILE or the environment takes them; keep them secret."""
    with exit_on_expected_errors():
        made = _build_next_keys(load_settings().key_ring) if follow else _build_first_keys()
        for name, value in made.items():
            typer.echo(f"{name}={value}")


@keys.command(name="status")
def print_key_status(as_json: AS_JSON = False) -> None:
    """List the keys in use by their ids, which tell nothing of them."""
    with exit_on_expected_errors():
        named = _name_keys(load_settings().key_ring)
        lines = (f"{purpose}: {', '.join(ids)}" for purpose, ids in named.items())
        print_answer(as_json, {"keys": named}, lines)


def _build_first_keys() -> dict[str, str]:
    names = ("JIUYE_SECRET_KEY", "JIUYE_DATA_KEY", "JIUYE_INDEX_KEY", "JIUYE_HISTORY_KEY")
    return {name: encode_keys(secrets.token_bytes(KEY_BYTES)) for name in names}


def _build_next_keys(ring: KeyRing) -> dict[str, str]:
    """Keep index and history as they are: what is derived now must not follow the new key."""
    return {
        "JIUYE_DATA_KEY": encode_keys(secrets.token_bytes(KEY_BYTES), *ring.data),
        "JIUYE_INDEX_KEY": encode_keys(ring.index),
        "JIUYE_HISTORY_KEY": encode_keys(*ring.history),
    }


def _name_keys(ring: KeyRing) -> dict[str, list[str]]:
    def name(keys: tuple[bytes, ...]) -> Iterator[str]:
        return (compute_key_id(key).hex() for key in keys)

    purposes = {"data": ring.data, "index": (ring.index,), "history": ring.history}
    return {purpose: [*name(keys)] for purpose, keys in purposes.items()}
