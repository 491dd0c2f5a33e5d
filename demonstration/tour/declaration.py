"""How the tour's unit is admitted: profile, declaration, parameter (J6-J10, X2, X6)."""

from demonstration.data.number import build_mobile
from demonstration.data.place import TOUR_REGION
from demonstration.tour.account import OPERATOR_NAME
from demonstration.tour.files import attach_business_licence
from demonstration.tour.post import POST_DRAFT
from demonstration.tour.session import TourSession


def complete_profile(party: TourSession) -> None:
    """Complete the unit's profile (J6)."""
    unit = party.expect_success(
        party.operator,
        "completeUnitProfile",
        id=party.unit["id"],
        version=party.unit["version"],
        legalPersonType="ENTERPRISE",
        legalRepresentative="于德海",
        industry="商务服务业",
        address="长春市二道区东盛大街1号",
        employees=46,
        contactName=OPERATOR_NAME,
        contactMobile=build_mobile(9001),
    )
    party.report_step(f"Profile 单位信息 completed: {unit['name']}")


def approve_declaration(party: TourSession) -> None:
    """Be refused a post, then declare, submit and be approved (J8-J10)."""
    words = party.expect_refusal(
        party.operator, "addPost", "DECLARATION_NOT_APPROVED", **POST_DRAFT
    )
    party.report_step(f"Post 岗位 refused before the declaration: {words}")
    row = party.expect_success(
        party.operator,
        "createDeclaration",
        plannedInterns=3,
        monthlyWage="3100.00",
        trainingPlan="岗前培训两周，随后由带教老师指导。",
        accidentInsurance=True,
        staff=[{"name": OPERATOR_NAME, "duty": "见习管理负责人", "mobile": build_mobile(9001)}],
    )
    attach_business_licence(party, row)
    row = party.transition(party.operator, "submitDeclaration", row, "SUBMITTED")
    party.report_step("Declaration 就业见习申报 for 3 interns drafted and submitted")
    party.transition(party.officer, "approveDeclaration", row, "APPROVED")
    party.report_step("Declaration approved by the district's officer 区县经办人")


def approve_parameter(party: TourSession) -> None:
    """Propose a parameter as one administrator and approve it as another (X2, X6)."""
    one, other = party.sign_in("province"), party.sign_in("province-2")
    row = party.expect_success(
        one,
        "proposeParameter",
        key="internship.min_days",
        region=TOUR_REGION,
        value="15",
        effectiveFrom="2024-01-01",
        source="二道区见习考勤办法（巡览示例）",
        confirmed=True,
    )
    decision = {"id": row["id"], "version": row["version"]}
    words = party.expect_refusal(one, "approveParameter", "FOUR_EYES", **decision)
    party.report_step(f"Parameter internship.min_days = 15 proposed; own approval refused: {words}")
    party.transition(other, "approveParameter", row, "APPROVED")
    party.report_step("Parameter 政策参数 approved by the other province administrator 省级管理员")
