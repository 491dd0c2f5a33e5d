"""Places of contributions, official schooling, who may not decide, void amounts (S10, J17, X2).

Revision: r0004
Follows: r0003
"""

from migrations.execution import everywhere, execute, repeat

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None

REVIEWED = (
    "change_request",
    "claim",
    "clawback",
    "completion",
    "declaration",
    "intern",
    "monthly_report",
    "post",
    "qualification",
    "reduction",
    "training_class",
)
"""Tables of what somebody submits and somebody else decides on."""

BAR_WHO_FILED = """
    UPDATE {table} AS r
       SET barred_reviewers = f.who
      FROM (SELECT unit_id, record_id, array_agg(DISTINCT account_id) AS who
              FROM history
             WHERE changes ? 'counter'
             GROUP BY unit_id, record_id) AS f
     WHERE (r.unit_id, r.id) IN (
               SELECT c.unit_id, c.id
                 FROM {table} AS c
                 JOIN history AS h ON h.unit_id = c.unit_id AND h.record_id = c.id
                WHERE h.changes ? 'counter' AND c.barred_reviewers = '{{}}'
                LIMIT 5000)
       AND f.unit_id = r.unit_id AND f.record_id = r.id"""
"""Who filed at the counter before, by the history."""

EMPTY_VOID_AMOUNTS = """
    UPDATE monthly_report
       SET payable_subsidy = NULL
     WHERE (unit_id, id) IN (
               SELECT unit_id, id
                 FROM monthly_report
                WHERE status = 'VOIDED' AND payable_subsidy IS NOT NULL
                LIMIT 5000)"""
"""A void report shows no amount (J39); what it had been stays in its assessment."""


def upgrade() -> None:
    """Add the columns, and tell of records that stand who took part in them."""
    execute(
        'ALTER TABLE insurance_contribution ADD COLUMN IF NOT EXISTS place varchar(6) COLLATE "C"'
    )
    execute(
        "ALTER TABLE person"
        " ADD COLUMN IF NOT EXISTS official_education varchar(40),"
        " ADD COLUMN IF NOT EXISTS official_school varchar,"
        " ADD COLUMN IF NOT EXISTS official_graduated_on date,"
        " ADD COLUMN IF NOT EXISTS official_source varchar,"
        " ADD COLUMN IF NOT EXISTS official_as_of date"
    )
    for table in REVIEWED:
        execute(
            f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS"
            " barred_reviewers uuid[] DEFAULT '{}' NOT NULL"
        )
    with everywhere():
        for table in REVIEWED:
            repeat(BAR_WHO_FILED.format(table=table))
        repeat(EMPTY_VOID_AMOUNTS)
