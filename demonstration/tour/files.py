"""The tour's files: one that is not what it says is refused, a true one is attached (J8)."""

from collections.abc import Mapping
from typing import Any

from demonstration.tour.session import TourSession

FILE_NAME = "营业执照.pdf"
TRUE_LICENCE = b"%PDF-1.7\n% The tour's own business licence.\n%%EOF\n"
FALSE_LICENCE = b"<!DOCTYPE html><title>Not a licence</title>"


def attach_business_licence(party: TourSession, declaration: Mapping[str, Any]) -> None:
    """Be refused a page that calls itself a document, then attach a document and fetch it."""
    upload = _announce_file(party, FALSE_LICENCE)
    status, said = party.operator.transfer_file("PUT", upload["url"], FALSE_LICENCE)
    if upload["url"].startswith("/"):  # a store takes anything; then it is judged as it is attached
        party.expect_equal("a page named .pdf", (status, b"FILE_TYPE_DIFFERS" in said), (422, True))
        party.report_step(
            f"A page named {FILE_NAME} refused: its content is not what its name says"
        )
    upload = _announce_file(party, TRUE_LICENCE)
    party.operator.transfer_file("PUT", upload["url"], TRUE_LICENCE)
    (file,) = party.expect_success(
        party.operator,
        "attach",
        recordId=declaration["id"],
        uploadIds=[upload["id"]],
        kind="BUSINESS_LICENCE",
    )
    party.expect_equal(
        "the file", party.officer.transfer_file("GET", file["url"]), (200, TRUE_LICENCE)
    )
    party.report_step(f"{file['name']} sent, attached 附件 and fetched again: {file['size']} bytes")


def _announce_file(party: TourSession, content: bytes) -> Mapping[str, Any]:
    asked = {"recordKind": "DECLARATION", "name": FILE_NAME, "size": len(content)}
    upload: Mapping[str, Any] = party.expect_success(party.operator, "requestUpload", **asked)
    return upload
