"""On what was measured: cores, memory and versions; no names, no paths."""

import os
import platform
from pathlib import Path

from server.database.postgres import Cluster
from server.database.postgres_roles import connect_as_superuser


async def described(cluster: Cluster) -> dict[str, str]:
    """Describe the machine and the programs."""
    connection = await connect_as_superuser(cluster)
    try:
        version: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return {
        "Cores": str(os.cpu_count()),
        "CPU": _first("/proc/cpuinfo", "model name"),
        "Memory": f"{int(_first('/proc/meminfo', 'MemTotal').split()[0]) / 1e6:.0f} GB",
        "PostgreSQL": version.partition(" ")[0],
        "Python": platform.python_version(),
    }


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "unknown"


def loaded() -> float:
    """Tell how busy the machine is with other things."""
    return os.getloadavg()[0]
