"""Who takes part in the tour, and how a step is taken, judged and told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from demonstration.data.account import PASSWORD, get_officer_username
from demonstration.data.applicant import Applicant
from demonstration.data.place import TOUR_REGION
from demonstration.data.tour_reserve import MAX_TOURS, build_tour_interns, build_unit_code
from demonstration.tour.client import GraphClient, MutationAnswer, TourFailed
from demonstration.tour.document import (
    AGREEMENT_QUERY,
    MUTATIONS,
    REGISTERED_UNITS_QUERY,
    VIEWER_QUERY,
)
from demonstration.tour.subsidy_document import SUBSIDIES
from demonstration.tour.training_document import TRAINING

MUTATION_SHAPES = MUTATIONS | SUBSIDIES | TRAINING
USED_UP_MESSAGE = (
    "All {count} units that are kept for the tour have registered by now. Start afresh with an "
    "empty data directory: JIUYE_HOME=/tmp/jiuye-tour make run"
)


class TourSession:
    """The accounts of one tour, each signed in once, and the unit whose turn it is.

    Legal person, operator and person are strangers until they have registered.
    """

    def __init__(self, graph: GraphClient, say: Callable[[str], None]) -> None:
        self._say = say
        self._steps = 0
        self.stranger = self.legal = self.operator = self.person = graph
        self.officer = self.sign_in(get_officer_username(TOUR_REGION, 1))
        self.number = self._find_unused_number()
        self.applicants: Sequence[Applicant] = build_tour_interns(self.number)
        self.unit: Mapping[str, Any] = {}

    @property
    def key(self) -> str:
        """Return what the accounts' names of this tour begin with."""
        return f"tour-{self.number:02d}"

    def sign_in(self, account: str) -> GraphClient:
        """Sign in with the demonstration's one password."""
        return self.stranger.sign_in(account, PASSWORD)

    def register_account(
        self,
        mutation: str,
        account: str,
        region: str = TOUR_REGION,
        **given: Any,  # noqa: ANN401 - JSON
    ) -> GraphClient:
        """Open an account, with the agreement as it stands now, and be signed in as it."""
        stated = self.build_registration(account, region)
        token: str = self.expect_success(self.stranger, mutation, **stated, **given)
        return self.stranger.with_token(token)

    def prove_person(
        self,
        officer: GraphClient,
        account: str,
        **card: Any,  # noqa: ANN401 - JSON
    ) -> GraphClient:
        """Show the identity card at an officer's counter, and sign in to one's own record."""
        self.expect_success(officer, "confirmPerson", account=account, **card)
        return self.sign_in(account)

    def verify_unit(self, officer: GraphClient, unit: Mapping[str, Any]) -> Mapping[str, Any]:
        """Show the unit's licence at an officer's counter; from then on it files what it drafts."""
        shown = {"id": unit["id"], "version": unit["version"], "basis": "营业执照原件"}
        row: Mapping[str, Any] = self.expect_success(officer, "verifyUnit", **shown)
        return {**unit, **row}

    def build_registration(self, account: str, region: str = TOUR_REGION) -> Mapping[str, Any]:
        """Return what everybody states who opens an account, but for who they are."""
        rules = self.stranger.ask(AGREEMENT_QUERY, {"region": region})["accountRules"]
        agreed = {"agreementVersion": rules["agreementVersion"]}
        return {"account": account, "password": PASSWORD, "region": region} | agreed

    def ask_viewer(self, who: GraphClient) -> Mapping[str, Any]:
        """Ask who somebody is to the service."""
        viewer: Mapping[str, Any] = who.ask(VIEWER_QUERY)["viewer"]
        return viewer

    def report_step(self, line: str) -> None:
        """Report a step in one line."""
        self._steps += 1
        self._say(f"{self._steps:3}. {line}")

    def expect_success(self, who: GraphClient, mutation: str, /, **given: Any) -> Any:  # noqa: ANN401 - JSON
        """Carry out what must succeed, and give what it made."""
        answer = self._send_mutation(who, mutation, given)
        if not answer.done:
            raise TourFailed(
                f"After step {self._steps}, {mutation} was to succeed, but: "
                f"{', '.join(answer.reasons)} {answer}"
            )
        field = MUTATION_SHAPES[mutation].field
        return answer.data[field] if field else answer.data

    def transition(
        self, who: GraphClient, mutation: str, row: Mapping[str, Any], status: str
    ) -> Any:  # noqa: ANN401
        """Take a record along a transition, and see that it arrived."""
        moved = self.expect_success(who, mutation, id=row["id"], version=row["version"])
        self.expect_equal(mutation, moved["status"], status)
        return moved

    def expect_refusal(
        self,
        who: GraphClient,
        mutation: str,
        reason: str,
        /,
        **given: Any,  # noqa: ANN401 - JSON
    ) -> MutationAnswer:
        """Try what must be refused for a reason, and give the no."""
        answer = self._send_mutation(who, mutation, given)
        if reason not in answer.reasons:
            told = ", ".join(answer.reasons) or answer.type_name
            raise TourFailed(
                f"After step {self._steps}, {mutation} was to be refused as {reason}, but: {told}"
            )
        return answer

    def try_mutation(self, who: GraphClient, mutation: str, /, **given: Any) -> MutationAnswer:  # noqa: ANN401 - JSON
        """Try what may succeed or be refused, and give the answer."""
        return self._send_mutation(who, mutation, given)

    def expect_equal(self, what: str, found: object, wanted: object) -> None:
        """Compare what was found with what the rules say."""
        if found != wanted:
            raise TourFailed(
                f"After step {self._steps}, {what} was to be {wanted}, but is {found}."
            )

    def _send_mutation(
        self, who: GraphClient, mutation: str, given: Mapping[str, Any]
    ) -> MutationAnswer:
        return who.execute_mutation(mutation, MUTATION_SHAPES[mutation], given)

    def _find_unused_number(self) -> int:
        """Find the first unit that is kept for the tour and has not registered yet."""
        used: set[str] = set()
        asked = {"region": TOUR_REGION, "after": None}
        while True:
            page = self.officer.ask(REGISTERED_UNITS_QUERY, asked)["units"]
            used |= {edge["node"]["creditCode"] for edge in page["edges"]}
            if not page["pageInfo"]["hasNextPage"]:
                break
            asked = {"region": TOUR_REGION, "after": page["pageInfo"]["endCursor"]}
        for number in range(1, MAX_TOURS + 1):
            if build_unit_code(number) not in used:
                return number
        raise TourFailed(USED_UP_MESSAGE.format(count=MAX_TOURS))
