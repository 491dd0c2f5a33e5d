"""A process of its own that keeps a cluster: `python -m tests.server.database_keeper HOME [UID]`.

It becomes the account UID first if one is given, says in one line of JSON what it did, and stays
until its standard input closes.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from server.database.postgres import Cluster
from server.database.postgres_binaries import PostgresUnavailable
from server.database.postgres_roles import prepare_database


def become(uid: int) -> None:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def keep(home: Path) -> None:
    cluster = Cluster(home)
    try:
        started = cluster.start()
        urls = asyncio.run(prepare_database(cluster))
        facts: dict[str, object] = {
            "started": started,
            "uid": os.geteuid(),
        }
        facts |= {"service": urls.service, "owner": urls.owner}
        print(json.dumps(facts), flush=True)
        sys.stdin.read()
    except PostgresUnavailable as fault:
        print(json.dumps({"fault": str(fault)}), flush=True)
    finally:
        cluster.stop()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        become(int(sys.argv[2]))
    keep(Path(sys.argv[1]))
