"""Changed values are told in words, whatever codes history keeps (X9)."""

from sqlalchemy import Enum

import models
from models import Claim, Declaration, FunctionGrant, History, Intern, OfficeHistory, Trainee, Unit
from rules.kernel.history import FieldChange
from rules.kernel.viewer import Language, Viewer
from schema.kernel.change_label import find_value_kinds, label_changes, label_value
from schema.kernel.enum_words import describe_value
from tests.factories.failures import AllFailures

ZH, EN = Language.ZH, Language.EN


def test_x9_a_code_is_told_by_the_name_that_its_enum_has() -> None:
    """One code means different things in two enums: the field says which is meant."""
    assert label_value(Intern, "category", "SECONDARY_VOCATIONAL", ZH) == "中职毕业生"
    assert label_value(Trainee, "outcome", "OPEN", ZH) == "未认定"
    assert label_value(Claim, "beneficiary", "UNIT", EN) == "Unit"


def test_x9_regions_flags_and_lists_of_codes_are_told_in_words() -> None:
    assert label_value(Claim, "place", "220102", ZH) == "吉林省长春市南关区"
    assert label_value(Declaration, "accident_insurance", "True", ZH) == "是"
    assert label_value(Declaration, "accident_insurance", "False", EN) == "No"
    assert label_value(FunctionGrant, "functions", "REVIEW_CLAIMS, FILE_CLAIMS", ZH) == (
        "补贴审核、补贴申报"
    )
    assert label_value(Claim, "findings", "FAIL 2, PASS 1", ZH) == "不通过 2、通过 1"
    assert label_value(Unit, "counter", "220102", ZH) == "吉林省长春市南关区"


def test_x9_what_is_no_code_is_told_as_it_is_and_an_id_not_at_all() -> None:
    id = f"Post-{'0' * 64}"
    assert label_value(Intern, "name", "OPEN", ZH) == "OPEN"
    assert label_value(Intern, "starts_on", "2025-03-01", EN) == "2025-03-01"
    assert label_value(Intern, "category", "GONE_SINCE", ZH) == "GONE_SINCE"
    assert label_value(Intern, "post_id", id, ZH) is None
    assert label_value(Intern, "destination", "", ZH) is None
    sealed = FieldChange(field="mobile_sealed", field_name="-", before=None, after=None)
    (told,) = label_changes([sealed], Intern, Viewer())
    assert (told.before_label, told.after_label) == (None, None)


def test_x9_every_code_of_every_record_with_a_history_has_a_word_in_both_languages() -> None:
    names = {*History.relations(), *OfficeHistory.relations(), "Unit"}
    with AllFailures() as failures:
        for table in (getattr(models, name) for name in sorted(names)):
            for column in table.__table__.columns:
                kind = column.type.enum_class if isinstance(column.type, Enum) else None
                if kind is None:
                    continue
                with failures.at(table.__name__, column.key):
                    assert find_value_kinds(table).enums[column.key] is kind
                    words = [describe_value(kind.__name__, value) for value in kind]
                    told = [
                        [label_value(table, column.key, str(value), language) for value in kind]
                        for language in (ZH, EN)
                    ]
                    assert told == [[each.zh for each in words], [each.en for each in words]]
