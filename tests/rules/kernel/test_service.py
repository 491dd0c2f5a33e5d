"""S3: functions are grouped by whom they serve, and every one is described in both languages."""

from models import Role
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.function_name import FUNCTION_DESCRIPTIONS, ServiceKind
from rules.kernel.service import choose_service_kind, group_services
from rules.kernel.viewer import Language, Viewer
from tests.factories.failures import AllFailures

CHINESE = range(0x4E00, 0x9FFF)


def test_s3_every_function_is_described_in_both_languages() -> None:
    assert set(FUNCTION_DESCRIPTIONS) == set(Function)
    for told in FUNCTION_DESCRIPTIONS.values():
        for text in (told.zh, told.zh_use):
            assert any(ord(c) in CHINESE for c in text), text
        for text in (told.en, told.en_use):
            assert text
            assert not any(ord(c) in CHINESE for c in text), text
    assert len({told.zh for told in FUNCTION_DESCRIPTIONS.values()}) == len(Function)


def test_s2_all_functions_that_one_may_use_are_listed_once() -> None:
    with AllFailures() as failures:
        for role in [role for role in Role if role is not Role.SYSTEM]:
            with failures.at(role):
                found = group_services(Viewer(role=role))
                listed = [each.function for service in found for each in service.functions]
                assert sorted(listed) == sorted(ROLE_FUNCTIONS[role])
                assert all(service.functions for service in found)


def test_s3_what_serves_a_unit_serves_an_agency_in_the_hands_of_its_operator() -> None:
    claims = Function.FILE_CLAIMS
    assert choose_service_kind(claims, Role.UNIT_OPERATOR) is ServiceKind.UNIT
    assert choose_service_kind(claims, Role.AGENCY_OPERATOR) is ServiceKind.AGENCY
    assert choose_service_kind(Function.COMPLETE_INFORMATION, Role.PERSON) is ServiceKind.PERSON
    assert choose_service_kind(Function.REVIEW_CLAIMS, Role.DISTRICT_OFFICER) is ServiceKind.OFFICE
    assert choose_service_kind(Function.KEEP_ACCOUNT, Role.PERSON) is ServiceKind.PERSON


def test_s3_services_speak_the_viewers_language() -> None:
    def name(language: Language) -> tuple[str, str]:
        service = group_services(Viewer(language=language, role=Role.UNIT_OPERATOR))[0]
        return service.name, service.functions[0].name

    assert name(Language.ZH) == ("单位服务", "业务查询")
    assert name(Language.EN) == ("Services for units", "Look up records")


def test_s1_a_stranger_is_offered_nothing() -> None:
    assert group_services(Viewer()) == []
