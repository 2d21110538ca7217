"""Real HTTP servers on the loopback range that behave as servers on the Internet do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.2"
"""Where the tests' servers listen: the only loopback address the tests let the portal ask."""
FORBIDDEN_HOST = "127.0.0.1"

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server whose paths behave as told; it keeps what it was asked."""

    def __init__(self, paths: dict[str, Behaviour], host: str = HOST) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.times: list[float] = []
        self.at_once = self.most_at_once = 0
        counting = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                with counting:
                    outer.asked.append((self.command, self.path, dict(self.headers)))
                    outer.times.append(time.monotonic())
                    outer.at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer.at_once)
                try:
                    paths.get(self.path.partition("?")[0], status(404))(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                finally:
                    with counting:
                        outer.at_once -= 1

            do_GET = do_HEAD = _answer  # noqa: N815

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def methods(self, path: str) -> list[str]:
        """Return with which methods a path was asked, in order."""
        return [method for method, asked, _headers in self.asked if asked == path]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def status(code: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer with a status."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return answer


def moved(location: str, code: int = 302) -> Behaviour:
    """Redirect."""
    return status(code, Location=location)


def by_method(head: Behaviour, get: Behaviour) -> Behaviour:
    """Behave differently to HEAD and GET."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (head if handler.command == "HEAD" else get)(handler)

    return answer


def slow(seconds: float) -> Behaviour:
    """Say nothing for a while."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        status(200)(handler)

    return answer


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Send a header without end, one sign at a time: no single wait is long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _sign in range(200):
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


class Endless:
    """Ignore Range and send content without end; keeps how much was taken."""

    def __init__(self) -> None:
        self.sent = 0
        self.stopped = threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        try:
            while self.sent < 512 * 2**20:
                handler.wfile.write(b"x" * 65536)
                self.sent += 65536
        finally:
            self.stopped.set()


def free_port(host: str = HOST) -> int:
    """Return a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]
