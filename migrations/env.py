"""What Alembic runs: the migrations, on the connection that `server.migrate` hands over."""

from alembic import context
from sqlalchemy import Connection

import models

config = context.config
connection = config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise SystemExit("Run migrations with `jiuye migrate`; it connects as the tables' owner.")

context.configure(
    connection=connection,
    target_metadata=models.Base.metadata,
    transaction_per_migration=True,
    compare_server_default=True,
    on_version_apply=config.attributes.get("on_version_apply"),
)
with context.begin_transaction():
    context.run_migrations()
