"""Lines that are about to be paid, held with their claims and judged before (X2, X3, S19)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from loaders.key import Key, key_of
from models import Claim, ClaimLine, LineState
from resolvers.claims import control
from resolvers.claims.line_life import LineKey, held_lines
from resolvers.kernel.transaction import Transaction
from resolvers.payment.payee import payees
from resolvers.payment.payment_wait import waiting
from rules.kernel.finding import Finding, told
from rules.kernel.refusal import Fault, Path, Reason, fault, refuse_if
from rules.kernel.value import RowId
from rules.kernel.viewer import Language
from rules.payment.disbursement import Payable, objection_to_paying
from rules.payment.payee import Payee


@dataclass(frozen=True, slots=True)
class Held:
    """Lines with their claims, all held, each line with the place at which it was named."""

    claims: Mapping[UUID, Claim]
    lines: Sequence[ClaimLine]
    places: Mapping[UUID, Path]

    def at(self, line: ClaimLine, why: Fault) -> Fault:
        """Tell a fault at the place of its line."""
        return Fault(why.reason, (*self.places[line.id], *why.path), why.figures)

    def without(self, gone: Collection[UUID]) -> "Held":
        """Leave some lines out."""
        return Held(self.claims, [line for line in self.lines if line.id not in gone], self.places)


async def named_lines(tx: Transaction, texts: Sequence[RowId]) -> Held:
    """Hold the lines that a client named; whatever is no line is told at its place."""
    keys = [key_of(text, ClaimLine) for text in texts]
    wanted = [(key.parts[0], key.parts[1]) for key in keys if key]
    held = await hold(tx, wanted)
    known = {(line.unit_id, line.id) for line in held.lines}
    refuse_if(
        fault(Reason.NOT_FOUND, "lineIds", n)
        for n, (text, key) in enumerate(zip(texts, keys, strict=True))
        if key is None or key.parts not in known or key.encode() != text
    )
    places: dict[UUID, Path] = {key.parts[1]: ("lineIds", n) for n, key in enumerate(keys) if key}
    return Held(held.claims, held.lines, places)


async def hold(tx: Transaction, keys: Sequence[LineKey]) -> Held:
    """Hold lines by key, their claims before them."""
    claims, rows = await held_lines(tx, keys)
    own = {claim.id: claim for claim in claims.values()}
    return Held(own, rows, {row.id: _place(row) for row in rows})


def _place(line: ClaimLine) -> Path:
    return ("lines", Key(ClaimLine.__name__, (line.unit_id, line.id)).encode())


async def must_be_payable(tx: Transaction, held: Held, states: Sequence[LineState]) -> None:
    """Refuse lines that can't be paid now, or not by this viewer, all at once (S29, X2)."""
    waits = await waiting(tx, held.lines)
    refuse_if(held.at(line, why) for line, why in _barred(tx, held, states, waits) if why)


def _barred(
    tx: Transaction, held: Held, states: Sequence[LineState], waits: Mapping[UUID, Fault]
) -> Iterable[tuple[ClaimLine, Fault | None]]:
    for line in held.lines:
        claim = held.claims[line.claim_id]
        by = claim.submitted_by, claim.approved_by, claim.reviewed_by
        known = Payable(line.state, *by, waits.get(line.id))
        yield line, objection_to_paying(known, states, tx.viewer)


async def paid_to(tx: Transaction, held: Held) -> Mapping[UUID, Payee]:
    """Tell to whom each line is paid; refuse all that would be paid to somebody else (S14, X19)."""
    found = await payees(tx, held.claims, held.lines)
    whom: dict[UUID, Payee] = {}
    faults = []
    for line in held.lines:
        match found[line.id]:
            case Payee() as payee:
                whom[line.id] = payee
            case Fault() as why:
                faults.append(held.at(line, why))
    refuse_if(faults)
    return whom


async def not_passed(tx: Transaction, held: Held) -> Mapping[UUID, Fault]:
    """Run risk controls again; give the lines that did not pass, UNKNOWN included (X3)."""
    found = await control.judged_now(tx, list(held.claims.values()), held.lines)
    lacking = {id: [f for f in findings if not f.passed] for id, findings in found.items()}
    return {id: _said(findings) for id, findings in lacking.items() if findings}


def _said(findings: Sequence[Finding]) -> Fault:
    figures = {
        f"findings_{language.value.lower()}": "; ".join(_words(f, language) for f in findings)
        for language in Language
    }
    return fault(Reason.CONTROLS_NOT_PASSED, **figures)


def _words(finding: Finding, language: Language) -> str:
    told_ = told(finding.kept(), language)
    return told_.message or told_.evidence
