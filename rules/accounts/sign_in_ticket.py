"""Signing in by QR code 扫码登录: what a ticket may still do (J4)."""

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import read_text

TICKET_PREFIX = "jiuye:"
TICKET_PATTERN = re.compile(r"jiuye:[A-Za-z0-9_-]{22}", re.ASCII)
SECRET_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TicketState:
    """How far a ticket has come, and until when it is good."""

    expires_at: datetime
    approved_at: datetime | None
    redeemed_at: datetime | None
    ended_at: datetime | None = None


def find_code_fault(ticket: str) -> Fault | None:
    """Return that a code is none of ours: of another service, or no sign-in code at all."""
    return None if TICKET_PATTERN.fullmatch(ticket) else fault(Reason.TICKET_FOREIGN, "ticket")


def find_approving_fault(ticket: TicketState | None, now: datetime) -> Fault | None:
    """Return why a ticket can't be approved; None where it can (J4)."""
    if ticket is None:
        return fault(Reason.TICKET_UNKNOWN, "ticket")
    barred = _find_spent_fault(ticket, now, "ticket")
    if barred is None and ticket.approved_at is not None:
        return fault(Reason.TICKET_APPROVED, "ticket")
    return barred


def is_number_right(shown: str, entered: str) -> bool:
    """Return whether who approves entered the number that the asking browser shows (J4)."""
    return bool(shown) and read_text(entered) == shown


def shorten_address(address: str) -> str:
    """Leave of an address what tells networks apart, and no more of whose it is.

    Of IPv4 the last part goes, of IPv6 all after the first 48 bits.
    """
    try:
        whole = ip_address(address)
    except ValueError:
        return ""
    whole = getattr(whole, "ipv4_mapped", None) or whole
    kept = ip_network(f"{whole}/{24 if whole.version == 4 else 48}", strict=False)
    return str(kept.network_address).removesuffix("0") + "*" if whole.version == 4 else str(kept)


def find_redeeming_fault(ticket: TicketState | None, now: datetime) -> Fault | None:
    """Return why a ticket gives no session, and never will; None where it does or may (J4)."""
    return (
        fault(Reason.TICKET_UNKNOWN, "secret")
        if ticket is None
        else _find_spent_fault(ticket, now, "secret")
    )


def _find_spent_fault(ticket: TicketState, now: datetime, field: str) -> Fault | None:
    if ticket.redeemed_at is not None:
        return fault(Reason.TICKET_USED, field)
    if ticket.ended_at is not None:
        return fault(Reason.TICKET_ENDED, field)
    if ticket.expires_at <= now:
        return fault(Reason.TICKET_EXPIRED, field)
    return None
