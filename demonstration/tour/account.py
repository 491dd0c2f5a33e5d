"""How the tour's unit comes to its accounts: registration, an operator, a QR code (J1, J3, J4)."""

from datetime import date

from demonstration.data.account import PASSWORD
from demonstration.data.number import id_number, mobile
from demonstration.data.touring import code_of
from demonstration.tour.party import Party

OPERATOR = "兰心"
DIGITS = "0123456789"


def registration(party: Party) -> None:
    """Register the unit, after a refusal: its credit code's check digit was wrong (J1)."""
    right = code_of(party.number)
    wrong = right[:-1] + next(digit for digit in DIGITS if digit != right[-1])
    account = f"{party.key}-legal"
    given = {
        "name": f"长春市二道区示范见习单位{party.number}号有限公司",
        "legalPersonType": "ENTERPRISE",
        "legalRepresentative": "于德海",
        "idNumber": id_number(500 + party.number, date(1976, 5, 4), female=False),
        "mobile": mobile(8000 + party.number),
    }
    stated = {**party.registering(account), **given, "creditCode": wrong}
    no = party.refused(party.stranger, "registerUnit", "CREDIT_CODE_CHECKSUM", **stated)
    party.tell(f"Registration 法人注册 with credit code {wrong} refused: {no}")
    party.legal = party.register("registerUnit", account, **given, creditCode=right)
    viewer = party.viewer(party.legal)
    party.unit = viewer["unit"]
    party.expect("the unit's credit code", party.unit["creditCode"], right)
    version = stated["agreementVersion"]
    party.tell(f"Unit registered, agreement 协议 {version} accepted: {party.unit['name']}, {right}")


def operator(party: Party) -> None:
    """Let the legal person add an operator, who works from now on (J3)."""
    row = party.do(party.legal, "addOperator", account=party.key, name=OPERATOR, password=PASSWORD)
    party.expect("the new account's role", row["role"], "UNIT_OPERATOR")
    party.operator = party.sign_in(row["username"])
    party.tell(f"Operator 经办人 {row['name']} added by the legal person; signed in")


def qr_code(party: Party) -> None:
    """Sign a browser in by a QR code that the operator approves; it is good once (J4)."""
    browser = party.stranger
    ticket = party.do(browser, "requestSignInTicket")
    secret = {"secret": ticket["secret"]}
    party.expect("the session", party.do(browser, "redeemSignInTicket", **secret), None)
    party.do(party.operator, "approveSignInTicket", ticket=ticket["ticket"])
    session = party.do(browser, "redeemSignInTicket", **secret)
    name = party.viewer(browser.carrying(session["accessToken"]))["name"]
    party.expect("who is signed in by QR code", name, OPERATOR)
    party.tell(f"QR code 扫码登录 shown, approved by {name}, and exchanged for a session")
    no = party.refused(browser, "redeemSignInTicket", "TICKET_USED", **secret)
    party.tell(f"The same code a second time refused: {no}")
