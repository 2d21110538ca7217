"""GD Catalog's registration service over real HTTP, with its good and bad days."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Registration:
    """`states` by dataset id: what `gdcatalog_*_state` answers as `result[0]`.

    `fault` makes every answer bad: an HTTP status, "html", "array", "drop", "drip", or "hang"
    (no answer before the server ends).
    """

    def __init__(self):
        self.states = {}
        self.fault = None
        self.questions = []
        self.headers = []
        self.over = threading.Event()

    def __enter__(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                service.answer(self)

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = "http://{}:{}".format(*self.server.server_address[:2])
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, request):
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        action = request.path.rpartition("/")[2]
        self.questions.append((request.path, body))
        self.headers.append(dict(request.headers))
        if self.fault == "hang":
            self.over.wait(60)
            return
        if self.fault == "drop":
            request.close_connection = True
            request.connection.close()
            return
        if isinstance(self.fault, int):
            self.send(request, self.fault, b"busy")
        elif self.fault == "html":
            self.send(request, 200, b"<html>")
        elif self.fault == "array":
            self.send(request, 200, b"[1]")
        elif self.fault == "drip":
            self.drip(request)
        else:
            self.state(request, action, body["package"])

    def state(self, request, action, package_id):
        known = self.states.get(package_id)
        published = action == "gdcatalog_published_state"
        in_this_list = known and published == (known["governance_state"] == "COMPLETED")
        result = {"success": True, "result": [known] if in_this_list else []}
        self.send(request, 200, json.dumps(result).encode())

    def drip(self, request):
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        while not self.over.wait(0.05):
            try:
                request.wfile.write(b" ")
            except OSError:
                return

    def send(self, request, status, body):
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
