"""Lines that are about to be paid, held with their claims and judged before (X2, X3, S19)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from loaders.key import Key, parse_key
from models import Claim, ClaimLine, LineState
from resolvers.claims import control, line_bar
from resolvers.claims.claim_line_transitions import LineKey, lock_lines
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.payment.payee import load_payees_now
from resolvers.payment.payment_wait import find_wait_faults
from rules.kernel.finding import Finding, describe_finding
from rules.kernel.refusal import Fault, Path, Reason, fault, refuse_if
from rules.kernel.value import RowId
from rules.kernel.viewer import Language
from rules.payment.disbursement import find_paying_fault
from rules.payment.payee import Payee


@dataclass(frozen=True, slots=True)
class LockedLines:
    """Lines with their claims, all held, each line with the place at which it was named."""

    claims: Mapping[UUID, Claim]
    lines: Sequence[ClaimLine]
    places: Mapping[UUID, Path]

    def locate_fault(self, line: ClaimLine, why: Fault) -> Fault:
        """Return a fault at the place of its line."""
        return why.at(*self.places[line.id])

    def exclude_lines(self, gone: Collection[UUID]) -> "LockedLines":
        """Leave some lines out."""
        return LockedLines(
            self.claims, [line for line in self.lines if line.id not in gone], self.places
        )


async def lock_named_lines(tx: Transaction, texts: Sequence[RowId]) -> LockedLines:
    """Hold the lines that a client named; whatever is no line is told at its place."""
    keys = [parse_key(text, ClaimLine) for text in texts]
    wanted = await tx.select_seen_keys(ClaimLine, [key.parts for key in keys if key])
    held = await lock_lines_with_claims(tx, [(unit_id, id) for unit_id, id in wanted])
    known = {(line.unit_id, line.id) for line in held.lines}
    refuse_if(
        fault(Reason.NOT_FOUND, "lineIds", n)
        for n, (text, key) in enumerate(zip(texts, keys, strict=True))
        if key is None or key.parts not in known or key.format_global_id() != text
    )
    places: dict[UUID, Path] = {key.parts[1]: ("lineIds", n) for n, key in enumerate(keys) if key}
    return LockedLines(held.claims, held.lines, places)


async def lock_lines_with_claims(tx: Transaction, keys: Sequence[LineKey]) -> LockedLines:
    """Hold lines by key, their claims before them."""
    claims, rows = await lock_lines(tx, keys)
    own = {claim.id: claim for claim in claims.values()}
    return LockedLines(own, rows, {row.id: _build_line_path(row) for row in rows})


def _build_line_path(line: ClaimLine) -> Path:
    return ("lines", Key(ClaimLine.__name__, (line.unit_id, line.id)).format_global_id())


async def require_payable_lines(
    tx: Transaction, held: LockedLines, states: Sequence[LineState]
) -> None:
    """Refuse lines that can't be paid now, or not by this viewer, all at once (S29, X2)."""
    waits = await find_wait_faults(tx, held.lines)
    refuse_if(
        held.locate_fault(line, why)
        for line, why in _find_payment_faults(tx, held, states, waits)
        if why
    )


def _find_payment_faults(
    tx: Transaction, held: LockedLines, states: Sequence[LineState], waits: Mapping[UUID, Fault]
) -> Iterable[tuple[ClaimLine, Fault | None]]:
    for line in held.lines:
        claim = held.claims[line.claim_id]
        handled = build_handled_line(line, claim, waits=waits.get(line.id))
        yield line, find_paying_fault(handled.to_payable(), states, tx.viewer)


async def require_payees(tx: Transaction, held: LockedLines) -> Mapping[UUID, Payee]:
    """Return to whom each line is paid; refuse all that would go to somebody else (S14, X19)."""
    whom, faults = await _load_payees_and_faults(tx, held)
    refuse_if(held.locate_fault(line, faults[line.id]) for line in held.lines if line.id in faults)
    return whom


class PayableLines(NamedTuple):
    """Lines that can be paid, to whom, and why others can't: each at its place."""

    held: LockedLines
    whom: Mapping[UUID, Payee]
    left_out: Sequence[Fault]


async def select_payable_lines(tx: Transaction, held: LockedLines) -> PayableLines:
    """Part lines that this viewer can pay now from those that they can't (X2, X4, X19).

    What waits for a trainee's completion is in neither part (S29).
    """
    waits = await find_wait_faults(tx, held.lines)
    held = held.exclude_lines(waits)
    found = _find_payment_faults(tx, held, [LineState.PAYABLE], {})
    barred = {line.id: why for line, why in found if why}
    whom, lost = await _load_payees_and_faults(tx, held.exclude_lines(barred))
    faults = {**barred, **lost}
    left_out = [
        held.locate_fault(line, faults[line.id]) for line in held.lines if line.id in faults
    ]
    return PayableLines(held.exclude_lines(faults), whom, left_out)


async def _load_payees_and_faults(
    tx: Transaction, held: LockedLines
) -> tuple[Mapping[UUID, Payee], Mapping[UUID, Fault]]:
    found = await load_payees_now(tx, held.claims, held.lines)
    whom = {id: payee for id, payee in found.items() if isinstance(payee, Payee)}
    faults = {id: why for id, why in found.items() if isinstance(why, Fault)}
    return whom, faults


async def find_control_faults(tx: Transaction, held: LockedLines) -> Mapping[UUID, Fault]:
    """Run risk controls again; give the lines that did not pass, UNKNOWN included (X3).

    Nor does who was barred for the same thing since the line was approved (X15).
    """
    found = await control.rerun_line_controls(tx, list(held.claims.values()), held.lines)
    lacking = {id: [f for f in findings if not f.passed] for id, findings in found.items()}
    failed = {id: _build_controls_fault(findings) for id, findings in lacking.items() if findings}
    return {**failed, **await line_bar.find_late_bars(tx, held.claims, held.lines)}


def _build_controls_fault(findings: Sequence[Finding]) -> Fault:
    figures = {
        f"findings_{language.value.lower()}": _join_findings(findings, language)
        for language in Language
    }
    return fault(Reason.CONTROLS_NOT_PASSED, **figures)


def _join_findings(findings: Sequence[Finding], language: Language) -> str:
    """Say what was found in one sentence, whose stop stands at its end alone."""
    told = [describe_finding(each.to_json(), language) for each in findings]
    between = "；" if language is Language.ZH else "; "
    return between.join((each.message or each.evidence).rstrip("。.") for each in told)
