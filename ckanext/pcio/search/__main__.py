"""Run the service: `python -m ckanext.pcio.search --data DIR --port N`."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from ckanext.pcio.search import analysis
from ckanext.pcio.search.app import SearchApp
from ckanext.pcio.search.index import Cores, DirectoryInUseError, DirectoryLock

# After a kill -9 of the parent the old worker needs about a second to notice and let go.
_WAIT = 5.0


class _Service(BaseApplication):
    """Gunicorn with one worker process, because one process alone may write an index."""

    def __init__(self, arguments: argparse.Namespace, lock: DirectoryLock) -> None:
        self.arguments = arguments
        self.lock = lock
        self.app: SearchApp | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set Gunicorn up."""
        options: dict[str, Any] = {
            "bind": f"{self.arguments.host}:{self.arguments.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self.arguments.threads,
            "graceful_timeout": 20,
            "loglevel": "warning",
            "proc_name": "pcio-search",
            "limit_request_line": 8190,
            "control_socket_disable": True,
            "post_worker_init": self.ready,
            "worker_exit": self.stop,
        }
        for name, value in options.items():
            if self.cfg is not None and name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Open the indexes; runs in the worker, which is the process that writes."""
        analysis.load()
        self.app = SearchApp(Cores(Path(self.arguments.data), self.lock))
        return self.app

    def ready(self, worker: object) -> None:
        """Say that requests are answered from now on."""
        host = self.arguments.host
        print(f"Search service ready: http://{host}:{self.arguments.port}/solr", flush=True)

    def stop(self, server: object, worker: object) -> None:
        """Commit what is pending when the worker ends."""
        if self.app is not None:
            self.app.close()


def _address_problem(host: str, port: int) -> str | None:
    """Say why one cannot listen there; Gunicorn would try for seconds and say it ten times."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        return getattr(error, "strerror", None) or str(error)
    return None


def main(argv: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ckanext.pcio.search", description=__doc__)
    parser.add_argument("--data", required=True, help="directory of the indexes")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8983, help="port to listen on")
    parser.add_argument(
        "--wait", type=float, default=_WAIT, help="seconds to wait for a service that is ending"
    )
    parser.add_argument("--threads", type=int, default=8, help="requests answered at once")
    arguments = parser.parse_args(argv)
    # The index holds private datasets too.
    os.umask(0o077)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        lock = DirectoryLock(Path(arguments.data), arguments.wait)
    except DirectoryInUseError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The directory {arguments.data} cannot be used: {error}", file=sys.stderr)
        return 1
    if problem := _address_problem(arguments.host, arguments.port):
        print(
            f"The address {arguments.host}:{arguments.port} cannot be used: {problem}",
            file=sys.stderr,
        )
        return 1
    _Service(arguments, lock).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
