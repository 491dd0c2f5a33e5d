"""What functions open of a region for reading (X10, rulebook section 5)."""

from models import AttachedTo, Attachment, Base, History, OfficeHistory, Reading, Role
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.history import Subject
from rules.kernel.reading import ALL_READINGS, list_readings
from rules.kernel.record_kind import Party, list_record_kinds
from tests.factories.failures import AllFailures


def list_readings_of(role: Role, *functions: Function) -> set[str]:
    return {each.value for each in list_readings(role, frozenset(functions))}


def is_open(table: type[Base], readings: frozenset[Reading]) -> bool:
    ways = table.read_by
    return not ways or any(way.reading is None or way.reading in readings for way in ways)


def list_values(table: type[Base]) -> set[str]:
    """List the kinds of record that some reading opens in a table of many kinds."""
    return {str(value) for way in table.read_by for value in way.among}


def test_x10_who_settles_objections_reads_them_and_what_is_published() -> None:
    found = list_readings_of(Role.DISTRICT_OFFICER, Function.SETTLE_OBJECTIONS)
    assert found == {"PUBLISHED", "OBJECTIONS"}


def test_x10_finance_reads_what_is_approved_and_paid_whatever_else_is_granted() -> None:
    found = list_readings_of(Role.FINANCE, *ROLE_FUNCTIONS[Role.FINANCE])
    assert found == {"APPROVED", "PUBLISHED", "PAYMENTS"}


def test_x10_statistics_files_and_numbers_open_no_record_by_themselves() -> None:
    alone = (Function.READ_STATISTICS, Function.EXPORT_LISTS, Function.SEARCH_BY_ID_NUMBER)
    further = (Function.UNMASK_PERSONAL_DATA, Function.SEE_WORK_QUEUE, Function.READ_RECORDS)
    assert list_readings_of(Role.DISTRICT_OFFICER, *alone, *further) == set()


def test_x10_administrators_read_the_region_tree_but_no_figure_that_is_only_proposed() -> None:
    for role in (Role.DISTRICT_ADMINISTRATOR, Role.CITY_ADMINISTRATOR):
        assert list_readings(role, ROLE_FUNCTIONS[role]) == ALL_READINGS - {Reading.PROPOSALS}
    for role in (Role.PROVINCE_ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM):
        assert list_readings(role, ROLE_FUNCTIONS[role]) == ALL_READINGS


def test_x10_whoever_decides_on_a_kind_of_record_reads_it() -> None:
    with AllFailures() as failures:
        for kind in list_record_kinds():
            for party, function in kind.functions.items():
                if party not in {Party.OWNER, Party.NOBODY}:
                    with failures.at(f"{kind.kind} by {function}"):
                        opened = list_readings(Role.DISTRICT_OFFICER, frozenset({function}))
                        assert is_open(kind.table, opened)


def test_x10_of_each_table_of_many_kinds_every_kind_is_opened_by_some_reading() -> None:
    """A new kind of record, file or step can't be forgotten."""
    assert list_values(Attachment) == {each.value for each in AttachedTo}
    told = list_values(History) | list_values(OfficeHistory)
    assert told == {each.value for each in Subject}
    assert {each.__name__ for each in History.tables} <= list_values(History)
    assert {each.__name__ for each in OfficeHistory.tables} <= list_values(OfficeHistory)
