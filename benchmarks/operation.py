"""What is asked of every server: the flagship query, the mutation, and on whose word."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson

from benchmarks import chain, register, scale
from benchmarks.scale import made
from gateways.access_token import TokenClaims, TokenIssuer
from loaders.key import Key
from models import Role

CLAIM = """{ id status amount unit { id name creditCode }
  lines { id amount intern { id name idNumberMasked category post { id name }
    monthlyReports(from: $from, to: $to) { id month wagePaid payableSubsidy status } } } }"""

FLAGSHIP = f"""query Flagship($first: Int!, $from: YearMonth, $to: YearMonth) {{
  claims(first: $first) {{ edges {{ node {CLAIM} }} }} }}"""

CURSORS = """query Cursors($after: String) {
  claims(first: 100, after: $after) { pageInfo { endCursor } } }"""

SUBMIT = """mutation Submit($id: ID!, $version: Int!) {
  submitMonthlyReports(input: {records: [{id: $id, version: $version}]}) {
    __typename ... on MonthlyReportsPayload {
      monthlyReports { id month status version payableSubsidy } } } }"""

POINT_READ = """query Report($id: ID!) {
  node(id: $id) { ... on MonthlyReport { id month status payableSubsidy } } }"""

MONTHS = {"from": scale.FROM_MONTH, "to": scale.TO_MONTH}
PAGE = 100
"""The most that this service answers of a list at once."""


class Body(NamedTuple):
    """What is posted, and on whose word."""

    content: bytes
    token: str | None


def flagship_pages(cursors: list[str | None]) -> str:
    """Ask for several pages of 100 claims in one operation: lists are capped at 100."""
    pages = (
        f"p{n}: claims(first: {PAGE}, after: {orjson.dumps(cursor).decode()}) "
        f"{{ edges {{ node {{ ...Whole }} }} }}"
        for n, cursor in enumerate(cursors)
    )
    return (
        f"query Pages($from: YearMonth, $to: YearMonth) {{ {' '.join(pages)} }} "
        f"fragment Whole on Claim {CLAIM}"
    )


def graphql(query: str, **variables: object) -> bytes:
    """Spell a GraphQL request."""
    return orjson.dumps({"query": query, "variables": variables})


class Desk:
    """Signs in the accounts of the measured database."""

    def __init__(self, key: bytes) -> None:
        self.tokens = TokenIssuer(key, timedelta(days=1))

    def officer(self) -> str:
        """Issue the token of a district's officer, who sees the district."""
        district = scale.OFFICERS_DISTRICT
        return self._issued(
            TokenClaims(
                account=made("officer", 0),
                session=made("session", 0),
                name="officer",
                role=Role.DISTRICT_OFFICER,
                region=district,
                unit=None,
                person=None,
            )
        )

    def operator(self, unit: int) -> str:
        """Issue the token of a unit's operator."""
        return self._issued(
            TokenClaims(
                account=made("account", unit),
                session=made("session", unit + 1),
                name=register.person_name(unit + 3_000_000),
                role=Role.UNIT_OPERATOR,
                region=register.region_of(unit),
                unit=made("unit", unit),
                person=None,
                verified=True,
            )
        )

    def _issued(self, claims: TokenClaims) -> str:
        now = datetime.now(UTC)
        return self.tokens.issue_access_token(claims._replace(proved_at=now), now)


class Draft(NamedTuple):
    """A monthly report that waits to be submitted, and by whom."""

    id: str
    unit: int


def drafts() -> Iterator[Draft]:
    """List the drafts, unit by unit in turns, so that requests seldom meet in one unit."""
    month = max(scale.MONTHS) - 1
    for nth in range(scale.INTERNS_EACH):
        for unit in range(scale.UNITS):
            intern = unit * scale.INTERNS_EACH + nth
            if chain.reports_of(intern) > month:
                parts = made("unit", unit), made("report", chain.report_number(intern, month))
                yield Draft(Key("MonthlyReport", parts).format_global_id(), unit)
