"""Puts a server under load with wrk, and reads what came of it."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.operation import Body
from benchmarks.servers import ServerFailed

DONE = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests": %d, "seconds": %f, "bytes": %d, "p50": %f, "p99": %f, "errors": %d}\\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""

ONE = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
{authorization}
wrk.body = [=====[{body}]=====]
"""

MANY = """
local requests = {}
local nth = 0
init = function(args)
  for line in io.lines(args[1]) do
    local token, body = line:match("^(%S+) (.*)$")
    local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token}
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
end
request = function()
  nth = nth % #requests + 1
  return requests[nth]
end
"""


class WrkMissing(RuntimeError):
    """Say how to get the load generator."""


@dataclass(frozen=True)
class Sample:
    """What one run of wrk gave; milliseconds for latencies."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        """Give the requests per second."""
        return self.requests / self.seconds


def require() -> str:
    """Find wrk, or say where to get it."""
    found = shutil.which("wrk")
    if found is None:
        raise WrkMissing("wrk is missing. On Debian or Ubuntu: apt-get install wrk")
    return found


def script_of(path: Path, body: Body) -> Path:
    """Write the script that posts one body again and again."""
    said = f'wrk.headers["Authorization"] = "Bearer {body.token}"' if body.token else ""
    path.write_text(ONE.format(authorization=said, body=body.content.decode()) + DONE)
    return path


def script_of_many(path: Path, bodies: Iterable[Body]) -> tuple[Path, str]:
    """Write the script that posts one body after another, and the file that lists them."""
    listed = path.with_suffix(".requests")
    with listed.open("wb") as out:
        for body in bodies:
            out.write((body.token or "-").encode() + b" " + body.content + b"\n")
    path.write_text(MANY + DONE)
    return path, str(listed)


def run(url: str, script: Path, clients: int, seconds: float, *arguments: str) -> Sample:
    """Load a server for some seconds with some clients."""
    command = [require(), "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
    command += ["-s", str(script), url, "--", *arguments]
    done = subprocess.run(  # noqa: S603 - running it is its purpose
        command, capture_output=True, text=True, timeout=seconds + 60, check=False
    )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return Sample(**json.loads(line.removeprefix("RESULT ")))
    raise ServerFailed(f"wrk failed: {done.stdout[-1000:]}{done.stderr[-1000:]}")
