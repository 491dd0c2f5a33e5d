"""`python -m tests.clients [SUITE …]`: public suites and ordinary clients against the product."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.clients.node_packages import Unavailable
from tests.clients.page import PAGE, render_page
from tests.clients.suite import SUITES, Outcome, run_suite
from tests.server.product import run_product

SETTINGS = {
    "ALLOWED_ORIGINS": "http://localhost:5173",
    "INTROSPECTION_FOR": "everybody",
    "MAX_STRANGER_SOCKETS": "300",
    "MAX_STRANGER_SOCKETS_PER_ADDRESS": "300",
}
"""What suites ask as strangers, more at once than strangers do, and from the example's page."""


async def run_suites(names: Sequence[str], *, may_skip: bool) -> Sequence[Outcome]:
    """Run suites one after another on one product."""
    found = list[Outcome]()
    with tempfile.TemporaryDirectory(prefix="jiuye-clients-") as home:
        async with run_product(Path(home), **SETTINGS) as port:
            for name in names:
                try:
                    one = await run_suite(name, SUITES[name], f"http://127.0.0.1:{port}/graphql")
                except Unavailable as reason:
                    print(f"SKIPPED {name}: {reason}", flush=True)
                    one = Outcome(name, "skipped", passed=may_skip)
                found.append(one)
    return found


def main() -> int:
    """Read the options, run, and tell."""
    options = argparse.ArgumentParser(prog="tests.clients", description=__doc__)
    options.add_argument(
        "suites", nargs="*", metavar="SUITE", help=f"only these: {', '.join(SUITES)}"
    )
    options.add_argument(
        "--may-skip", action="store_true", help="fail for no suite that this machine can't run"
    )
    options.add_argument("--write", action="store_true", help="write docs/clients-tested.md anew")
    given = options.parse_args()
    unknown = set(given.suites) - set(SUITES)
    if unknown:
        options.error(f"there is no {', '.join(sorted(unknown))}")
    found = asyncio.run(run_suites(given.suites or list(SUITES), may_skip=given.may_skip))
    if given.write:
        PAGE.write_text(render_page({one.name: one.result for one in found}), encoding="utf-8")
    print(" ".join(f"{one.name}={one.result}" for one in found))
    return 0 if all(one.passed for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
