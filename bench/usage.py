"""Everything measured of usage, one after the other: what README.md of this folder shows.

    .pcio/venv/bin/python bench/usage.py [capture] [flush] [log] [queries]

`capture`  cost of counting for a request, beside the same request uncounted and core's `tracking`
`flush`    a million events into daily rows, beside one upsert for each counter
`log`      lines a second of `import-log`, beside GoAccess on the same generated file
`queries`  questions about use with 100 million events in the tables, and a listing page of 100
           datasets with badges, beside the days alone and core's `tracking`

Each part brings up a throw-away stack; run it on a quiet machine. Names choose parts; without a
name all are run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS = ("capture", "flush", "log", "queries")


def main() -> None:
    """Run the parts that are named, or all, and fail where one fails."""
    chosen = sys.argv[1:] or PARTS
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        raise SystemExit(f"There is no part {', '.join(unknown)}; choose of {', '.join(PARTS)}.")
    for name in chosen:
        print(f"== {name}", flush=True)
        script = Path(__file__).with_name(f"usage_{name}.py")
        subprocess.run([sys.executable, str(script)], check=True)


if __name__ == "__main__":
    main()
