"""The tour's person: not on file, then registered, complete and found; at last the payee (J16)."""

from collections.abc import Mapping, Sequence
from typing import Any

from demonstration.data.place import TOUR_REGION
from demonstration.tour.document import OWN_LINES_QUERY
from demonstration.tour.session import TourSession


def register_person(party: TourSession) -> None:
    """Be refused a person who has not completed their information; they register and do (J16)."""
    who = party.applicants[0]
    asked = {"idNumber": who.id_number, "name": who.name}
    no = party.expect_refusal(party.operator, "lookUpPerson", "PERSON_NOT_ON_FILE", **asked)
    party.report_step(f"Look-up 人员查询 refused: {no} {no.cure}")
    account, named = f"{party.key}-person", {**asked, "mobile": who.mobile}
    party.person = party.register_account("registerPerson", account, **named)
    party.report_step(f"The person registers 个人注册: {who.name}")
    party.person = party.prove_person(party.officer, account, **named)
    party.report_step("At the counter the person proves who they are 核实身份, by identity card")
    own = party.ask_viewer(party.person)["person"]
    party.expect_success(
        party.person,
        "completeInformation",
        **own,
        mobile=who.mobile,
        region=TOUR_REGION,
        education=who.education,
        school=who.school,
        graduatedOn=who.graduated_on.isoformat() if who.graduated_on else None,
    )
    party.expect_success(party.operator, "lookUpPerson", **asked)
    party.report_step(
        "Basic information 就业基本信息 completed; the unit's look-up finds the person now"
    )


def check_own_lines(party: TourSession, wanted: Sequence[tuple[str, str]]) -> None:
    """Check what the person sees was claimed in their name, and by whom (J16)."""
    viewer: Mapping[str, Any] = party.person.ask(OWN_LINES_QUERY)["viewer"]
    lines = [edge["node"] for edge in viewer["person"]["claimLines"]["edges"]]
    found = sorted((line["kind"], line["amount"]) for line in lines)
    party.expect_equal("what was claimed in the person's name", found, sorted(wanted))
    party.expect_equal(
        "the claims that the person sees", {line["claim"] is None for line in lines}, {True}
    )
    told = ", ".join(f"{kind} {amount}" for kind, amount in found)
    party.report_step(f"{viewer['name']} sees what was claimed in their name 本人补贴: {told}")
