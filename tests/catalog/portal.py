"""A portal over real HTTP that answers as CKAN 2.9 to 2.11 do, with the bad days of real ones."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HTML = b"<!DOCTYPE html><html><body>Welcome</body></html>"


class Portal:
    """`datasets` behind an action API.

    `faults` are what the next answers do instead: an HTTP status, or "html", "cut", "drop",
    "slow", "array", "redirect". `cap` is the server's own limit of rows; `root` the path before
    `/api`.
    """

    def __init__(self, datasets=(), cap=1000, root="", version="2.10"):
        self.datasets = sorted(datasets, key=lambda dataset: dataset["name"])
        self.cap = cap
        self.root = root
        self.version = version
        self.faults = deque()
        self.columns = {}
        self.requests = []
        self.headers = {}
        self.tokens = []
        self.on_page = lambda _start: None
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def __enter__(self):
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                portal.answer(self)

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        host, port = self.server.server_address[:2]
        self.host = f"http://{host}:{port}"
        self.url = self.host + self.root
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, request):
        parts = urlsplit(request.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        with self._lock:
            self.requests.append((parts.path, query))
            self.tokens.append(request.headers.get("Authorization"))
            fault = self.faults.popleft() if self.faults else None
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if fault is not None:
                self.fail(request, fault)
            elif not parts.path.startswith(f"{self.root}/api/3/action/"):
                self.send(request, 404, HTML, "text/html")
            else:
                self.act(request, parts.path.rpartition("/")[2], query)
        finally:
            with self._lock:
                self.at_once -= 1

    def act(self, request, action, query):
        if action == "package_search":
            start, rows = int(query.get("start", 0)), min(int(query.get("rows", 10)), self.cap)
            if rows:
                self.on_page(start)
            shown = [d for d in self.datasets if self.shows(d, query, request)]
            results = shown[start : start + rows]
            self.result(
                request, {"count": len(shown), "sort": query.get("sort"), "results": results}
            )
        elif action == "datastore_search":
            time.sleep(0.005)
            fields = self.columns.get(query["resource_id"])
            if fields is None:
                error = {"__type": "Not Found Error", "message": "Not found: Resource"}
                self.result(request, error, status=404)
            else:
                self.result(request, {"fields": fields, "records": [], "limit": 0})
        else:
            self.result(request, {"__type": "Bad request", "message": "Action name"}, status=400)

    def shows(self, dataset, query, request):
        if not dataset.get("private") and dataset.get("state") == "active":
            return True
        return request.headers.get("Authorization") == "secret" and "include_private" in query

    def result(self, request, result, status=200):
        ok = status == 200
        help_url = f"{self.url}/api/3/action/help_show"
        answer = {"help": help_url, "success": ok, ("result" if ok else "error"): result}
        body = json.dumps(answer, ensure_ascii=self.version == "2.9").encode()
        self.send(request, status, body, "application/json;charset=utf-8")

    def fail(self, request, fault):
        if isinstance(fault, int):
            self.send(request, fault, HTML, "text/html")
        elif fault == "html":
            self.send(request, 200, HTML, "text/html")
        elif fault == "array":
            self.send(request, 200, b"[1, 2]", "application/json")
        elif fault == "cut":
            self.send(
                request, 200, b'{"success": true, "result": {"count": 3, "resu', "application/json"
            )
        elif fault == "short":
            self.send(request, 200, b'{"success": true', "application/json", length=5000)
        elif fault == "drop":
            request.close_connection = True
            request.connection.close()
        elif fault == "slow":
            time.sleep(0.5)
            self.send(request, 200, HTML, "text/html")
        elif fault == "redirect":
            self.headers = {"Location": request.path}
            self.send(request, 302, b"", "text/html")

    def send(self, request, status, body, kind, length=None):
        try:
            request.send_response(status)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(length or len(body)))
            for name, value in self.headers.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)
            if length:
                request.close_connection = True
        except (BrokenPipeError, ConnectionResetError):
            pass
