"""A hire, what is on file of it, and when it was (S4, S13, S32)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from models import ClaimKind, HireGroup
from rules.internship.mentoring import ContractRecord, ContributionRecord, FactCoverage
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.month import add_months, to_month
from rules.kernel.parameter import Parameter, Policy
from rules.kernel.refusal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """A hire as its roster states it; the region is the one that decides (X21).

    A contract without a last day is open-ended 无固定期限.
    """

    kind: ClaimKind
    group: HireGroup
    region: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityPeriod:
    """From when to when something held, in whose words, on whose word and as of when.

    `word` is an enterprise's size or the number of a licence.
    """

    since: date
    until: date | None
    source: str | None = None
    as_of: date | None = None
    word: str | None = None

    def is_valid_on(self, day: date) -> bool:
        """Return whether it held on a day, the first and the last included."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class HireRecords:
    """What is on file of the person with regard to the employer, of the person, of the unit.

    Contributions and contracts are those of the employing enterprise alone (X14).
    """

    contributions: Sequence[ContributionRecord] = ()
    contracts: Sequence[ContractRecord] = ()
    registrations: Sequence[ValidityPeriod] = ()
    transfers: Sequence[ValidityPeriod] = ()
    sizes: Sequence[ValidityPeriod] = ()
    licences: Sequence[ValidityPeriod] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HireCase:
    """A hire with all that a control may look at, and the policy that it asks."""

    hire: Hire
    known: HireRecords
    told: FactCoverage
    today: date
    hired_on: date
    own: Policy

    def get_months(self, key: str) -> int:
        """Return a number of months as policy sets it for the hire (X21)."""
        return self.own.get_integer(key, self.hire.region, self.hired_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingBuilder:
    """What a control looked at, on whose word and as of when; it answers with what it makes of it.

    `figure` is the policy parameter that decides.
    """

    control: Control
    said: Sentence
    figure: Parameter | None = None
    source: str | None = None
    as_of: date | None = None

    def build_pass(self) -> Finding:
        """Answer that nothing is lacking."""
        return self._build_finding(Outcome.PASS, None)

    def build_fail(self, lacking: Fault) -> Finding:
        """Answer what is lacking."""
        return self._build_finding(Outcome.FAIL, lacking)

    def build_unknown(self, lacking: Fault) -> Finding:
        """Answer that the source does not tell, and what would (X3)."""
        return self._build_finding(Outcome.UNKNOWN, lacking)

    def _build_finding(self, outcome: Outcome, lacking: Fault | None) -> Finding:
        return Finding(
            control=self.control,
            outcome=outcome,
            evidence=self.said,
            lacking=lacking,
            figure=self.figure,
            source=self.source,
            as_of=self.as_of,
        )


def describe_period(spell: ValidityPeriod) -> Sentence:
    """Return from when to when something held."""
    if spell.until is None:
        return Sentence(f"自{spell.since}起", f"from {spell.since}")
    return Sentence(f"自{spell.since}起至{spell.until}止", f"from {spell.since} to {spell.until}")


def find_first_month_of_run(months: Collection[date]) -> date | None:
    """Return the first month of the unbroken run that ends with the latest month (S9)."""
    if not months:
        return None
    first = max(months)
    while (before := add_months(first, -1)) in months:
        first = before
    return first


def compute_hire_date(starts_on: date, contributions: Sequence[ContributionRecord]) -> date:
    """Return when somebody was hired: the contract's start, or contributions' that began before.

    Only a run that began in an earlier month counts, from that month's first day (S32). It is the
    current unbroken run: who left and came back was hired anew.
    """
    run = find_first_month_of_run({paid.month for paid in contributions})
    return run if run is not None and run < to_month(starts_on) else starts_on
