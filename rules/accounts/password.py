"""What a password must be, so that it is neither guessed nor tried (J1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from rules.kernel.refusal import Fault, Path, Reason, fault

MAX_PASSWORD_LENGTH = 128
"""Longer ones are no safer, and hashing them is somebody else's way to keep us busy."""


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """How long a password must be, and of how many kinds of characters."""

    least: int = 10
    kinds: int = 2


COMMON_WORDS = frozenset(  # one text, for a list of them would be a page
    """
    abc abcd abcde account admin administrator aini asdf autumn baobei baseball beijing bugaosuni
    caonima changchun changeme chengdu china comeon computer dangdang default dearbook demo
    diyici dragon fall football freedom gongan guest hello iloveyou jiayou jilin jiuye
    jiuyejianxi jordan killer laoban letmein liuliu login love master michael mima mimamima
    mm monkey nihao nopassword official operator pa pass passw passwd password princess
    qazwsx qazwsxedc qq qqqq qwe qweasd qweasdzxc qwer qwert qwerty qwertyuiop renshe root
    sa secret security shadow shebao shenyang sichuan spring summer sunshine superman system
    taobao temp winter january february march april june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday
    temppassword test tester tiancai tianya user welcome wo woaini wobuzhidao woshinidie
    woshishui wuyong xiaoming xiexie yonghu zhongguo zxc zxcv zxcvbnm
    """.split()  # noqa: SIM905
)
"""Words that the lists of leaked passwords are full of, whatever digits stand around them."""

MOST_LISTED = 10_000


@cache
def load_listed_passwords() -> frozenset[str]:
    """Load the most common of those that leaked, as zxcvbn lists them: no network is asked.

    The package takes 12 MB, and most processes judge no password.
    """
    lists = import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    return frozenset(lists["passwords"][:MOST_LISTED])


KEYBOARD_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "5201314520131452013145201314",
)
"""Ways over the keyboard and round numbers, forwards and backwards."""

SHIFTED_DIGITS = str.maketrans("!@#$%^&*()", "1234567890")
"""What stands on the keys of digits, where somebody held the shift key down."""

MIN_RUN_LENGTH, MIN_OWN_LENGTH, MIN_JUDGED_LENGTH = 4, 5, 8
"""From how many characters on a run counts, how many must be left without runs, dates and listed
passwords, and of how long a password that is asked."""

_LONGEST_RUN = max(map(len, KEYBOARD_RUNS))

MOBILE_PATTERN = re.compile(r"1[3-9]\d{9}")
ID_NUMBER_PATTERN = re.compile(r"\d{6}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dx]")
DATE_PATTERN = re.compile(r"(19|20)\d{2}((0?[1-9]|1[0-2])([0-2]\d|3[01]))?")
"""Numbers that others know of the holder: mobile, resident ID, a year or a day."""

_INITIALS = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
_FINALS = (
    "iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo"
    "|ve|[aeiouv]"
)
PINYIN_NAME_PATTERN = re.compile(f"(({_INITIALS})?({_FINALS})){{1,3}}")
"""Up to three syllables of Pinyin, as Chinese names are spelled."""

LOOKALIKE_CHARACTERS = str.maketrans("@4031$57!", "aaoeissti")
TAIL_PATTERN, HEAD_PATTERN = re.compile(r"[\x00-`{-\x7f]+$"), re.compile(r"^[\x00-`{-\x7f]+")
CHARACTER_KINDS = (
    re.compile("[a-z]"),
    re.compile("[A-Z]"),
    re.compile("[0-9]"),
    re.compile("[^a-zA-Z0-9]"),
)


def find_password_faults(
    password: str, account: str, policy: PasswordPolicy, *path: str | int
) -> Iterable[Fault]:
    """Judge a new password of an account (J1)."""
    if len(password) < policy.least:
        yield fault(Reason.PASSWORD_TOO_SHORT, *path, least=policy.least)
    if len(password) > MAX_PASSWORD_LENGTH:
        yield fault(Reason.PASSWORD_TOO_LONG, *path, most=MAX_PASSWORD_LENGTH)
        return
    if not password.isprintable():
        yield fault(Reason.TEXT_UNPRINTABLE, *path)
    if sum(bool(kind.search(password)) for kind in CHARACTER_KINDS) < policy.kinds:
        yield fault(Reason.PASSWORD_TOO_SIMPLE, *path, kinds=policy.kinds)
    if is_common(password):
        yield fault(Reason.PASSWORD_COMMON, *path)
    if account and account.casefold() in password.casefold():
        yield fault(Reason.PASSWORD_HOLDS_NAME, *path)


def find_renewal_faults(old: str, new: str, path: Path) -> Iterable[Fault]:
    """Refuse a new password that is the old one."""
    if old == new:
        yield fault(Reason.PASSWORD_UNCHANGED, *path)


def is_common(password: str) -> bool:
    """Return whether a password is one that many have, or one short thing again and again."""
    plain = password.casefold()
    word = TAIL_PATTERN.sub("", plain)
    cores = {word, HEAD_PATTERN.sub("", word), word.translate(LOOKALIKE_CHARACTERS)}
    return (
        bool(cores & COMMON_WORDS)
        or _is_listed(plain, cores)
        or _is_repetitive(plain)
        or any(map(_is_repetitive, cores))
        or _is_keyboard_run(plain)
        or any(len(core) >= MIN_RUN_LENGTH and _is_name(core) for core in cores)
        or _is_known_number(plain)
    )


def _is_listed(plain: str, cores: Iterable[str]) -> bool:
    """Return whether a password is a listed one, or one with little put around it."""
    listed = load_listed_passwords()
    return any(
        core in listed and len(plain) - len(core) < MIN_OWN_LENGTH for core in (plain, *cores)
    )


def _is_repetitive(text: str) -> bool:
    """Return whether a text is a few characters over and over."""
    return len(text) > 3 and any(
        text == (text[:size] * len(text))[: len(text)] for size in range(1, min(4, len(text) // 2))
    )


def _is_keyboard_run(text: str) -> bool:
    return len(text) > 3 and any(text in run or text in run[::-1] for run in KEYBOARD_RUNS)


def _is_name(core: str) -> bool:
    """Return whether letters spell a Chinese name, whatever digits stand around them."""
    return PINYIN_NAME_PATTERN.fullmatch(core) is not None


def _is_known_number(plain: str) -> bool:
    """Return whether a mobile or ID number is in it, or little but dates and runs of keys."""
    if len(plain) < MIN_JUDGED_LENGTH:
        return False  # which is told as too short
    digits = plain.translate(SHIFTED_DIGITS)
    if MOBILE_PATTERN.search(plain) or ID_NUMBER_PATTERN.search(plain):
        return True
    return any(
        len(_drop_runs(DATE_PATTERN.sub("", text))) < MIN_OWN_LENGTH for text in (plain, digits)
    )


def _drop_runs(text: str) -> str:
    """Take out all ways over the keyboard, the longest first from each place on."""
    kept, at = [], 0
    while at < len(text):
        most = min(len(text), at + _LONGEST_RUN)
        ends = range(most, at + MIN_RUN_LENGTH - 1, -1)
        end = next((end for end in ends if _is_keyboard_run(text[at:end])), None)
        if end is None:
            kept.append(text[at])
        at = at + 1 if end is None else end
    return "".join(kept)
