"""S3: functions are grouped by whom they serve, and every one is described in both languages."""

import pytest

from models import Role
from rules.kernel.function import FUNCTIONS, Function
from rules.kernel.function_name import DESCRIBED, ServiceKind
from rules.kernel.service import kind_of, services_of
from rules.kernel.viewer import Language, Viewer

CHINESE = range(0x4E00, 0x9FFF)


def test_s3_every_function_is_described_in_both_languages() -> None:
    assert set(DESCRIBED) == set(Function)
    for told in DESCRIBED.values():
        for text in (told.zh, told.zh_use):
            assert any(ord(c) in CHINESE for c in text), text
        for text in (told.en, told.en_use):
            assert text
            assert not any(ord(c) in CHINESE for c in text), text
    assert len({told.zh for told in DESCRIBED.values()}) == len(Function)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_s2_all_functions_that_one_may_use_are_listed_once(role: Role) -> None:
    found = services_of(Viewer(role=role))
    listed = [each.function for service in found for each in service.functions]
    assert sorted(listed) == sorted(FUNCTIONS[role])
    assert all(service.functions for service in found)


def test_s3_what_serves_a_unit_serves_an_agency_in_the_hands_of_its_operator() -> None:
    claims = Function.FILE_CLAIMS
    assert kind_of(claims, Role.UNIT_OPERATOR) is ServiceKind.UNIT
    assert kind_of(claims, Role.AGENCY_OPERATOR) is ServiceKind.AGENCY
    assert kind_of(Function.COMPLETE_INFORMATION, Role.PERSON) is ServiceKind.PERSON
    assert kind_of(Function.REVIEW_CLAIMS, Role.DISTRICT_OFFICER) is ServiceKind.OFFICE
    assert kind_of(Function.KEEP_ACCOUNT, Role.PERSON) is ServiceKind.PERSON


def test_s3_services_speak_the_viewers_language() -> None:
    def name(language: Language) -> tuple[str, str]:
        service = services_of(Viewer(language=language, role=Role.UNIT_OPERATOR))[0]
        return service.name, service.functions[0].name

    assert name(Language.ZH) == ("单位服务", "业务查询")
    assert name(Language.EN) == ("Services for units", "Look up records")


def test_s1_a_stranger_is_offered_nothing() -> None:
    assert services_of(Viewer()) == []
