"""Names are found by any part of them from an index, whoever asks (ADR 0102).

Revision: r0055
Follows: r0054
"""

from collections.abc import Mapping
from typing import NamedTuple

from migrations.execution import everywhere, execute, walk

revision = "r0055"
down_revision = "r0054"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

READ_AS_SEARCHES = """
CREATE OR REPLACE FUNCTION fold_search_text(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(translate(lower(normalize($1, NFKC)), '•・‧∙⋅．.', '·······'), ' ', '')
$$
"""
"""As `rules.kernel.text.fold_search_text` spells what is typed."""

LIST_PARTS = """
CREATE OR REPLACE FUNCTION list_name_parts(names text[]) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT substr(name, place, 400)
    FROM unnest(names) AS given (typed), public.fold_search_text(typed) AS name,
        generate_series(1, greatest(1, length(name))) AS place
$$
"""
"""From each character on, as many as are searched for. What folds to nothing has one empty part."""

TABLES = (
    """CREATE TABLE IF NOT EXISTS unit_name_part (
        unit_id UUID NOT NULL,
        part VARCHAR COLLATE "C" NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        CONSTRAINT pk_unit_name_part PRIMARY KEY (unit_id, part)
    )""",
    """CREATE TABLE IF NOT EXISTS person_name_part (
        person_id UUID NOT NULL,
        part VARCHAR COLLATE "C" NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        CONSTRAINT pk_person_name_part PRIMARY KEY (person_id, part)
    )""",
    """CREATE TABLE IF NOT EXISTS intern_name_part (
        unit_id UUID NOT NULL,
        intern_id UUID NOT NULL,
        part VARCHAR COLLATE "C" NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        CONSTRAINT pk_intern_name_part PRIMARY KEY (unit_id, intern_id, part)
    )""",
    """CREATE TABLE IF NOT EXISTS post_name_part (
        unit_id UUID NOT NULL,
        post_id UUID NOT NULL,
        part VARCHAR COLLATE "C" NOT NULL,
        region VARCHAR(6) COLLATE "C" NOT NULL,
        CONSTRAINT pk_post_name_part PRIMARY KEY (unit_id, post_id, part)
    )""",
    """CREATE INDEX IF NOT EXISTS ix_unit_name_part_part_unit_id_region
        ON unit_name_part (part, unit_id, region)""",
    """CREATE INDEX IF NOT EXISTS ix_person_name_part_part_person_id_region
        ON person_name_part (part, person_id, region)""",
    """CREATE INDEX IF NOT EXISTS ix_intern_name_part_part_unit_id_intern_id_region
        ON intern_name_part (part, unit_id, intern_id, region)""",
    """CREATE INDEX IF NOT EXISTS ix_post_name_part_part_unit_id_post_id_region
        ON post_name_part (part, unit_id, post_id, region)""",
)

POLICIES = (
    "ALTER TABLE person_name_part ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE person_name_part FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS person_name_part_select ON person_name_part",
    "DROP POLICY IF EXISTS person_name_part_insert ON person_name_part",
    "DROP POLICY IF EXISTS person_name_part_update ON person_name_part",
    "DROP POLICY IF EXISTS person_name_part_delete ON person_name_part",
    """CREATE POLICY person_name_part_select ON person_name_part FOR SELECT USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim_line AS t
            WHERE t.person_id = person_name_part.person_id))
    OR person_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY person_name_part_insert ON person_name_part FOR INSERT WITH CHECK (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY person_name_part_update ON person_name_part FOR UPDATE USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY person_name_part_delete ON person_name_part FOR DELETE USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
)""",
    'REVOKE ALL ON person_name_part FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON person_name_part TO :"service_role"',
    "ALTER TABLE post_name_part ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE post_name_part FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS post_name_part_select ON post_name_part",
    "DROP POLICY IF EXISTS post_name_part_insert ON post_name_part",
    "DROP POLICY IF EXISTS post_name_part_update ON post_name_part",
    "DROP POLICY IF EXISTS post_name_part_delete ON post_name_part",
    """CREATE POLICY post_name_part_select ON post_name_part FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY post_name_part_insert ON post_name_part FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY post_name_part_update ON post_name_part FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY post_name_part_delete ON post_name_part FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
)""",
    'REVOKE ALL ON post_name_part FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON post_name_part TO :"service_role"',
    "ALTER TABLE unit_name_part ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE unit_name_part FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS unit_name_part_select ON unit_name_part",
    "DROP POLICY IF EXISTS unit_name_part_insert ON unit_name_part",
    "DROP POLICY IF EXISTS unit_name_part_update ON unit_name_part",
    "DROP POLICY IF EXISTS unit_name_part_delete ON unit_name_part",
    """CREATE POLICY unit_name_part_select ON unit_name_part FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR unit_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY unit_name_part_insert ON unit_name_part FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY unit_name_part_update ON unit_name_part FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY unit_name_part_delete ON unit_name_part FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
)""",
    'REVOKE ALL ON unit_name_part FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON unit_name_part TO :"service_role"',
    "ALTER TABLE intern_name_part ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE intern_name_part FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS intern_name_part_select ON intern_name_part",
    "DROP POLICY IF EXISTS intern_name_part_insert ON intern_name_part",
    "DROP POLICY IF EXISTS intern_name_part_update ON intern_name_part",
    "DROP POLICY IF EXISTS intern_name_part_delete ON intern_name_part",
    """CREATE POLICY intern_name_part_select ON intern_name_part FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
)""",
    """CREATE POLICY intern_name_part_insert ON intern_name_part FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY intern_name_part_update ON intern_name_part FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
)""",
    """CREATE POLICY intern_name_part_delete ON intern_name_part FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
)""",
    'REVOKE ALL ON intern_name_part FROM :"service_role"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON intern_name_part TO :"service_role"',
)


class Named(NamedTuple):
    """A table whose names are searched: its key, its owner, and what it is called in each row."""

    table: str
    key: Mapping[str, str]
    owner: str
    names: str
    columns: str = "name"


NAMED = (
    Named(
        "unit",
        {"unit_id": "id"},
        "unit",
        "{row}.name::text || ARRAY(SELECT former ->> 'name' "
        "FROM pg_catalog.jsonb_array_elements({row}.former_names) AS former)",
        "name, former_names",
    ),
    Named("person", {"person_id": "id"}, "person", "ARRAY[{row}.name]"),
    Named("intern", {"unit_id": "unit_id", "intern_id": "id"}, "unit", "ARRAY[{row}.name]"),
    Named("post", {"unit_id": "unit_id", "post_id": "id"}, "unit", "ARRAY[{row}.name]"),
)

# Whoever writes a name, its parts are written for whom they belong to: policies open them to their
# owner. Only a superuser may have the function itself keep a setting, so it puts it back.
KEEP_PARTS = """
CREATE OR REPLACE FUNCTION keep_{table}_name_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stated text := coalesce(current_setting('app.{owner}', true), '');
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM set_config('app.{owner}', OLD.{owned}::text, true);
        DELETE FROM public.{table}_name_part WHERE {old};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM set_config('app.{owner}', NEW.{owned}::text, true);
        INSERT INTO public.{table}_name_part ({into}, part, region)
        SELECT {new}, part, NEW.region FROM public.list_name_parts({names}) AS part
        ON CONFLICT DO NOTHING;
    END IF;
    PERFORM set_config('app.{owner}', stated, true);
    RETURN NULL;
END
$$
"""

FILL = """
INSERT INTO {table}_name_part ({into}, part, region)
SELECT {chosen}, part, named.region FROM (
    SELECT * FROM {table} WHERE :batch FOR SHARE
) AS named, public.list_name_parts({names}) AS part
ON CONFLICT DO NOTHING
"""
"""In batches; each row is held, so that nobody gives it another name meanwhile."""


def upgrade() -> None:
    """Add the tables, what keeps them from now on, and the parts of the names that there are."""
    for statement in (READ_AS_SEARCHES, LIST_PARTS, *TABLES, *POLICIES):
        execute(statement)
    for table, key, owner, names, columns in NAMED:
        listed = {
            "table": table,
            "owner": owner,
            "owned": key[f"{owner}_id"],
            "into": ", ".join(key),
            "old": " AND ".join(f"{own} = OLD.{far}" for own, far in key.items()),
            "new": ", ".join(f"NEW.{far}" for far in key.values()),
        }
        execute(KEEP_PARTS.format(names=names.format(row="NEW"), **listed))
        execute(
            f"CREATE OR REPLACE TRIGGER keep_name_parts "
            f"AFTER INSERT OR DELETE OR UPDATE OF {columns}, region ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION keep_{table}_name_parts()"
        )
    with everywhere():
        for table, key, _, names, _ in NAMED:
            filled = FILL.format(
                table=table,
                into=", ".join(key),
                chosen=", ".join(f"named.{far}" for far in key.values()),
                names=names.format(row="named"),
            )
            walk(table, [*key.values()], filled)
