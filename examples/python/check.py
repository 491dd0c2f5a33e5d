"""The client is generated, typed, and reports this month of the demonstration's unit."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

HEAD = "姓名,出勤天数,实发工资,保险费\n"


def main() -> int:
    """Generate, check types, and save a month that is refused first."""
    shutil.copyfile(os.environ["JIUYE_SCHEMA"], "schema.graphql")
    subprocess.run(["ariadne-codegen"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "mypy", "--no-error-summary"], check=True)
    month = f"{date.today():%Y-%m}"
    names = list_names(month)
    refused = report(month, [f"{name},32,3600.00,12.00" for name in names])
    saved = report(month, [f"{name},1,3600.00,12.00" for name in names])
    done = "rows.0" in refused.stderr and saved.stdout.count(" -> ") == len(names)
    if not done:
        print(refused, saved)
    print(f"ariadne={'ok' if done else 'failed'}")
    return 0 if done else 1


def list_names(month: str) -> list[str]:
    """Read who is to be reported out of what the example says of an empty table."""
    told = report(month, []).stderr
    return told.strip().removeprefix("The table lacks: ").split(", ")


def report(month: str, rows: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the example on a table."""
    Path("figures.csv").write_text(HEAD + "\n".join(rows), encoding="utf-8")
    command = [sys.executable, "month.py", month, "figures.csv"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
