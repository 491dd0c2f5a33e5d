"""What a migration says to the database, and which of it locks what is there for long.

Statements are recorded as they run. squawk reads them, a linter for migrations of PostgreSQL; what
it lets pass and a large table would feel stands here (ADR 0048).
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event

SQUAWK = str(Path(sys.executable).with_name("squawk"))
OLDEST = "15"
"""The oldest PostgreSQL that is supported; it rewrites more than later ones."""

LONG = {
    "adding-field-with-default",
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-required-field",
    "adding-serial-primary-key-field",
    "ban-concurrent-index-creation-in-transaction",
    "changing-column-type",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "require-concurrent-index-creation",
    "require-concurrent-index-deletion",
    "require-concurrent-partition-detach",
    "require-concurrent-reindex",
}
"""squawk's rules about rewrites and long locks: a migration says why in LONG_LOCKS."""

BREAKING = {
    "ban-drop-column",
    "ban-drop-not-null",
    "ban-drop-table",
    "ban-truncate-cascade",
    "renaming-column",
    "renaming-table",
}
"""squawk's rules about what the release before stumbles on: a migration says why in CONTRACTS."""

ALTER = r"^ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?"
NAME = r'(?:ONLY\s+)?(?:"?\w+"?\.)?"?(\w+)"?'
UNREAD: Mapping[str, str] = {
    "writes-a-whole-table": rf"^(?:WITH\b.*\(\s*)?(?:UPDATE|DELETE\s+FROM|MERGE\s+INTO)\s+{NAME}",
    "truncates": rf"^TRUNCATE\s+(?:TABLE\s+)?{NAME}",
    "locks": rf"^LOCK\s+(?:TABLE\s+)?{NAME}",
    "rewrites": rf"^(?:CLUSTER|VACUUM\b.*\bFULL\b.*?)\s+{NAME}\s*$",
    "moves": rf"{ALTER}{NAME}.*\bSET\s+(?:(?:UN)?LOGGED|TABLESPACE|ACCESS\s+METHOD)\b",
    "lifts-policies": rf"{ALTER}{NAME}.*\bNO\s+FORCE\s+ROW\b",
    "checks-a-new-column": rf"{ALTER}{NAME}.*\bADD\s+(?:COLUMN\s+)?(?!CONSTRAINT).*\bCHECK\b",
    "attaches-a-partition": rf"{ALTER}{NAME}.*\bATTACH\s+PARTITION\b",
    "makes-a-partition": rf"^CREATE\s+TABLE\b.*\bPARTITION\s+OF\s+{NAME}",
    "runs-a-block": r"^(DO|CALL)\b",
}
"""What squawk does not read, or can't."""

PINNED = re.compile(r"\bid\s*(?:=|IN\s*\()\s*(?:uuid\s*)?['$]", re.IGNORECASE)
BATCH = re.compile(r"\bLIMIT\s+\d+|\)\s*<=\s*\('", re.IGNORECASE)
"""So many rows, or those up to a place in the order of a key."""
SUBJECTS = (
    rf"{ALTER}{NAME}",
    rf"^DROP\s+(?:TABLE|INDEX)\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?{NAME}",
    rf"^CREATE\s+(?:UNIQUE\s+)?INDEX\b.*?\bON\s+{NAME}",
    rf"^REINDEX\b.*?\b(?:TABLE|INDEX)\s+(?:CONCURRENTLY\s+)?{NAME}",
    rf"^TRUNCATE\s+(?:TABLE\s+)?{NAME}",
)
CREATED = re.compile(rf"^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{NAME}", re.IGNORECASE)
VERSION = re.compile(r"alembic_version\b.*?version_num\W+(?:VALUES\W+)?(\w+)", re.DOTALL)
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Statement:
    """A statement as it ran; without a transaction around it, it commits by itself."""

    sql: str
    in_transaction: bool = True


@dataclass(frozen=True)
class Finding:
    """A statement that a table with many rows would feel, or that the release before would."""

    rule: str
    subject: str
    sql: str

    def is_declared(self, migration: ModuleType) -> bool:
        """Ask whether the migration says why: of the table, or of columns of it."""
        name = "CONTRACTS" if self.rule in BREAKING else "LONG_LOCKS"
        said: Mapping[str, str] = getattr(migration, name, {})
        return any(why.strip() for key, why in said.items() if key.split(".")[0] == self.subject)


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Record what is said to whichever database meanwhile."""
    found: list[Statement] = []

    def note(connection: Connection, _: object, statement: str, *__: object) -> None:
        level = connection.get_execution_options().get("isolation_level")
        found.append(Statement(statement, level != "AUTOCOMMIT"))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def by_revision(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Sort what was said by the revision whose number was written next."""
    found: dict[str, list[Statement]] = {}
    said: list[Statement] = []
    for statement in statements:
        verb = statement.sql.split(None, 1)[0].upper()
        if verb in {"INSERT", "UPDATE"} and (version := VERSION.search(statement.sql)):
            found[version[1]], said = said, []
        elif verb not in {"SELECT", "SHOW"} and "alembic_version" not in statement.sql:
            said.append(statement)
    return found


def findings(statements: Sequence[Statement]) -> list[Finding]:
    """Find what rewrites or long locks tables that were there before, or takes something away."""
    plain = [COMMENT.sub(" ", each.sql).strip() for each in statements]
    new = {created[1] for sql in plain if (created := CREATED.search(sql))}
    found = [
        Finding(rule, subject, plain[number])
        for number, rules in _read_by_squawk(statements).items()
        for rule in sorted(rules & (LONG | BREAKING))
        for subject in [_subject(plain[number])]
    ]
    for each, sql in zip(statements, plain, strict=True):
        for rule, pattern in UNREAD.items():
            match = re.search(pattern, sql, re.IGNORECASE | re.DOTALL)
            if match and not (rule == "writes-a-whole-table" and _is_bounded(each)):
                found.append(Finding(rule, match[1], sql))
    return [each for each in found if each.subject not in new]


def _is_bounded(statement: Statement) -> bool:
    """Ask whether a statement names its rows, or takes a batch and commits it."""
    batch = not statement.in_transaction and BATCH.search(statement.sql)
    return bool(batch or PINNED.search(statement.sql))


def _subject(sql: str) -> str:
    for pattern in SUBJECTS:
        if match := re.search(pattern, sql, re.IGNORECASE | re.DOTALL):
            return match[1]
    raise AssertionError(f"of which table? {sql}")


def _read_by_squawk(statements: Sequence[Statement]) -> dict[int, set[str]]:
    """Return the rules that statements break, by the statement's place."""
    lines: list[str] = []
    places: dict[int, int] = {}
    inside = False
    for place, statement in enumerate(statements):
        if statement.in_transaction != inside:
            lines.append("BEGIN;" if statement.in_transaction else "COMMIT;")
            inside = statement.in_transaction
        for line in f"{statement.sql.rstrip().rstrip(';')}\n;".split("\n"):
            places[len(lines)] = place
            lines.append(line)
    if inside:
        lines.append("COMMIT;")
    found: defaultdict[int, set[str]] = defaultdict(set)
    for each in _squawk("\n".join(lines)):
        assert each["rule_name"] != "syntax-error", each
        if each["line"] in places:
            found[places[each["line"]]].add(each["rule_name"])
    return found


def _squawk(text: str) -> list[dict[str, Any]]:
    command = [SQUAWK, "--reporter", "json", "--pg-version", OLDEST]
    said = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert said.returncode in {0, 1}, said.stderr
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found
