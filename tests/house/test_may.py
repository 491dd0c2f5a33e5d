"""Every field says who may use it, and every word of the schema is explained in Chinese too."""

import re
from collections import Counter
from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    specified_directives,
)

from rules.kernel.function import FUNCTION_HOLDERS, Function
from schema.kernel.enum_words import VALUE_SENTENCES
from schema.kernel.input_words import FIELD_WORDS, OWN_FIELD_WORDS
from tests.factories.failures import AllFailures
from tests.schema.shape import (
    ANONYMOUS_MUTATIONS,
    KEYLESS_MUTATIONS,
    MUTATIONS,
    QUERIES,
    SCHEMA,
    list_record_types,
    read_may,
)

OPEN = {
    *{
        "viewer",
        "regions",
        "enumLabels",
        "accountRules",
        "signInProviders",
        "riskControls",
        "publicNotices",
        "publicNotice",
    },
    "rateLimit",
    *ANONYMOUS_MUTATIONS,
}
"""What anybody may use, signed in or not."""

OWN = [t for t in SCHEMA.type_map.values() if not is_introspection_type(t)]
CHINESE = range(0x4E00, 0x9FFF)


def is_bilingual(text: str | None) -> bool:
    letters = text or ""
    return any(ord(c) in CHINESE for c in letters) and any("a" <= c <= "z" for c in letters)


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for type_ in OWN:
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field


def test_every_root_field_declares_who_may() -> None:
    with AllFailures() as failures:
        for name, field in (*QUERIES.items(), *MUTATIONS.items()):
            with failures.at(name):
                declared = read_may(field)
                assert declared is not None
                assert (declared == frozenset()) == (name in OPEN)


def test_who_may_is_told_in_descriptions_too_for_an_introspection_has_no_directives() -> None:
    with AllFailures() as failures:
        for name, field in (*QUERIES.items(), *MUTATIONS.items()):
            declared = read_may(field) or frozenset()
            with failures.at(name):
                told = re.findall(
                    r"\b[A-Z]+(?:_[A-Z]+)+\b", (field.description or "").split("Takes: ")[-1]
                )
                assert ("Takes: " in (field.description or "")) == bool(declared)
                assert not declared or set(told) == {str(each) for each in declared}


def test_every_directive_of_ours_is_described_in_both_languages() -> None:
    standard = {*(each.name for each in specified_directives), "oneOf"}
    ours = [each for each in SCHEMA.directives if each.name not in standard]
    assert len(ours) > 2
    assert [each.name for each in ours if not is_bilingual(each.description)] == []


def test_every_record_declares_who_may_read_it() -> None:
    """Enforced at the roots alone: so no type may take more than every root that leads to it."""
    with AllFailures() as failures:
        for name, type_ in list_record_types().items():
            with failures.at(name):
                assert read_may(type_) == frozenset({Function.READ_RECORDS})


def test_whoever_holds_any_function_may_read_records() -> None:
    """A mutation answers with a record: who may carry it out may read what it answers."""
    readers = set(FUNCTION_HOLDERS[Function.READ_RECORDS])
    assert all(set(holders) <= readers for holders in FUNCTION_HOLDERS.values())


def test_no_root_open_to_strangers_leads_to_a_record_but_through_an_account() -> None:
    leads = {
        f"{name}.{inner}"
        for name in OPEN & set(QUERIES)
        for inner, field in getattr(get_named_type(QUERIES[name].type), "fields", {}).items()
        if get_named_type(field.type) in list_record_types().values()
    }
    assert leads == {"viewer.unit", "viewer.person", "viewer.account"}


def test_every_function_that_a_mutation_takes_is_held_by_somebody() -> None:
    taken = {function for field in MUTATIONS.values() for function in read_may(field) or ()}
    assert all(FUNCTION_HOLDERS[function] for function in taken)


def test_every_type_is_described_in_both_languages() -> None:
    lacking = [
        t.name for t in OWN if not is_specified_scalar_type(t) and not is_bilingual(t.description)
    ]
    assert lacking == []


def test_every_field_and_argument_is_described_in_both_languages() -> None:
    lacking = [name for name, field in fields() if not is_bilingual(field.description)]
    assert lacking == []
    arguments = [
        f"{name}.{argument}"
        for name, field in fields()
        for argument, given in field.args.items()
        if not is_bilingual(given.description)
    ]
    assert arguments == []


def test_every_enum_and_each_of_its_values_is_described_in_both_languages() -> None:
    enums = [t for t in OWN if isinstance(t, GraphQLEnumType)]
    assert len(enums) > 10
    assert [enum.name for enum in enums if not is_bilingual(enum.description)] == []
    lacking = [
        f"{enum.name}.{name}"
        for enum in enums
        for name, value in enum.values.items()
        if not is_bilingual(value.description)
    ]
    assert lacking == []
    for enum in enums:
        assert all(value == name for name, value in ((n, v.value) for n, v in enum.values.items()))


def test_every_field_of_an_input_is_described_in_both_languages() -> None:
    inputs = [t for t in OWN if isinstance(t, GraphQLInputObjectType)]
    assert len(inputs) > 100
    lacking = [
        f"{given.name}.{name}"
        for given in inputs
        for name, field in given.fields.items()
        if not is_bilingual(field.description)
    ]
    assert lacking == []


def test_no_words_are_kept_for_what_the_schema_does_not_have() -> None:
    values = {t.name: set(t.values) for t in OWN if isinstance(t, GraphQLEnumType)}
    said = {(enum, code) for enum, words in VALUE_SENTENCES.items() for code in words}
    assert {(enum, code) for enum, code in said if code not in values.get(enum, ())} == set()
    fields = {
        f"{t.name.removesuffix('Input')}.{name}"
        for t in OWN
        if isinstance(t, GraphQLInputObjectType)
        for name in t.fields
    }
    assert OWN_FIELD_WORDS.keys() - fields == set()
    common = {name.split(".")[1] for name in fields - OWN_FIELD_WORDS.keys()}
    assert FIELD_WORDS.keys() - common == set()


def list_arguments_and_inputs() -> Iterator[tuple[str, str, str | None]]:
    """Name every argument and input field, and why it is deprecated."""
    for type_ in OWN:
        if isinstance(type_, GraphQLInputObjectType):
            for name, given in type_.fields.items():
                yield f"{type_.name}.{name}", name, given.deprecation_reason
    for field_name, field in fields():
        for name, argument in field.args.items():
            yield f"{field_name}.{name}", name, argument.deprecation_reason


FORMER_RANGE_NAMES = {"from", "to", "since", "until", "fromMonth", "toMonth"}


def test_a_range_is_spelled_by_what_lies_in_it_and_from_and_to() -> None:
    for place, name, reason in list_arguments_and_inputs():
        assert (name in FORMER_RANGE_NAMES) == bool(reason and reason.startswith("Use `")), place
        assert reason is None or is_bilingual(reason)


SHARED_BY_MEANING = {
    *("DecisionInput", "ReasonedDecisionInput", "DecisionsInput", "ReasonedDecisionsInput"),
    "ReviewInput",
}
"""What moves a record, or many: the same for every kind, and for good."""

SHARED_AS_RELEASED = {
    *("RosterClaimDraftInput", "RosterClaimChangeInput", "RosterChoiceInput"),
    *("ClassRosterChoiceInput", "TotpCodeInput"),
}
"""Inputs of two mutations each; to part them would break whoever names their type."""


def test_a_new_mutation_has_an_input_of_its_own_and_none_that_is_equal_by_chance() -> None:
    inputs = Counter(
        get_named_type(field.args["input"].type).name
        for field in MUTATIONS.values()
        if "input" in field.args
    )
    shared = {name for name, times in inputs.items() if times > 1}
    assert shared == SHARED_BY_MEANING | SHARED_AS_RELEASED


SYNONYMS = re.compile("(make|enter|save|amend|update|edit|set|reject|dismiss|decline|new)[A-Z]")
RELEASED_SYNONYMS = {
    *("amendChangeRequest", "enterCalendarYear", "enterCourse", "makeBatch", "rejectClawback"),
    *("saveMonthlyReports", "setFavourites"),
}
"""Mutations that were released under another word than CONTRIBUTING has for what they do."""


def test_one_act_has_one_word_in_the_names_of_new_mutations() -> None:
    assert {name for name in MUTATIONS if SYNONYMS.match(name)} == RELEASED_SYNONYMS


CHALLENGING = {"signIn", "completeProviderSignIn", "recoverPersonAccount"}
"""What may ask for a second factor instead of opening a session."""

WITHOUT_INPUT = {
    *("signOut", "requestSignInTicket", "beginPasskey", "startPasskeySignIn"),
    "endOtherSessions",
}


def test_every_mutation_has_one_input_and_a_union_of_all_ways_to_say_no() -> None:
    for name, field in MUTATIONS.items():
        told = {type_.name for type_ in get_named_type(field.type).types}
        assert told >= {"Refusal", "Invalid", "StaleVersion", "Forbidden"}, name
        assert len(told) == (6 if name in CHALLENGING else 5)
        expected = {"input"} if name in KEYLESS_MUTATIONS else {"input", "idempotencyKey"}
        without = {"input"} if name in WITHOUT_INPUT else set()
        assert set(field.args) == expected - without
        for argument in field.args.values():
            type_ = get_named_type(argument.type)
            assert not isinstance(type_, GraphQLInputObjectType) or type_.description
