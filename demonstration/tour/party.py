"""Who takes part in the tour, and how a step is taken, judged and told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from demonstration.data.account import PASSWORD, officer
from demonstration.data.applicant import Applicant
from demonstration.data.place import TOUR_REGION
from demonstration.data.touring import TOURS, code_of, interns_of
from demonstration.tour.document import AGREEMENT, MUTATIONS, REGISTERED, VIEWER
from demonstration.tour.graph import Answer, Graph, TourFailed
from demonstration.tour.subsidy_document import SUBSIDIES
from demonstration.tour.training_document import TRAINING

WANTED = MUTATIONS | SUBSIDIES | TRAINING
USED_UP = (
    "All {count} units that are kept for the tour have registered by now. Start afresh with an "
    "empty data directory: JIUYE_HOME=/tmp/jiuye-tour make run"
)


class Party:
    """The accounts of one tour, each signed in once, and the unit whose turn it is.

    Legal person, operator and person are strangers until they have registered.
    """

    def __init__(self, graph: Graph, say: Callable[[str], None]) -> None:
        self._say = say
        self._steps = 0
        self.stranger = self.legal = self.operator = self.person = graph
        self.officer = self.sign_in(officer(TOUR_REGION, 1))
        self.number = self._next()
        self.applicants: Sequence[Applicant] = interns_of(self.number)
        self.unit: Mapping[str, Any] = {}

    @property
    def key(self) -> str:
        """Give what the accounts' names of this tour begin with."""
        return f"tour-{self.number:02d}"

    def sign_in(self, account: str) -> Graph:
        """Sign in with the demonstration's one password."""
        return self.stranger.signed_in(account, PASSWORD)

    def register(
        self,
        mutation: str,
        account: str,
        region: str = TOUR_REGION,
        **given: Any,  # noqa: ANN401 - JSON
    ) -> Graph:
        """Open an account, with the agreement as it stands now, and be signed in as it."""
        stated = self.registering(account, region)
        token: str = self.do(self.stranger, mutation, **stated, **given)
        return self.stranger.carrying(token)

    def registering(self, account: str, region: str = TOUR_REGION) -> Mapping[str, Any]:
        """Give what everybody states who opens an account, but for who they are."""
        rules = self.stranger.ask(AGREEMENT, {"region": region})["accountRules"]
        agreed = {"agreementVersion": rules["agreementVersion"]}
        return {"account": account, "password": PASSWORD, "region": region} | agreed

    def viewer(self, who: Graph) -> Mapping[str, Any]:
        """Ask who somebody is to the service."""
        viewer: Mapping[str, Any] = who.ask(VIEWER)["viewer"]
        return viewer

    def tell(self, line: str) -> None:
        """Tell a step in one line."""
        self._steps += 1
        self._say(f"{self._steps:3}. {line}")

    def do(self, who: Graph, mutation: str, /, **given: Any) -> Any:  # noqa: ANN401 - JSON
        """Carry out what must succeed, and give what it made."""
        answer = self._asked(who, mutation, given)
        if not answer.done:
            raise TourFailed(
                f"After step {self._steps}, {mutation} was to succeed, but: "
                f"{', '.join(answer.reasons)} {answer}"
            )
        field = WANTED[mutation].field
        return answer.data[field] if field else answer.data

    def move(self, who: Graph, mutation: str, row: Mapping[str, Any], status: str) -> Any:  # noqa: ANN401
        """Take a record along a transition, and see that it arrived."""
        moved = self.do(who, mutation, id=row["id"], version=row["version"])
        self.expect(mutation, moved["status"], status)
        return moved

    def refused(
        self,
        who: Graph,
        mutation: str,
        reason: str,
        /,
        **given: Any,  # noqa: ANN401 - JSON
    ) -> Answer:
        """Try what must be refused for a reason, and give the no."""
        answer = self._asked(who, mutation, given)
        if reason not in answer.reasons:
            told = ", ".join(answer.reasons) or answer.type_name
            raise TourFailed(
                f"After step {self._steps}, {mutation} was to be refused as {reason}, but: {told}"
            )
        return answer

    def attempt(self, who: Graph, mutation: str, /, **given: Any) -> Answer:  # noqa: ANN401 - JSON
        """Try what may succeed or be refused, and give the answer."""
        return self._asked(who, mutation, given)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Compare what was found with what the rules say."""
        if found != wanted:
            raise TourFailed(
                f"After step {self._steps}, {what} was to be {wanted}, but is {found}."
            )

    def _asked(self, who: Graph, mutation: str, given: Mapping[str, Any]) -> Answer:
        return who.change(mutation, WANTED[mutation], given)

    def _next(self) -> int:
        """Find the first unit that is kept for the tour and has not registered yet."""
        used: set[str] = set()
        asked = {"region": TOUR_REGION, "after": None}
        while True:
            page = self.officer.ask(REGISTERED, asked)["units"]
            used |= {edge["node"]["creditCode"] for edge in page["edges"]}
            if not page["pageInfo"]["hasNextPage"]:
                break
            asked = {"region": TOUR_REGION, "after": page["pageInfo"]["endCursor"]}
        for number in range(1, TOURS + 1):
            if code_of(number) not in used:
                return number
        raise TourFailed(USED_UP.format(count=TOURS))
