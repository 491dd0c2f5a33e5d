"""How the tour's unit comes to its accounts: registration, an operator, a QR code (J1, J3, J4)."""

from datetime import date

from demonstration.data.account import PASSWORD
from demonstration.data.number import build_id_number, build_mobile
from demonstration.data.tour_reserve import build_unit_code
from demonstration.tour.session import TourSession

OPERATOR_NAME = "兰心"
FIRST_PASSWORD = "given-by-the-legal-person-2026"  # noqa: S105 - changed at once
DIGITS = "0123456789"


def register_unit(party: TourSession) -> None:
    """Register the unit, after a refusal: its credit code's check digit was wrong (J1)."""
    right = build_unit_code(party.number)
    wrong = right[:-1] + next(digit for digit in DIGITS if digit != right[-1])
    account = f"{party.key}-legal"
    given = {
        "name": f"长春市二道区示范见习单位{party.number}号有限公司",
        "legalPersonType": "ENTERPRISE",
        "legalRepresentative": "于德海",
        "idNumber": build_id_number(500 + party.number, date(1976, 5, 4), female=False),
        "mobile": build_mobile(8000 + party.number),
    }
    stated = {**party.build_registration(account), **given, "creditCode": wrong}
    no = party.expect_refusal(party.stranger, "registerUnit", "CREDIT_CODE_CHECKSUM", **stated)
    party.report_step(f"Registration 法人注册 with credit code {wrong} refused: {no}")
    party.legal = party.register_account("registerUnit", account, **given, creditCode=right)
    viewer = party.ask_viewer(party.legal)
    party.unit = viewer["unit"]
    party.expect_equal("the unit's credit code", party.unit["creditCode"], right)
    version = stated["agreementVersion"]
    party.report_step(
        f"Unit registered, agreement 协议 {version} accepted: {party.unit['name']}, {right}"
    )


def verify_unit(party: TourSession) -> None:
    """Be refused a look-up before an officer has seen the unit's licence, then show it (X18)."""
    who = {"idNumber": party.applicants[0].id_number, "name": party.applicants[0].name}
    no = party.expect_refusal(party.legal, "lookUpPerson", "FORBIDDEN", **who)
    party.report_step(f"Look-up 人员查询 by a unit that is not verified refused: {no}")
    party.unit = party.verify_unit(party.officer, party.unit)
    party.report_step(f"Unit verified 核实单位 by its licence 营业执照: {party.unit['name']}")


def add_operator(party: TourSession) -> None:
    """Add an operator as the legal person, who works on once they have a password (J3, X28)."""
    given = {"account": party.key, "name": OPERATOR_NAME, "password": FIRST_PASSWORD}
    row = party.expect_success(party.legal, "addOperator", **given)
    party.expect_equal("the new account's role", row["role"], "UNIT_OPERATOR")
    party.operator = party.stranger.sign_in(row["username"], FIRST_PASSWORD)
    own = {"present": FIRST_PASSWORD, "password": PASSWORD}
    party.expect_success(party.operator, "changePassword", **own)
    party.report_step(
        f"Operator 经办人 {row['name']} added by the legal person; signed in, and set a password"
    )


def sign_in_by_qr_code(party: TourSession) -> None:
    """Sign a browser in by a QR code that the operator approves; it is good once (J4)."""
    browser = party.stranger
    ticket = party.expect_success(browser, "requestSignInTicket")
    secret = {"secret": ticket["secret"]}
    shown = {"ticket": ticket["ticket"], "number": ticket["number"]}
    party.expect_equal(
        "the session", party.expect_success(browser, "redeemSignInTicket", **secret), None
    )
    party.expect_success(party.operator, "approveSignInTicket", **shown)
    session = party.expect_success(browser, "redeemSignInTicket", **secret)
    name = party.ask_viewer(browser.with_token(session["accessToken"]))["name"]
    party.expect_equal("who is signed in by QR code", name, OPERATOR_NAME)
    party.report_step(f"QR code 扫码登录 shown, approved by {name}, and exchanged for a session")
    no = party.expect_refusal(browser, "redeemSignInTicket", "TICKET_USED", **secret)
    party.report_step(f"The same code a second time refused: {no}")
