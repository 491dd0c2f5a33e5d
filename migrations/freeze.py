"""`python -m migrations.freeze`: what models and rules say today, as SQL for a migration to keep.

    python -m migrations.freeze policies claim_line        a table's policies and grants
    python -m migrations.freeze parameters money.rounding  the parameters of a key
    python -m migrations.freeze years 2028                 a year's working days

A released migration must do the same for ever, so it holds the text and not the call.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from migrations.parameters import parameters, years
from migrations.policies import secured
from models import Base


def policies(tables: Collection[str]) -> Iterator[str]:
    """Write the policies and grants of some tables, by their names."""
    for mapper in Base.registry.mappers:
        mapped: type[Base] = mapper.class_
        if mapped.metadata is Base.metadata and mapped.__tablename__ in tables:
            yield from secured(mapped)


KINDS: Mapping[str, Callable[[Collection[str]], Iterator[str]]] = {
    "policies": policies,
    "parameters": parameters,
    "years": years,
}


def main(arguments: Sequence[str]) -> int:
    """Print the statements; 1 where there is nothing of the name."""
    match arguments:
        case [what, *names] if what in KINDS and names:
            found = list(KINDS[what](names))
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    sys.stdout.writelines(f"{statement};\n" for statement in found)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
