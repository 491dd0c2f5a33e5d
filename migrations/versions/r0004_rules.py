"""Where contributions were posted (S10), and schooling on official record (J17).

Revision: r0004
Follows: r0003
"""

from migrations.execution import execute

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what facts tell from now on."""
    execute('ALTER TABLE insurance_contribution ADD COLUMN place varchar(6) COLLATE "C"')
    execute(
        "ALTER TABLE person"
        " ADD COLUMN official_education varchar(40),"
        " ADD COLUMN official_school varchar,"
        " ADD COLUMN official_graduated_on date,"
        " ADD COLUMN official_source varchar,"
        " ADD COLUMN official_as_of date"
    )
