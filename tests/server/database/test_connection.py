"""The address of a database, with all that its options mean."""

import pytest

from server.database.connection import to_dsn
from server.database.database_check import require_database
from server.settings.settings import check_database_url
from tests.factories.database import Database


@pytest.mark.parametrize(
    ("url", "dsn"),
    [
        ("postgresql+asyncpg://u:p@h:1/d", "postgresql://u:p@h:1/d"),
        ("postgresql+asyncpg://u@/d?host=/run/x", "postgresql://u@/d?host=/run/x"),
        (
            "postgresql+asyncpg://u@/d?host=a:5432&host=b:5433&sslmode=require",
            "postgresql://u@/d?sslmode=require&host=a:5432,b:5433",
        ),
    ],
)
def test_several_hosts_are_one_option_for_the_driver(url: str, dsn: str) -> None:
    check_database_url(url)
    assert to_dsn(url) == dsn


async def test_options_of_the_driver_are_taken_that_sqlalchemy_does_not_know(
    database: Database,
) -> None:
    """`sslmode` was a TypeError, or worked for reads by plan alone."""
    await require_database(f"{database.url}&sslmode=disable", "DATABASE_URL")
