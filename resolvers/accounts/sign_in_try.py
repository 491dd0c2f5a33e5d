"""Tries to sign in, counted so that neither a stranger locks out nor sprays (J3, ADR 0063)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from uuid import uuid4

from resolvers.kernel.context import Context
from resolvers.kernel.rate_limit import (
    Limit,
    count_in_turn,
    forget_tries,
    give_back,
    take_from_all,
)
from resolvers.kernel.service import Service
from rules.accounts.sign_in import DeviceToken, parse_device_token
from rules.kernel.address import compute_network

_OF_ONE, _OF_MANY, _OF_ALL = timedelta(minutes=5), timedelta(minutes=10), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignInTry:
    """By what a try was counted, the narrowest first; and the device, if it is known."""

    limits: Sequence[tuple[Limit, str]]
    device: DeviceToken | None


async def count_sign_in_try(context: Context, name: str, device_token: str | None) -> SignInTry:
    """Count a try before anything is read for it, and refuse one too many (J3).

    A known device is counted by itself alone. Whoever comes without is counted from the narrowest
    to the widest, and what one refuses does not count for the next: nobody locks an account by
    going on from one address.
    """
    service = context.service
    device = _find_known_device(service, name, device_token)
    limits = (
        [(Limit("sign-in-on-device", service.sign_in_limits.of_one, _OF_ONE), device.device)]
        if device is not None
        else _list_limits(context, name)
    )
    await count_in_turn(service, limits, asker=_name_asker(context, name, device))
    return SignInTry(limits, device)


async def count_code_try(context: Context, name: str, device_token: str | None) -> SignInTry:
    """Count a try of a second factor, as those of passwords are, by counts of their own (J3).

    A code is short: whoever has the password may not try many, from wherever they come.
    """
    service = context.service
    most, device = service.sign_in_limits, _find_known_device(service, name, device_token)
    address = service.seal.compute_mark("address", context.address).hex()
    limits = (
        [(Limit("code-on-device", most.of_one, _OF_ONE), device.device)]
        if device is not None
        else [
            (Limit("code-1-one", most.of_one, _OF_ONE), f"{address} {name}"),
            (Limit("code-2-account", most.codes_of_account, _OF_ALL), name),
        ]
    )
    await count_in_turn(service, limits, asker=_name_asker(context, name, device))
    return SignInTry(limits, device)


async def forgive_sign_in_tries(service: Service, tried: SignInTry) -> None:
    """Start to count whoever gave the right password anew, and count nothing against others."""
    (narrowest, who), *wider = tried.limits
    await forget_tries(service, narrowest, who)
    if wider:
        await give_back(service, wider, 1)


async def issue_device_token(service: Service, name: str, known: DeviceToken | None) -> str | None:
    """Let a device be known from now on; a new one only so many times in a day.

    Otherwise whoever had the password once could keep as many as they like, to go on trying with.
    """
    most = Limit("devices", service.sign_in_limits.devices_per_day, timedelta(days=1))
    if known is None and not await take_from_all(service, [(most, name)], 1):
        return None
    device, issued = known.device if known else uuid4().hex, int(service.now().timestamp())
    return DeviceToken(device, issued, _compute_mark(service, name, device, issued)).text


def _name_asker(context: Context, name: str, device: DeviceToken | None) -> str:
    """Name whoever tries, as the line knows them: by account where the device shows whose it is."""
    return context.address if device is None else f"account {name}"


def _find_known_device(service: Service, name: str, text: str | None) -> DeviceToken | None:
    token = parse_device_token(text, service.now())
    if token is None:
        return None
    mark = _compute_mark(service, name, token.device, token.issued)
    return token if compare_digest(mark, token.mark) else None


def _compute_mark(service: Service, name: str, device: str, issued: int) -> str:
    return service.seal.compute_mark("device", f"{device}.{issued}.{name}").hex()


def _list_limits(context: Context, name: str) -> Sequence[tuple[Limit, str]]:
    """List by what a stranger is counted; in the order of their names, so that locks are, too."""
    seal, most = context.service.seal, context.service.sign_in_limits
    address, network = (
        seal.compute_mark("address", text).hex()
        for text in (context.address, compute_network(context.address))
    )
    by_place = [
        (Limit("sign-in-2-address", most.by_address, _OF_MANY), address),
        (Limit("sign-in-3-network", most.by_network, _OF_MANY), network),
    ]
    return [
        (Limit("sign-in-1-one", most.of_one, _OF_ONE), f"{address} {name}"),
        *(by_place if context.address else ()),
        (Limit("sign-in-4-account", most.of_account, _OF_ALL), name),
    ]
