"""How long a portal's first and later starts take, against a bare CKAN start as the baseline.

    .pcio/venv/bin/python bench/portal.py [--demo]

The baseline is `ckan --help` with the same settings: what loading CKAN once costs here.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_and_stop(data: Path, *options: str) -> tuple[float, float]:
    """Return the seconds until "Portal ready" and the seconds Ctrl-C takes."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(ROOT / "pcio"), "portal", "--port", str(free_port()), "--data", str(data), *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Portal ready"):
            break
    ready = time.perf_counter() - began
    began = time.perf_counter()
    process.send_signal(signal.SIGINT)
    if process.wait(60) != 0:
        raise SystemExit("the portal did not stop cleanly")
    return ready, time.perf_counter() - began


def bare_ckan(data: Path) -> float:
    """Return the seconds CKAN's command line needs to load these settings."""
    began = time.perf_counter()
    subprocess.run(
        [str(ROOT / ".pcio/venv/bin/ckan"), "-c", str(data / "ckan.ini"), "config", "declaration"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
        check=False,
    )
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true", help="load the sample province too")
    options = [] if parser.parse_args().demo else ["--no-demo"]
    with tempfile.TemporaryDirectory(prefix="pcio-bench-") as folder:
        data = Path(folder) / "data"
        first, stop = start_and_stop(data, *options)
        warm = [start_and_stop(data, *options)[0] for _ in range(3)]
        baseline = bare_ckan(data)
    print(f"first start      {first:6.1f} s (environment already built)")
    print(f"warm start       {min(warm):6.1f} s (best of 3; worst {max(warm):.1f} s)")
    print(f"stop             {stop:6.1f} s")
    print(f"baseline: CKAN's command line loads in {baseline:.1f} s")
    print(f"ratio warm start / baseline: {min(warm) / baseline:.1f}")


if __name__ == "__main__":
    main()
