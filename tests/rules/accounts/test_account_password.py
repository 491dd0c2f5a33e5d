import pytest

from rules.accounts.password import (
    MAX_PASSWORD_LENGTH,
    PasswordPolicy,
    find_password_faults,
    find_renewal_faults,
    is_common,
    load_listed_passwords,
)
from rules.kernel.refusal import Reason

POLICY = PasswordPolicy(10, 2)


def reasons(password: str, account: str = "acme") -> list[Reason]:
    return [fault.reason for fault in find_password_faults(password, account, POLICY, "password")]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "Tr0ub4dor&3x",
        "jiuye-demo-2026",
        "长春 winter 夜里 8 点",
        "x" * 5 + "y" * 3 + "Zq7",
        "a1" + "b" * (MAX_PASSWORD_LENGTH - 2),
    ],
)
def test_j1_a_password_that_is_long_and_mixed_and_rare_is_taken(password: str) -> None:
    assert reasons(password) == []


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", [Reason.PASSWORD_TOO_SHORT, Reason.PASSWORD_TOO_SIMPLE]),
        ("Ab3$eqhzi", [Reason.PASSWORD_TOO_SHORT]),
        ("a1" + "b" * (MAX_PASSWORD_LENGTH - 1), [Reason.PASSWORD_TOO_LONG]),
        ("lkajsdhfpoiq", [Reason.PASSWORD_TOO_SIMPLE]),
        ("tabs\tand more", [Reason.TEXT_UNPRINTABLE]),
        ("nul\0and more", [Reason.TEXT_UNPRINTABLE]),
        ("my acme unit 7", [Reason.PASSWORD_HOLDS_NAME]),
        ("my ACME unit 7", [Reason.PASSWORD_HOLDS_NAME]),
        (
            "acme",
            [Reason.PASSWORD_TOO_SHORT, Reason.PASSWORD_TOO_SIMPLE, *[Reason.PASSWORD_HOLDS_NAME]],
        ),
    ],
)
def test_j1_all_that_is_wrong_with_a_password_is_told_at_once(
    password: str, expected: list[Reason]
) -> None:
    assert reasons(password) == expected


def test_j1_the_figures_of_the_installation_are_told() -> None:
    (short,) = find_password_faults("aB3$", "acme", PasswordPolicy(12, 4), "password")
    assert (short.path, short.figures) == (("password",), {"least": "12"})
    (simple,) = find_password_faults("abqDErghuJKx7", "acme", PasswordPolicy(12, 4), "password")
    assert (simple.reason, simple.figures) == (Reason.PASSWORD_TOO_SIMPLE, {"kinds": "4"})


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "0987654321",
        "password2026!",
        "P@ssw0rd2024",
        "Passw0rd!!!!",
        "admin123456",
        "woaini1314520",
        "5201314520",
        "qwertyuiop",
        "1qaz2wsx3edc",
        "1q2w3e4r5t",
        "abcabcabcabc",
        "aaaaaaaaaaaa",
        "Changchun2026",
        "jiuye2026!!",
        "88888888ab88888888"[:8] + "88",
        # What an attacker tries next: seasons and years, runs with a head or tail, names, numbers.
        "Spring2026!",
        "Aa123456789",
        "1234567890a",
        "zhangwei123",
        "wangxiaoming88",
        "Liwei19900101",
        "13912345678a",
        "22010419900101123X",
        "1qaz@WSX3edc",
        "Ccb@12345678",
    ],
)
def test_j1_a_common_password_is_refused_however_it_is_dressed(password: str) -> None:
    assert Reason.PASSWORD_COMMON in reasons(password)


@pytest.mark.parametrize("password", ["", "a", "ab", "correct horse", "Tr0ub4dor&3", "x7#"])
def test_j1_whatever_else_is_not_called_common(password: str) -> None:
    assert not is_common(password)


def test_j3_a_new_password_is_not_the_old_one() -> None:
    assert list(find_renewal_faults("old", "new", ("password",))) == []
    (fault,) = find_renewal_faults("old", "old", ("password",))
    assert (fault.reason, fault.path) == (Reason.PASSWORD_UNCHANGED, ("password",))


@pytest.mark.parametrize(
    "password",
    ["1Sunflower9", "sunsh1ne!99", "q1w2e3r4t5y6", "soso123aljg", "Manchester#1", "Babylon5!!"],
)
def test_j1_one_of_the_10000_most_common_is_refused_with_little_around_it(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["sunflower 48 lamps", "7Manchester.kiln", "babylon5ruNs0n"])
def test_j1_a_listed_one_is_taken_where_enough_of_ones_own_stands_beside(password: str) -> None:
    assert not is_common(password)


def test_j1_none_of_the_10000_most_common_is_taken() -> None:
    listed = load_listed_passwords()
    assert len(listed) == 10_000
    assert [each for each in listed if not is_common(each)] == []
