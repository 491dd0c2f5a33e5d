"""The tour's files: one that is not what it says is refused, a true one is attached (J8)."""

from collections.abc import Mapping
from typing import Any

from demonstration.tour.party import Party

NAME = "营业执照.pdf"
TRUE = b"%PDF-1.7\n% The tour's own business licence.\n%%EOF\n"
FALSE = b"<!DOCTYPE html><title>Not a licence</title>"


def business_licence(party: Party, declaration: Mapping[str, Any]) -> None:
    """Be refused a page that calls itself a document, then attach a document and fetch it."""
    upload = _announced(party, FALSE)
    status, said = party.operator.carry("PUT", upload["url"], FALSE)
    if upload["url"].startswith("/"):  # a store takes anything; then it is judged as it is attached
        party.expect("a page named .pdf", (status, b"FILE_TYPE_DIFFERS" in said), (422, True))
        party.tell(f"A page named {NAME} refused: its content is not what its name says")
    upload = _announced(party, TRUE)
    party.operator.carry("PUT", upload["url"], TRUE)
    (file,) = party.do(
        party.operator,
        "attach",
        recordId=declaration["id"],
        uploadIds=[upload["id"]],
        kind="BUSINESS_LICENCE",
    )
    party.expect("the file", party.officer.carry("GET", file["url"]), (200, TRUE))
    party.tell(f"{file['name']} sent, attached 附件 and fetched again: {file['size']} bytes")


def _announced(party: Party, content: bytes) -> Mapping[str, Any]:
    asked = {"recordKind": "DECLARATION", "name": NAME, "size": len(content)}
    upload: Mapping[str, Any] = party.do(party.operator, "requestUpload", **asked)
    return upload
