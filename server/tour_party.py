"""Who takes part in the tour, and how a step is taken, judged and told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.demonstration.account import PASSWORD, officer
from server.demonstration.applicant import Applicant, of_tour
from server.demonstration.number import credit_code
from server.demonstration.place import PLACES, TOUR_REGION, TOUR_UNITS, Place
from server.tour_document import DECLARED, MUTATIONS, OWN_UNIT
from server.tour_graph import Answer, Graph, TourFailed

USED_UP = (
    "All {count} units that are kept for the tour have a declaration by now. Start afresh with an "
    "empty data directory: JIUYE_HOME=/tmp/jiuye-tour make run"
)


class Party:
    """The accounts of one tour, each signed in once, and the unit whose turn it is."""

    def __init__(self, graph: Graph, say: Callable[[str], None]) -> None:
        self._graph = graph
        self._say = say
        self._steps = 0
        self.officer = self.sign_in(officer(TOUR_REGION, 1))
        number, self.place = self._unused()
        self.applicants: Sequence[Applicant] = of_tour(number)
        self.operator = self.sign_in(self.place.key)
        self.unit: Mapping[str, Any] = self.operator.ask(OWN_UNIT)["viewer"]["unit"]

    def sign_in(self, account: str) -> Graph:
        """Sign in as one of the demonstration's accounts."""
        return self._graph.signed_in(account, PASSWORD)

    def tell(self, line: str) -> None:
        """Tell a step in one line."""
        self._steps += 1
        self._say(f"{self._steps:3}. {line}")

    def do(self, who: Graph, mutation: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        """Carry out what must succeed, and give what it made."""
        answer = self._asked(who, mutation, given)
        wanted = MUTATIONS[mutation]
        if wanted.field not in answer.data:
            raise TourFailed(
                f"After step {self._steps}, {mutation} was to succeed, but: "
                f"{', '.join(answer.reasons)} {answer.message}"
            )
        return answer.data[wanted.field]

    def move(self, who: Graph, mutation: str, row: Mapping[str, Any], status: str) -> Any:  # noqa: ANN401
        """Take a record along a transition, and see that it arrived."""
        moved = self.do(who, mutation, id=row["id"], version=row["version"])
        self.expect(mutation, moved["status"], status)
        return moved

    def refused(self, who: Graph, mutation: str, reason: str, **given: Any) -> str:  # noqa: ANN401
        """Try what must be refused for a reason, and give the words."""
        answer = self._asked(who, mutation, given)
        if reason not in answer.reasons:
            told = ", ".join(answer.reasons) or answer.type_name
            raise TourFailed(
                f"After step {self._steps}, {mutation} was to be refused as {reason}, but: {told}"
            )
        return answer.message

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Compare what was found with what the rules say."""
        if found != wanted:
            raise TourFailed(
                f"After step {self._steps}, {what} was to be {wanted}, but is {found}."
            )

    def _asked(self, who: Graph, mutation: str, given: Mapping[str, Any]) -> Answer:
        wanted = MUTATIONS[mutation]
        return who.change(mutation, wanted.input, given, wanted.selection)

    def _unused(self) -> tuple[int, Place]:
        """Find the first unit of the tour that has no declaration yet."""
        used: set[str] = set()
        asked = {"region": TOUR_REGION, "after": None}
        while True:
            page = self.officer.ask(DECLARED, asked)["declarations"]
            used |= {edge["node"]["unit"]["creditCode"] for edge in page["edges"]}
            if not page["pageInfo"]["hasNextPage"]:
                break
            asked = {"region": TOUR_REGION, "after": page["pageInfo"]["endCursor"]}
        for number, place in enumerate(TOUR_UNITS, 1):
            if credit_code(PLACES.index(place) + 1) not in used:
                return number, place
        raise TourFailed(USED_UP.format(count=len(TOUR_UNITS)))
