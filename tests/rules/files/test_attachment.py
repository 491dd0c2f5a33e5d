"""J8, J15, J25, J33: which documents a record needs, and while what its attachments change."""

from datetime import date
from itertools import product
from uuid import UUID

import pytest

from models import (
    AttachedTo,
    Base,
    ClaimKind,
    DeclarationStaff,
    DocumentKind,
    QualificationKind,
    Role,
    Status,
    StoredFile,
)
from rules.files.attachment import (
    DOCUMENT_NAMES,
    find_attaching_fault,
    find_count_faults,
    find_function_fault,
    find_host,
    find_missing_document_faults,
    get_host,
    list_hosts,
    list_required_documents,
)
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.parameter import PARAMETER_KEYS
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer
from rules.kernel.wording import format_fault
from tests.factories.failures import AllFailures
from tests.factories.parameter import a_parameter, build_seed_policy

TODAY = date(2025, 3, 10)
OPERATOR = Viewer(
    language=Language.EN,
    account_id=UUID(int=1),
    name="operator",
    role=Role.UNIT_OPERATOR,
    region="220104",
    unit_id=UUID(int=9),
)
OFFICER = Viewer(
    language=Language.EN,
    account_id=UUID(int=2),
    name="officer",
    role=Role.DISTRICT_OFFICER,
    region="220104",
)
K = DocumentKind


def test_every_kind_of_document_is_named_in_both_languages() -> None:
    assert set(DOCUMENT_NAMES) == set(DocumentKind)
    assert all(named.en.isascii() and not named.zh.isascii() for named in DOCUMENT_NAMES.values())


def test_j8_both_levels_of_a_declaration_and_every_other_record_have_attachments() -> None:
    hosts = list(list_hosts())
    assert sorted(host.to for host in hosts) == sorted(AttachedTo)
    assert get_host(AttachedTo.STAFF).table is DeclarationStaff
    for host in hosts:
        assert find_host(host.table) == host
        assert host.function in ROLE_FUNCTIONS[Role.UNIT_OPERATOR]


def test_documents_can_be_demanded_of_every_record_that_has_attachments() -> None:
    demanded = {*PARAMETER_KEYS["attachments.required"].categories}
    of_kinds = {AttachedTo.CLAIM, AttachedTo.QUALIFICATION}
    assert demanded == {*AttachedTo} - of_kinds | {*ClaimKind, *QualificationKind}


def test_whoever_may_attach_to_anything_holds_the_function_to_attach() -> None:
    for functions in ROLE_FUNCTIONS.values():
        assert (Function.ATTACH_FILES in functions) == any(
            host.function in functions for host in list_hosts()
        )


def test_attachments_change_while_the_record_may() -> None:
    with AllFailures() as failures:
        for status, to in product(Status, AttachedTo):
            with failures.at(status, to):
                found = find_attaching_fault(
                    get_host(to), status, OPERATOR.account_id, None, OPERATOR
                )
                if status in {Status.DRAFT, Status.RETURNED}:
                    assert found is None
                else:
                    assert found is not None
                    assert found.reason is Reason.WRONG_STATUS


def test_j10_a_post_that_nobody_had_to_submit_takes_attachments_as_it_takes_changes() -> None:
    post = get_host(AttachedTo.POST)
    assert find_attaching_fault(post, Status.APPROVED, None, None, OPERATOR) is None


def test_j38_a_held_report_s_attachments_stay() -> None:
    report = get_host(AttachedTo.MONTHLY_REPORT)
    found = find_attaching_fault(report, Status.RETURNED, None, UUID(int=5), OPERATOR)
    assert found is not None
    assert found.reason is Reason.REPORT_HELD


def test_s1_whoever_does_not_file_the_record_attaches_nothing_to_it() -> None:
    for to in AttachedTo:
        found = find_function_fault(to, OFFICER)
        assert found is not None
        assert found.reason is Reason.FORBIDDEN
        assert "LEGAL_PERSON / UNIT_OPERATOR" in found.figures["holders"]
        assert find_attaching_fault(get_host(to), Status.DRAFT, None, None, OFFICER) == found
        assert find_function_fault(to, OPERATOR) is None


def test_nothing_is_demanded_until_a_parameter_demands_it() -> None:
    for category in PARAMETER_KEYS["attachments.required"].categories:
        assert list_required_documents(build_seed_policy(), category, "220104", TODAY) == ()


def test_x6_what_is_demanded_follows_region_category_and_day() -> None:
    policy = build_seed_policy(
        [
            a_parameter("attachments.required", "DIPLOMA", category="INTERN"),
            a_parameter(
                "attachments.required",
                "DIPLOMA,INTERNSHIP_AGREEMENT",
                region="220104",
                category="INTERN",
                effective_from=date(2025, 1, 1),
            ),
        ]
    )
    assert list_required_documents(policy, "STAFF", "220104", TODAY) == ()
    assert list_required_documents(policy, "INTERN", "220102", TODAY) == (K.DIPLOMA,)
    assert list_required_documents(policy, "INTERN", "220104", TODAY) == (
        K.DIPLOMA,
        K.INTERNSHIP_AGREEMENT,
    )
    assert list_required_documents(policy, "INTERN", "220104", date(2024, 12, 31)) == (K.DIPLOMA,)
    assert list_required_documents(policy, "INTERN", "510104", TODAY) == ()


def test_what_lacks_is_named_in_both_languages_each_once() -> None:
    needed = (K.DIPLOMA, K.INTERNSHIP_AGREEMENT, K.DIPLOMA, K.OTHER)
    (fault,) = find_missing_document_faults(needed, {K.OTHER}, ("records", 3))
    assert fault.path == ("records", 3)
    assert format_fault(fault, Language.ZH).text == "缺少材料：毕业证书、就业见习协议。"
    assert (
        format_fault(fault, Language.EN).text
        == "Documents are missing: diploma, internship agreement."
    )


def test_what_is_there_lacks_nothing() -> None:
    assert list(find_missing_document_faults((K.DIPLOMA,), {K.DIPLOMA, K.OTHER}, ())) == []
    assert list(find_missing_document_faults((), set(), ())) == []


@pytest.mark.parametrize(
    ("there", "more", "refused"), [(0, 20, False), (19, 1, False), (20, 1, True)]
)
def test_a_record_has_no_more_files_than_the_policy_says(
    there: int, more: int, *, refused: bool
) -> None:
    assert bool(list(find_count_faults(there, more, 20))) == refused


def test_every_table_of_stored_files_says_whose_its_rows_are() -> None:
    tables = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, StoredFile)]
    assert tables
    assert all(table.owner for table in tables)
