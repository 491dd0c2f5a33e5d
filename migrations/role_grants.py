"""What each of the service's roles may write, where it has several (ADR 0059).

Migrations grant everything to the service's one role. Where roles of their own sign people in and
administer, `jiuye migrate` divides these rights at its end, and leaves to the service what
`LEFT_TO_SERVICE` lists. It does so anew each time: what models declare is what holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from migrations.policies import granted
from models import READ_BY_WRITERS, Base, DatabaseRole

LEFT_TO_SERVICE: Mapping[str, tuple[str, ...]] = {
    # One's favourites; and whoever holds an account needs to be able to change something of it.
    "account": ("SELECT", "UPDATE (favourites, version, updated_at)"),
    # The worker clears away what has expired; the policies let it take nothing else.
    "sign_in": ("SELECT", "DELETE"),
    "sign_in_session": ("SELECT", "DELETE"),
    "sign_in_ticket": ("SELECT", "DELETE"),
    # The worker seals anew what a former key sealed.
    "account_appeal": (
        "SELECT",
        "UPDATE (id_number_sealed, contact_name_sealed, contact_mobile_sealed)",
    ),
    "sms_code": ("SELECT", "DELETE"),
    "second_factor": ("SELECT", "UPDATE (secret_sealed)"),
    # How far the worker has examined what was approved.
    "parameter": ("SELECT", "UPDATE (examined_at, examined_to)"),
}
"""What the service's role keeps of tables that another role writes; of all others it reads."""

WRITERS: Mapping[DatabaseRole, tuple[DatabaseRole, ...]] = {
    DatabaseRole.SIGN_IN: (DatabaseRole.SIGN_IN, DatabaseRole.ADMINISTRATION),
    DatabaseRole.ADMINISTRATION: (DatabaseRole.ADMINISTRATION,),
}
"""Which roles write a table, by the role that it declares."""


def list_divided_tables() -> Sequence[type[Base]]:
    """List the tables that another role than the service's writes."""
    mapped: Iterable[type[Base]] = (mapper.class_ for mapper in Base.registry.mappers)
    apart = [each for each in mapped if each.metadata is Base.metadata and _is_divided(each)]
    return sorted(apart, key=lambda table: table.__tablename__)


def _is_divided(table: type[Base]) -> bool:
    return table.written_by is not DatabaseRole.SERVICE


def list_rights(table: type[Base], role: DatabaseRole) -> tuple[str, ...]:
    """List what a role may do with a table; of what it has as a member of another, nothing."""
    name = table.__tablename__
    everything = granted(name, table.owner, table.append_only)
    if not _is_divided(table):
        return everything if role is DatabaseRole.SERVICE else ()
    if role in WRITERS[table.written_by]:
        return everything
    if role is not DatabaseRole.SERVICE:
        return ()
    _, *left = LEFT_TO_SERVICE.get(name, ("SELECT",))
    return (_write_reading(table), *left)


def _write_reading(table: type[Base]) -> str:
    """Write what the service reads of a table: all of it, but for what its writers keep apart."""
    columns = table.__table__.c
    open_ = [each.name for each in columns if not each.info.get(READ_BY_WRITERS)]
    return "SELECT" if len(open_) == len(columns) else f"SELECT ({', '.join(open_)})"


def divide_rights(roles: Mapping[DatabaseRole, str]) -> Iterator[str]:
    """Write the grants of all tables that the roles divide, as statements for their owner."""
    for table in list_divided_tables():
        name = table.__tablename__
        yield f"REVOKE ALL ON {name} FROM {', '.join(map(_quote, roles.values()))}"
        for role, called in roles.items():
            rights = ", ".join(list_rights(table, role))
            if rights:
                yield f"GRANT {rights} ON {name} TO {_quote(called)}"


def open_revision(service: str) -> str:
    """Write what lets the service see which revision the tables have."""
    return f"GRANT SELECT ON alembic_version TO {_quote(service)}"


def unite_rights(service: str) -> Iterator[str]:
    """Write what gives a single role all rights again, whatever it has of them."""
    for table in list_divided_tables():
        rights = ", ".join(granted(table.__tablename__, table.owner, table.append_only))
        yield f"GRANT {rights} ON {table.__tablename__} TO {_quote(service)}"


def _quote(role: str) -> str:
    return '"{}"'.format(role.replace('"', '""'))
