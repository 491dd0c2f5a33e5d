"""Who entered a calendar is told to everybody who reads of its region (X7, X9, X10, ADR 0073).

Revision: r0024
Follows: r0023
"""

from collections.abc import Mapping

from migrations.execution import execute

revision = "r0024"
down_revision = "r0023"
branch_labels = None
depends_on = None

LONG_LOCKS: Mapping[str, str] = {}
"""Which tables it rewrites or locks for long, and why that is acceptable."""

CONTRACTS: Mapping[str, str] = {}
"""What it drops, renames or rewrites (a table, or table.column), and since when nothing uses it."""

POLICY = """
CREATE POLICY office_history_select ON office_history FOR SELECT USING (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
    OR holder_id = nullif(current_setting('app.account', true), '')::uuid
    OR (record = 'Parameter' AND EXISTS (
        SELECT FROM parameter AS t
        WHERE t.id = office_history.record_id AND t.status = 'APPROVED'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_objections', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Objection'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('DisbursementBatch'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('AccountAppeal', 'FunctionGrant', 'Account'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_oversight', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('AuditFinding'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_proposals', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Parameter'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
        AND record IN ('CalendarYear'))
)
"""


def upgrade() -> None:
    """Write the policy anew: calendars got a history in one release with reading by function."""
    execute("DROP POLICY IF EXISTS office_history_select ON office_history")
    execute(POLICY)
