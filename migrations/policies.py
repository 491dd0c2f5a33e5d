"""Whose rows are whose, said to the database: four policies and the grants of every table (X10).

No migration runs this: it keeps the statements as they were when it was written, and `freeze`
writes them. Where a database differs from what stands here, a migration is missing; a test tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrations.execution import ROLE
from models import SYSTEM_ACCOUNT, Base, Owner, ReadBy, Reading

COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def _setting(name: str) -> str:
    # After a pooled transaction a setting is '', not NULL: either way there is no actor.
    return f"nullif(current_setting('app.{name}', true), '')"


ACCOUNT = f"{_setting('account')}::uuid"
UNIT = f"{_setting('unit')}::uuid"
PERSON = f"{_setting('person')}::uuid"
SWEEPS = f"{_setting('sweeps')}::timestamptz"
ENDED_SINCE = f"{_setting('ended_since')}::timestamptz"
MANAGES = f"{_setting('manages')}::uuid"
KNOWS = _setting("knows")
SEALS = _setting("seals")
SEALS_ACCESS = _setting("seals_access")
TODAY = f"{_setting('today')}::date"
# Background work acts as the system, for nobody who signs in.
IS_SYSTEM = f"{ACCOUNT}\n        = '{SYSTEM_ACCOUNT}'::uuid"
# What is published is open to everybody on the days on which it is shown (X7).
IS_SHOWN = f"(first_day <= {TODAY} AND shown_until >= {TODAY})"
# A secret may be a user name as well as an id or a blind index; what does not read as the column's
# type finds nothing. The setting is cast and not the column, so that the column's index serves.
KNOWN_ID = f"""CASE
        WHEN {KNOWS}
            ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
        THEN {KNOWS}::uuid
    END"""
KNOWN_INDEX = f"""CASE
        WHEN {KNOWS} ~ '^([0-9a-f]{{2}})+$'
        THEN decode({KNOWS}, 'hex')
    END"""

KNOWN_INDEXES = f"""ANY (CASE
        WHEN {KNOWS} ~ '^[0-9a-f]{{64}}(,[0-9a-f]{{64}})*$'
        THEN ('{{"\\\\x' || replace({KNOWS}, ',', '","\\\\x') || '"}}')::bytea[]
    END)"""
"""Several, while one index key follows another: as many as a number may be found by."""


def _is_subject(column: str) -> str:
    # Looked for in the list as it is spelled: to cast the list anew for each row takes a hundred
    # times as long where a decision is about many, and a sub-select has no place in a policy.
    return f"strpos({_setting('subjects')}, {column}::text) > 0"


def _is_chained(column: str) -> str:
    # Whoever writes history continues its unit's chain, wherever the last entry lies (ADR 0052).
    return f"strpos({_setting('chains')}, {column}::text) > 0"


@dataclass(frozen=True, slots=True)
class Reach:
    """When a row is its owner's, and what else opens it for reading, for changing, for holding."""

    own: str | None
    read: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    deletable: bool = True


def _reading(reading: Reading | None) -> str:
    """Write up to which code a reading opens rows; where it is stated empty, it opens none.

    The release before states none at all, and sees what it saw (docs/migrations.md); this one
    states all of them, always. The next one needs no such answer.
    """
    if reading is None:
        return _setting("see_high")
    name = f"current_setting('app.see_{reading.lower()}', true)"
    return f"nullif(coalesce({name},\n            current_setting('app.see_high', true)), '')"


def consults(column: str, only: str | None, reading: Reading | None = None) -> str:
    """Write when deciders of another region read a row for what is submitted to them (X21).

    The list is read once for a statement, and only where a row is not in reach anyhow. Where it
    takes a reading to see a table's rows, it takes that of claims: these they stand on.
    """
    low, high = _setting("see_low"), _reading(reading)
    named = f"SELECT c.record_id FROM consulted_record AS c WHERE c.region >= {low}"  # noqa: S608
    listed = f"{column} IN (\n        {named}\n        AND c.region <= {high})"
    return f"({only} AND {listed})" if only else listed


REACHES: Mapping[Owner, Reach] = {
    Owner.UNIT: Reach(f"unit_id = {UNIT}"),
    Owner.UNIT_ITSELF: Reach(
        f"id = {UNIT}",
        read=(f"credit_code = {KNOWS}", _is_chained("id")),
        hold=(_is_chained("id"),),
        deletable=False,
    ),
    Owner.UNIT_ABOUT_PERSON: Reach(
        f"unit_id = {UNIT}",
        read=(_is_subject("person_id"), f"person_id = {PERSON}"),
        deletable=False,
    ),
    # Who a step is about sees it; another unit that looks the person up does not (X9).
    Owner.HISTORY: Reach(
        f"unit_id = {UNIT}", read=(f"person_id = {PERSON}", _is_chained("unit_id"))
    ),
    # As an internship's time: a decision about the person knows of all places taken (S21); but who
    # was entered in vain is taken out again, and the person sees no class that does not count.
    Owner.TRAINEE: Reach(
        f"unit_id = {UNIT}",
        read=(
            _is_subject("person_id"),
            f"(person_id = {PERSON} AND (place IS NOT NULL OR outcome <> 'OPEN'))",
        ),
    ),
    # Scope as that of what it tells of: grants are their holder's, approved figures everybody's
    # (X6). Who seals entries of a region's chain adds to it, and reads where it ends, whoever they
    # are.
    Owner.OFFICE_HISTORY: Reach(
        f"strpos({SEALS}, region) > 0",
        read=(
            f"holder_id = {ACCOUNT}",
            "(record = 'Parameter' AND EXISTS (\n        SELECT FROM parameter AS t"
            "\n        WHERE t.id = office_history.record_id AND t.status = 'APPROVED'))",
        ),
        deletable=False,
    ),
    # Who came in sees it; who seals entries of a chain reads where it ends.
    Owner.ACCESS: Reach(
        f"account_id = {ACCOUNT}",
        read=(f"strpos({SEALS_ACCESS}, chain) > 0",),
        deletable=False,
    ),
    # Who is named by a line sees it, and so does a decision about them (X14); but no draft: that is
    # not yet a claim (J16).
    Owner.CLAIM_LINE: Reach(
        f"unit_id = {UNIT}",
        read=(
            f"(person_id = {PERSON}\n        AND claim_status <> 'DRAFT')",
            f"({_is_subject('person_id')}\n        AND claim_status <> 'DRAFT')",
        ),
    ),
    Owner.PERSON: Reach(f"person_id = {PERSON}", read=(_is_subject("person_id"),)),
    # Who opened an account sees what they entered of themself, until an office tells anything of
    # that number: then only who has proved to be that person does (X18).
    Owner.PERSON_ITSELF: Reach(
        f"id = {PERSON}\n    OR (filed_by = {ACCOUNT}"
        "\n        AND source IS NULL AND official_source IS NULL)",
        read=(_is_subject("id"), f"id_number_index = {KNOWN_INDEXES}"),
        deletable=False,
    ),
    Owner.ACCOUNT: Reach(f"account_id = {ACCOUNT}"),
    # What an account proves itself with is nobody else's, but for the worker, who seals it anew.
    Owner.ACCOUNT_SECRET: Reach(
        f"account_id = {ACCOUNT}",
        read=(IS_SYSTEM,),
        change=(IS_SYSTEM,),
    ),
    # Who comes with a certificate or a secret finds its row, whoever they are; the system lists
    # them all, for whoever runs the service (J3).
    Owner.CERTIFICATE: Reach(
        f"account_id = {ACCOUNT}", read=(f"fingerprint = {KNOWN_INDEXES}", IS_SYSTEM)
    ),
    Owner.CLIENT: Reach(
        f"account_id = {ACCOUNT}", read=(f"secret_hash = {KNOWN_INDEX}", IS_SYSTEM)
    ),
    # A legal person keeps the unit's operators, and no account of any other role (J3).
    Owner.ACCOUNT_ITSELF: Reach(
        f"id = {ACCOUNT} OR (unit_id = {MANAGES} AND role = 'UNIT_OPERATOR')",
        read=(f"username = {KNOWS}",),
        deletable=False,
    ),
    # Who listens for what was revoked reads which sessions ended since an instant (ADR 0053).
    Owner.SESSION: Reach(
        f"account_id = {ACCOUNT}",
        read=(f"id = {KNOWN_ID}", f"ended_at >= {ENDED_SINCE}"),
        change=(f"id = {KNOWN_ID}",),
    ),
    # What overseers put down of a unit or person is theirs: whom it is about never sees it (X14).
    Owner.OVERSIGHT: Reach(None, deletable=False),
    Owner.REGISTER: Reach(None, read=(f"{ACCOUNT} IS NOT NULL",), deletable=False),
    # A figure of policy is everybody's once it is approved; before, it is for who proposed it and
    # those who propose and decide (X6, section 5).
    Owner.FIGURE: Reach(
        None,
        read=(
            f"({ACCOUNT} IS NOT NULL AND status = 'APPROVED')",
            f"proposed_by = {ACCOUNT}",
        ),
        deletable=False,
    ),
    # What the service counts of itself is for whoever runs it, and for no account.
    Owner.SYSTEM: Reach(IS_SYSTEM),
    Owner.BUCKET: Reach(f"bucket = {KNOWS}"),
    Owner.HOLDER: Reach(
        f"account_id = {ACCOUNT} OR secret_hash = {KNOWN_INDEX}",
        read=(f"id = {KNOWN_ID}",),
        change=(f"id = {KNOWN_ID}",),
    ),
    Owner.TICKET: Reach(
        f"secret_hash = {KNOWN_INDEX}",
        read=(f"ticket_hash = {KNOWN_INDEX}",),
        change=(f"ticket_hash = {KNOWN_INDEX}",),
    ),
    # Whose grant it is sees it; only who acts in the region makes and revokes one (S1).
    Owner.GRANT: Reach(None, read=(f"account_id = {ACCOUNT}",), deletable=False),
    Owner.APPEAL: Reach(f"number_hash = {KNOWN_INDEX}", deletable=False),
    Owner.NOTICE: Reach(None, read=(IS_SHOWN,), deletable=False),
    Owner.NOTICE_LINE: Reach(None, read=(f"unit_id = {UNIT}", IS_SHOWN), deletable=False),
    # What an office keeps is nobody's but the office's; nothing of it is deleted (X8).
    Owner.OFFICE: Reach(None, deletable=False),
    # A unit sees how it is paid, and a person what is paid in their name; offices alone write it.
    Owner.PAYMENT: Reach(
        None, read=(f"unit_id = {UNIT}", f"person_id = {PERSON}"), deletable=False
    ),
    # Who was paid says whether it arrived.
    Owner.RECEIPT: Reach(f"unit_id = {UNIT} OR person_id = {PERSON}", deletable=False),
}


CHANGEABLE: Mapping[str, tuple[str, ...]] = {
    "account": (
        "password_hash",
        "name",
        "person_id",
        "active",
        "favourites",
        "pending_change",
        "pending_by",
        "pending_by_name",
        "pending_at",
        "pending_reason",
        "password_given_at",
        "password_given_by",
        "same_holder",
        "claimed_sealed",
        "claimed_index",
        "holder_sealed",
        "holder_index",
        "confirmation_by",
        "confirmation_on",
        "confirmation_hash",
        "version",
        "updated_at",
    ),
    "sign_in_session": (
        "token_hash",
        "spent_hash",
        "moved_at",
        "resent",
        "seen_at",
        "proved_at",
        "expires_at",
        "ended_at",
        "replaced",
    ),
    "sign_in_ticket": (
        "approved_by",
        "approved_in",
        "approved_at",
        "redeemed_at",
        "ended_at",
    ),
    "function_grant": (
        "revoked",
        "revoked_at",
        "revoked_by",
        "revoked_by_name",
        "revoked_because",
        "version",
        "updated_at",
    ),
    "account_appeal": (
        "status",
        "account_id",
        "proposed_by",
        "proposed_by_name",
        "proposed_at",
        "proposed_as",
        "proposed_hash",
        "opens_on",
        "settled_by",
        "settled_by_name",
        "settled_at",
        "reason",
        "recovered_at",
        "version",
        "updated_at",
        "id_number_sealed",
        "id_number_index",
        "id_number_masked",
        "contact_name_sealed",
        "contact_name_masked",
        "contact_mobile_sealed",
        "contact_mobile_index",
        "contact_mobile_masked",
        "text",
        "cleared_at",
    ),
    "publicity_line": (
        "outcome",
        "reason",
        "settled_by",
        "settled_at",
        "version",
        "updated_at",
    ),
    "objection": (
        "status",
        "reviewed_by",
        "reviewed_at",
        "reason",
        "version",
        "updated_at",
        "contact_name_sealed",
        "contact_name_masked",
        "contact_mobile_sealed",
        "contact_mobile_index",
        "contact_mobile_masked",
        "text",
        "cleared_at",
    ),
}
"""All that the service may change of these tables: nobody raises their own role or reach, and what
was published or objected to stays as it was said, but is sealed anew with another key. Words of
appeals and objections are cleared after their time: a trigger lets them become nothing else."""

SWEPT: Mapping[str, str] = {
    "appeal_evidence": "attached_at",
    "applicant": "as_of",
    "rate_limit": "window_start",
    "request": "at",
    "schema_usage": "counted_at",
    "sign_in": "at",
    "sign_in_session": "expires_at",
    "sign_in_ticket": "expires_at",
    "sms_code": "sent_at",
    "upload": "created_at",
}
"""Tables that are cleared of what is old, and the column that tells how old a row is."""


def conditions(
    owner: Owner,
    region: str | None,
    swept: str | None = None,
    consulted: str | None = None,
    read_by: Sequence[str] = (),
    *,
    append_only: bool = False,
) -> dict[str, str]:
    """Write the condition of each command: by owner, or by a range over the column `region`.

    Which rows may be held is that of UPDATE and little more; what is written fulfils UPDATE alone.

    Reading takes the see range, or what `read_by` says in its place, writing the act range; only
    the owner deletes (X10), or whoever sweeps, who says before which instant a row must lie in its
    column `swept`. Of what is only added to nobody but who sweeps deletes.
    """
    reach, more = REACHES[owner], (consulted,) if consulted else ()
    old = (f"{swept} < {SWEEPS}",) if swept else ()
    own = (reach.own,) if reach.own else ()
    see = (_within(region, "see", _setting("see_high")),) if region else ()
    act = (_within(region, "act", _setting("act_high")),) if region else ()
    return {
        "SELECT": _any(*own, *reach.read, *old, *(read_by or see), *more),
        "INSERT": _any(*own, *act),
        "HOLD": _any(*own, *reach.change, *act, *reach.hold),
        "UPDATE": _any(*own, *reach.change, *act),
        "DELETE": _any(*(() if swept and append_only else own), *old),
    }


def _within(region: str, verb: str, high: str) -> str:
    return f"({region} >= {_setting(f'{verb}_low')}\n        AND {region} <= {high})"


def write_readings(table: type[Base]) -> tuple[str, ...]:
    """Write how readings open a table's rows: those of a region first, then what others name.

    A reading is an upper bound of its own, so that a row costs what it cost without; and what asks
    another table is asked only for who has that reading, of rows that nothing else opens.
    """
    ways = sorted(table.read_by, key=lambda way: way.through is not None)
    return tuple(_write_reading(table.__tablename__, way) for way in ways)


def _write_reading(table: str, way: ReadBy) -> str:
    high = _reading(way.reading)
    opened = f"{high} IS NOT NULL" if way.through else _within("region", "see", high)
    parts = [opened]
    if way.column:
        values = ", ".join(f"'{value}'" for value in way.among)
        parts.append(f"{way.column} IN ({values})")
    if way.through:
        named = " AND ".join(f"t.{their} = {table}.{own}" for their, own in way.pairs.items())
        asked = f"SELECT FROM {way.through} AS t\n            WHERE {named}"
        parts.append(f"EXISTS (\n            {asked})")
    return opened if len(parts) == 1 else "({})".format("\n        AND ".join(parts))


def _any(*ways: str) -> str:
    return "\n    {}\n".format("\n    OR ".join(ways)) if ways else "false"


def policies(
    table: str,
    owner: Owner,
    region: str | None,
    consulted: str | None = None,
    read_by: Sequence[str] = (),
    *,
    append_only: bool = False,
) -> list[str]:
    """Write the four policies of a table, and that they bind its owner as well (X10)."""
    swept = SWEPT.get(table)
    when = conditions(owner, region, swept, consulted, read_by, append_only=append_only)
    clauses = {
        "SELECT": f"USING ({when['SELECT']})",
        "INSERT": f"WITH CHECK ({when['INSERT']})",
        "UPDATE": f"USING ({when['HOLD']}) WITH CHECK ({when['UPDATE']})",
        "DELETE": f"USING ({when['DELETE']})",
    }
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        *(f"DROP POLICY IF EXISTS {table}_{command.lower()} ON {table}" for command in COMMANDS),
        *(
            f"CREATE POLICY {table}_{command.lower()} ON {table} FOR {command} {clauses[command]}"
            for command in COMMANDS
        ),
    ]


def granted(table: str, owner: Owner, append_only: bool) -> tuple[str, ...]:
    """List the commands that the service needs on a table.

    History is only added to (X9); regions come with migrations; who or what a row is about
    (a unit, a person, an account, a parameter) is never deleted (X12).
    """
    if table == "region":
        return ("SELECT",)
    if append_only:
        return ("SELECT", "INSERT", *(("DELETE",) if table in SWEPT else ()))
    if table in CHANGEABLE:
        swept = ("DELETE",) if table in SWEPT else ()
        return ("SELECT", "INSERT", f"UPDATE ({', '.join(CHANGEABLE[table])})", *swept)
    return COMMANDS if REACHES[owner].deletable else COMMANDS[:-1]


def find_consulting_condition(table: type[Base]) -> str | None:
    """Write when deciders of another region read a table's rows; none where they read none."""
    column, reading = table.consulted_by, Reading.CLAIMS if table.read_by else None
    return consults(column, table.consulted_where, reading) if column else None


def secured(table: type[Base]) -> list[str]:
    """Write all that secures a table as its model stands: policies, and what the service may do."""
    name, columns = table.__tablename__, table.__table__.c
    region = "code" if name == "region" else "region" if "region" in columns else None
    commands = granted(name, table.owner, table.append_only)
    return [
        *policies(
            name,
            table.owner,
            region,
            find_consulting_condition(table),
            write_readings(table),
            append_only=table.append_only,
        ),
        f"REVOKE ALL ON {name} FROM {ROLE}",
        f"GRANT {', '.join(commands)} ON {name} TO {ROLE}",
    ]
