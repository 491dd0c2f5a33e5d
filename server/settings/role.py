"""What the database's two roles are called."""

OWNER = "jiuye_owner"
"""Owns the tables; migrations run as this role."""
SERVICE = "jiuye"
"""What the service connects as; it owns nothing, so that row-level security applies to it."""
