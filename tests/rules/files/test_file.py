"""J8, J15, J25, J33: what a file may be called, how large it may be, and what it may be."""

import unicodedata
from datetime import date

import pytest

from models import AttachedTo, FileType
from rules.files.file import (
    BYTES_PER_MIB,
    MAX_NAME_BYTES,
    AttachmentLimits,
    build_file_headers,
    build_limits,
    find_announcement_faults,
    find_arrival_faults,
    normalize_name,
)
from rules.files.file import guess_type as claimed_by
from rules.kernel.refusal import Fault, Reason
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.factories.rows import an_id_number

TODAY = date(2025, 3, 10)
LIMITS = AttachmentLimits(10, 20, ("PDF", "JPEG", "DOCX"))


def told(name: str = "协议.pdf", size: int = 1000, media_type: str | None = None) -> list[Fault]:
    return list(find_announcement_faults(name, size, media_type, LIMITS))


def why(name: str = "协议.pdf", size: int = 1000, media_type: str | None = None) -> list[object]:
    return [(fault.reason, *fault.path) for fault in told(name, size, media_type)]


@pytest.mark.parametrize(
    "name",
    [
        "a.pdf",
        "见习协议（盖章）.PDF",
        "阿卜杜拉·买买提 协议 v1.2.jpeg",
        "..pdf.pdf",
        "ᠮᠣᠩᠭᠣᠯ\u200d.docx",
        "𠮷野家.pdf",
        "20240715123456789012345678.pdf",
        "汉" * 83 + ".pdf",
        "a" * (MAX_NAME_BYTES - 4) + ".pdf",
    ],
)
def test_a_name_that_people_give_is_kept(name: str) -> None:
    assert why(name) == []
    assert normalize_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "../协议.pdf",
        "..\\协议.pdf",
        "/etc/passwd.pdf",
        "a\0.pdf",
        "a\n.pdf",
        "a\u0085.pdf",
        "协议\u202efdp.exe.pdf",
        "a\u2066b.pdf",
        "a\u200b.pdf",
        "a\u2028.pdf",
        "a\ud800.pdf",
    ],
)
def test_a_name_that_hides_something_or_leads_elsewhere_is_refused(name: str) -> None:
    assert why(name) == [(Reason.FILE_NAME_UNSAFE, "name")]


@pytest.mark.parametrize("name", ["a" * 296 + ".pdf", "汉" * 84 + ".pdf", "e\u0301" * 200 + ".pdf"])
def test_a_name_too_long_for_a_file_system_is_refused(name: str) -> None:
    (fault,) = told(name)
    assert (fault.reason, fault.figures["most"]) == (Reason.FILE_NAME_TOO_LONG, "255")


@pytest.mark.parametrize(
    "name", ["１３８１２３４５６７８.pdf", "138-1234-5678.jpg", "卡6222021234567890128.pdf"]
)
def test_x11_a_name_that_holds_a_mobile_or_card_number_is_refused(name: str) -> None:
    assert why(name) == [(Reason.FILE_NAME_PERSONAL, "name")]


@pytest.mark.parametrize("name", ["{}.pdf", "协议{}号.pdf", "a1{}.jpg", "x-{}-2.docx"])
def test_x11_a_name_that_holds_somebody_s_id_number_is_refused(name: str) -> None:
    number = an_id_number(1)
    given = name.format(number) if "a1{}" not in name else f"a {number.lower()}.jpg"
    assert why(given) == [(Reason.FILE_NAME_PERSONAL, "name")]
    assert not any(number in figure for fault in told(given) for figure in fault.figures.values())


def test_a_name_is_kept_composed() -> None:
    apart = unicodedata.normalize("NFD", "résumé.pdf")
    assert normalize_name(apart) == "résumé.pdf" != apart


def test_composing_a_hostile_name_takes_no_time() -> None:
    name = "a" + "\u0315\u0300" * 500_000
    assert normalize_name(name) is name
    assert why(name + ".pdf") == [(Reason.FILE_NAME_TOO_LONG, "name")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.pdf", FileType.PDF),
        ("a.JPG", FileType.JPEG),
        ("a.b.jpeg", FileType.JPEG),
        ("a.ofd", FileType.OFD),
        ("a.pdf.exe", None),
        ("a.html", None),
        ("a.doc", None),
        ("a.pdf ", None),
        ("pdf", None),
        (".pdf", None),
        (" .pdf", None),
        ("", None),
    ],
)
def test_a_name_claims_a_type_by_its_extension(name: str, found: FileType | None) -> None:
    assert claimed_by(name) is found


@pytest.mark.parametrize("name", ["a.html", "a.exe", "a.xlsx", "pdf", ""])
def test_a_type_that_is_not_among_those_of_the_policy_is_refused_with_those_that_are(
    name: str,
) -> None:
    (fault,) = told(name)
    assert fault.reason is Reason.FILE_TYPE_NOT_ALLOWED
    assert fault.figures == {"types": "PDF, JPEG, DOCX"}


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        (0, Reason.FILE_EMPTY),
        (-1, Reason.FILE_EMPTY),
        (10 * BYTES_PER_MIB + 1, Reason.FILE_TOO_LARGE),
        (200 * BYTES_PER_MIB, Reason.FILE_TOO_LARGE),
    ],
)
def test_a_size_outside_the_limits_is_refused(size: int, reason: Reason) -> None:
    assert why(size=size) == [(reason, "size")]


@pytest.mark.parametrize("size", [1, 10 * BYTES_PER_MIB])
def test_the_limits_themselves_are_allowed(size: int) -> None:
    assert why(size=size) == []


def test_all_that_is_wrong_with_a_file_is_told_at_once() -> None:
    assert why("a/b.html", 0) == [
        (Reason.FILE_NAME_UNSAFE, "name"),
        (Reason.FILE_TYPE_NOT_ALLOWED, "name"),
        (Reason.FILE_EMPTY, "size"),
    ]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.pdf", None),
        ("a.pdf", ""),
        ("a.pdf", "application/pdf"),
        ("a.pdf", "Application/PDF; charset=binary"),
        ("a.pdf", "application/octet-stream"),
        ("a.jpg", "image/jpg"),
        ("a.jpg", "image/pjpeg"),
        ("a.docx", "application/wps-office.docx"),
        ("a.docx", "application/x-zip-compressed"),
    ],
)
def test_what_browsers_say_of_a_type_agrees_with_it(name: str, media_type: str | None) -> None:
    assert why(name, media_type=media_type) == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.pdf", "text/html"),
        ("a.pdf", "image/png"),
        ("a.jpg", "image/png"),
        ("a.jpg", "application/pdf"),
        ("a.docx", "application/pdf"),
        ("a.pdf", "nonsense"),
    ],
)
def test_a_media_type_that_contradicts_the_name_is_refused(name: str, media_type: str) -> None:
    assert why(name, media_type=media_type) == [(Reason.FILE_TYPE_DIFFERS, "mediaType")]


@pytest.mark.parametrize(
    ("found", "size", "reasons"),
    [
        (FileType.PDF, 1000, []),
        (None, 0, [Reason.FILE_EMPTY]),
        (FileType.PDF, 999, [Reason.FILE_INCOMPLETE]),
        (FileType.PDF, 1001, [Reason.FILE_EXCEEDS_SIZE]),
        (None, 1000, [Reason.FILE_TYPE_DIFFERS]),
        (FileType.PNG, 1000, [Reason.FILE_TYPE_DIFFERS]),
    ],
)
def test_the_content_decides_what_a_file_is(
    found: FileType | None, size: int, reasons: list[Reason]
) -> None:
    assert [
        fault.reason for fault in find_arrival_faults(FileType.PDF, 1000, found, size)
    ] == reasons


def test_x6_the_limits_are_the_policy_s_for_the_kind_of_record_and_the_region() -> None:
    own = a_parameter("attachments.max_size", "2", region="220104", category="STAFF")
    policy = build_seed_policy([own])
    assert build_limits(policy, AttachedTo.CLAIM, "220104", TODAY).most_mib == 10
    assert build_limits(policy, AttachedTo.STAFF, "220102", TODAY).most_mib == 10
    found = build_limits(policy, AttachedTo.STAFF, "220104", TODAY)
    assert found == AttachmentLimits(2, 20, ("PDF", "JPEG", "PNG", "DOCX", "XLSX", "OFD"))


def test_a_file_is_sent_to_be_saved_under_its_name() -> None:
    told = build_file_headers('协议 "1";.pdf', FileType.PDF)["Content-Disposition"]
    assert told.isascii()
    assert told == (
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E5%8D%8F%E8%AE%AE%20%221%22%3B.pdf"
    )
