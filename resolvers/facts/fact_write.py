"""What becomes of staged facts: new ones are written, newer ones replace what was told (X13)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Date,
    String,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from models import FactKind, FactLoad, Person
from resolvers.facts.fact_column import TABLES
from resolvers.facts.fact_stage import PersonStage, Stage
from rules.facts.fact import FactFile
from rules.facts.fact_shape import FACT_LAYOUTS

Condition = ColumnElement[bool]
FactComparison = tuple[ColumnElement[str], Condition, Mapping[str, object]]
"""How a staged row stands to the one on file, which that is, and what would replace it."""


async def add_persons(stage: PersonStage, file: FactFile) -> int:
    """Add people of whom nothing was known; units find them once they completed it (J16).

    Nothing is told of them but what the file says, so that no fact waits for its person.
    """
    if file.kind is FactKind.PERSON:
        unknown = stage.persons.c.person_id.is_(None)
        await stage.session.execute(update(stage.persons).where(unknown).values(verdict="NEW"))
    await stage.hold_new_persons()
    told = stage.select_new_persons().subquery("told")
    rows = select(told, literal(file.source), literal(file.as_of))
    more = ["source", "as_of", *(["told_of"] if file.kind is FactKind.PERSON else [])]
    names = told.c.keys()
    if file.kind is FactKind.PERSON:
        filled = {name: told.c[name].is_not(None) for name in stage.told}
        rows = rows.add_columns(_build_told_of(file, filled))
    made = await stage.session.execute(
        upsert(Person)
        .from_select([*names, *more], rows, include_defaults=False)
        .on_conflict_do_nothing()
    )
    await stage.find_persons()
    return made.rowcount if isinstance(made, CursorResult) else 0


async def write_facts(stage: Stage, file: FactFile) -> Mapping[str, int]:
    """Write what was staged, and count the rows by what became of them."""
    judge = _compare_person if file.kind is FactKind.PERSON else _compare_fact
    s, target = stage.table.c, TABLES[file.kind]
    verdict, known, values = judge(stage, file)
    await stage.session.execute(
        update(stage.table).where(s.verdict.is_(None), known).values(verdict=verdict)
    )
    counted = Counter[str]()
    for name, count in await stage.session.execute(
        select(func.coalesce(s.verdict, "NEW"), func.count()).group_by(s.verdict)
    ):
        counted[name] += count
    changed = s.verdict.in_(["CHANGED", "CONFIRMED"])
    if counted["CHANGED"] or counted["CONFIRMED"]:
        await stage.session.execute(update(target).where(known, changed).values(values))
    if file.kind is FactKind.PERSON:
        await _write_official_schooling(stage, file)
    else:
        await _insert_facts(stage, file)
    return counted


async def _write_official_schooling(stage: Stage, file: FactFile) -> None:
    """Keep what an office tells of people's schooling beside what they say themselves (J17).

    Field by field: a newer file replaces what it tells, and leaves the rest.
    """
    s, p = stage.table.c, Person.__table__.c
    told: dict[str, object] = {
        f"official_{name}": func.coalesce(s[name], p[f"official_{name}"]) for name in stage.told
    }
    newer = _match_newer_file(p.official_as_of, p.official_source, file)
    some = or_(*(s[name].is_not(None) for name in stage.told))
    await stage.session.execute(
        update(Person)
        .where(p.id == s.person_id, newer, some)
        .values(told | {"official_source": file.source, "official_as_of": file.as_of})
    )


def _compare_fact(stage: Stage, file: FactFile) -> FactComparison:
    """Judge a staged fact against the one on file."""
    s, t = stage.table.c, TABLES[file.kind].__table__.c
    known = and_(*(s[name] == t[name] for name in stage.identity))
    same = and_(*(s[name].is_not_distinct_from(t[name]) for name in stage.told))
    values = {name: s[name] for name in stage.told}
    verdict = case(
        (and_(same, t.as_of < file.as_of), "CONFIRMED"),
        (same, "SAME"),
        (_match_newer_file(t.as_of, t.source, file), "CHANGED"),
        else_="KEPT",
    )
    return verdict, known, values | {"source": file.source, "as_of": file.as_of}


def _compare_person(stage: Stage, file: FactFile) -> FactComparison:
    """Judge a staged person against the one on file, column by column (X13)."""
    s, p = stage.table.c, Person.__table__.c
    taken = {name: _takes_field(s[name], p[name], file) for name in stage.told}
    differing = {
        name: and_(s[name].is_not(None), s[name].is_distinct_from(p[name])) for name in stage.told
    }
    changed = or_(*(and_(taken[name], differing[name]) for name in stage.told))
    newer = func.coalesce(p.as_of < file.as_of, True)
    verdict = case(
        (changed, "CHANGED"),
        (or_(*differing.values()), "KEPT"),
        (newer, "CONFIRMED"),
        else_="SAME",
    )
    now_changed = s.verdict == "CHANGED"
    values = {name: case((taken[name], s[name]), else_=p[name]) for name in stage.told}
    more = {
        "told_of": p.told_of.op("||")(_build_told_of(file, taken)),
        "source": case((newer, file.source), else_=p.source),
        "as_of": func.greatest(p.as_of, file.as_of),
        "version": case((now_changed, p.version + 1), else_=p.version),
        "updated_at": case((now_changed, func.now()), else_=p.updated_at),
    }
    return verdict, s.person_id == p.id, values | more


def _takes_field(told: ColumnElement[Any], known: ColumnElement[Any], file: FactFile) -> Condition:
    """Say whether a column of a person takes what a file tells: by its own day and source (X13).

    An empty one always does; what a person who completed their information said stands.
    """
    p, name = Person.__table__.c, known.name
    as_of = func.coalesce(cast(p.told_of[name][0].astext, Date), p.as_of)
    source = func.coalesce(p.told_of[name][1].astext, p.source)
    free = and_(p.completed_at.is_(None), _match_newer_file(as_of, source, file))
    return and_(told.is_not(None), or_(known.is_(None), told == known, free))


def _build_told_of(file: FactFile, taken: Mapping[str, Condition]) -> ColumnElement[Any]:
    """Put down as of when and on whose word columns are told that take what a file says."""
    said = func.jsonb_build_array(cast(file.as_of, Date), cast(file.source, String))
    pairs = [
        part for name, takes in taken.items() for part in (cast(name, String), case((takes, said)))
    ]
    return func.jsonb_strip_nulls(func.jsonb_build_object(*pairs))


def _match_newer_file(
    as_of: ColumnElement[date], source: ColumnElement[str], file: FactFile
) -> Condition:
    """Match what a newer file replaces, or one of the same day by the same source."""
    again = and_(as_of == file.as_of, source == file.source)
    return or_(as_of.is_(None), as_of < file.as_of, again)


async def _insert_facts(stage: Stage, file: FactFile) -> None:
    s, target = stage.table.c, TABLES[file.kind]
    rows = select(
        *(s[name] for name in stage.columns), literal(file.source), literal(file.as_of)
    ).where(s.verdict.is_(None))
    names = [*stage.columns, "source", "as_of"]
    await stage.session.execute(insert(target).from_select(names, rows, include_defaults=False))


async def record_load(
    stage: Stage, file: FactFile, digest: bytes, note: Mapping[str, object]
) -> None:
    """Note that a file was loaded, and until when it tells; the same file leaves one note."""
    when = FACT_LAYOUTS[file.kind].when
    latest = select(func.max(stage.table.c[when])).scalar_subquery() if when else None
    await stage.session.execute(
        upsert(FactLoad)
        .values(
            region=file.region,
            kind=file.kind,
            source=file.source,
            as_of=file.as_of,
            latest=latest,
            digest=digest,
            **note,
        )
        .on_conflict_do_nothing()
    )
