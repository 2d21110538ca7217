"""One address is asked: against real servers, and never where only the portal can reach."""

from __future__ import annotations

import ssl
import subprocess
import threading
import time

import pytest

from ckanext.pcio.catalog.links.addresses import Allowed, target
from ckanext.pcio.catalog.links.asking import MOST_BYTES, Manners, _Connection, ask
from ckanext.pcio.catalog.links.gate import Gate

from .servers import (
    FORBIDDEN_HOST,
    HOST,
    Endless,
    Server,
    by_method,
    dripping,
    free_port,
    moved,
    slow,
    status,
)

AGENT = "pcio-link-check/1.0 (+https://portal.example.go.th)"
PATHS = {
    "/ok": status(200),
    "/partial": by_method(status(405), status(206, b"a")),
    "/head-forbidden": by_method(status(403), status(200, b"content")),
    "/head-missing": by_method(status(404), status(200, b"content")),
    "/head-error": by_method(status(500), status(200, b"content")),
    "/empty": by_method(status(501), status(416)),
    "/missing": status(404),
    "/gone": status(410),
    "/forbidden": status(403),
    "/login": status(401),
    "/error": status(500),
    "/teapot": status(418),
    "/later": status(503, Retry_After="120"),
    "/too-many": status(429, Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"),
    "/once": moved("/ok"),
    "/loop-a": moved("/loop-b"),
    "/loop-b": moved("/loop-a"),
    "/self": moved("/self"),
    "/nowhere": status(302),
    "/to-ftp": moved("ftp://x.example/a"),
    "/to-garbage": moved("http://[::1"),
    "/to-metadata": moved("http://169.254.169.254/latest/meta-data/"),
    "/to-decimal": moved("http://2130706433/"),
    "/to-ipv6": moved("http://[::ffff:127.0.0.1]/"),
    "/slow": slow(3),
    "/drip": dripping,
    **{f"/far-{number}": moved(f"/far-{number + 1}") for number in range(10)},
}


@pytest.fixture(scope="module")
def server():
    made = Server(PATHS)
    yield made
    made.close()


def manners(**changes) -> Manners:
    known = {"user_agent": AGENT, "allowed": Allowed([HOST])}
    seconds = {"connect_seconds": 1, "read_seconds": 0.5, "total_seconds": 1}
    return Manners(**{**known, **seconds, **changes})


@pytest.mark.parametrize(
    ("path", "kind", "code", "reason"),
    [
        ("/ok", "ok", 200, ""),
        ("/partial", "ok", 206, ""),
        ("/head-forbidden", "ok", 200, ""),
        ("/head-missing", "ok", 200, ""),
        ("/head-error", "ok", 200, ""),
        ("/empty", "ok", 416, ""),
        ("/missing", "failed", 404, "not_found"),
        ("/gone", "failed", 410, "not_found"),
        ("/forbidden", "kept_out", 403, "forbidden"),
        ("/login", "kept_out", 401, "forbidden"),
        ("/error", "failed", 500, "server"),
        ("/teapot", "failed", 418, "status"),
        ("/later", "busy", 503, "busy"),
        ("/too-many", "busy", 429, "busy"),
        ("/once", "ok", 200, ""),
        ("/loop-a", "failed", None, "redirects"),
        ("/self", "failed", None, "redirects"),
        ("/far-0", "failed", None, "redirects"),
        ("/far-6", "failed", 404, "not_found"),
        ("/nowhere", "failed", 302, "status"),
        ("/to-ftp", "failed", None, "redirect_address"),
        ("/to-garbage", "failed", None, "redirect_address"),
        ("/slow", "failed", None, "timeout"),
        ("/drip", "failed", None, "timeout"),
    ],
)
def test_what_an_answer_means(server, path, kind, code, reason):
    found = ask(server.url + path, manners())
    assert (found.kind, found.status, found.reason) == (kind, code, reason)


def test_the_time_a_server_asks_for_is_read(server):
    assert ask(server.url + "/later", manners()).retry_after == 120
    waiting = ask(server.url + "/too-many", manners()).retry_after
    assert waiting is not None
    assert waiting > 365 * 24 * 3600


def test_a_server_that_keeps_talking_is_left_in_time(server):
    """No single wait is long, but all of them are: the whole has its own limit."""
    began = time.monotonic()
    ask(server.url + "/drip", manners(read_seconds=5, total_seconds=0.7))
    assert time.monotonic() - began < 2.5


def test_a_connection_that_comes_after_the_time_is_not_used(server):
    """While there is no socket yet nothing can be shut: a slow start must not buy more time."""
    connection = _Connection(target(server.url + "/drip"), manners())
    connection.give_up()
    with pytest.raises(TimeoutError):
        connection.open([HOST])
    connection.close()


def test_head_is_asked_first_and_only_a_little_of_the_rest(server):
    ask(server.url + "/ok?a", manners())
    ask(server.url + "/head-forbidden", manners())
    assert server.methods("/head-forbidden")[-2:] == ["HEAD", "GET"]
    _method, _path, headers = server.asked[-1]
    assert headers["Range"] == "bytes=0-0"
    assert headers["User-Agent"] == AGENT
    assert headers["Host"] == f"{HOST}:{server.port}"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_content_without_end_is_not_read():
    endless = Endless()
    server = Server({"/big": by_method(status(405), endless)})
    try:
        assert ask(server.url + "/big", manners()).kind == "ok"
        assert endless.stopped.wait(5)
        # What the two kernels buffer is sent, but nobody reads it.
        assert endless.sent < 16 * 2**20
        assert MOST_BYTES <= 4096
    finally:
        server.close()


@pytest.mark.parametrize("path", ["/to-metadata", "/to-decimal", "/to-ipv6"])
def test_a_redirect_into_a_private_network_is_refused(server, path):
    found = ask(server.url + path, manners())
    assert (found.kind, found.reason) == ("refused", "redirect_private")


def test_a_redirect_to_the_portals_own_machine_reaches_nobody():
    inside = Server({"/secret": status(200)}, host=FORBIDDEN_HOST)
    outside = Server({"/out": moved(f"{inside.url}/secret")})
    try:
        found = ask(f"{outside.url}/out", manners())
        assert (found.kind, found.reason) == ("refused", "redirect_private")
        assert inside.asked == []
    finally:
        inside.close()
        outside.close()


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::]"),
    ],
)
def test_every_way_to_write_the_portals_own_machine_is_refused(host):
    inside = Server({"/": status(200)}, host=FORBIDDEN_HOST)
    try:
        found = ask(f"http://{host}:{inside.port}/", manners(allowed=Allowed()))
        assert found.kind == "refused" or found.reason == "name"
        assert inside.asked == []
    finally:
        inside.close()


def test_a_name_is_resolved_once_and_asked_where_it_was_looked_at(server):
    """DNS rebinding: the second answer would lead to the portal's own machine."""
    answers = iter([[HOST], [FORBIDDEN_HOST], [FORBIDDEN_HOST]])
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    found = ask(f"http://rebinding.example:{server.port}/head-forbidden", manners(resolve=resolve))
    assert found.kind == "ok"
    assert asked == ["rebinding.example"]
    assert server.asked[-1][2]["Host"] == f"rebinding.example:{server.port}"


def test_of_several_addresses_only_the_permitted_ones_are_tried(server):
    chosen = manners(resolve=lambda _host, _port: [FORBIDDEN_HOST, HOST])
    assert ask(f"http://mixed.example:{server.port}/ok", chosen).kind == "ok"


def test_a_name_nobody_knows_and_a_resolver_that_hangs():
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    assert ask("http://x.example/", manners(resolve=unknown)).reason == "name"
    done = threading.Event()

    def hanging(_host: str, _port: int) -> list[str]:
        done.wait(20)
        return ["1.1.1.1"]

    began = time.monotonic()
    assert ask("http://x.example/", manners(resolve=hanging)).reason == "name"
    assert time.monotonic() - began < 3
    done.set()


def test_a_refused_connection():
    found = ask(f"http://{HOST}:{free_port()}/", manners())
    assert (found.kind, found.reason) == ("failed", "connect")


def test_no_answer_of_http_and_no_secure_connection(server):
    found = ask(f"https://{HOST}:{server.port}/ok", manners())
    assert found.kind == "failed"
    assert found.reason in ("tls", "broken_answer")


def test_a_certificate_nobody_signed_is_told_apart(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=x", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    server = Server({"/ok": status(200)})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    try:
        found = ask(f"https://{HOST}:{server.port}/ok", manners())
        assert (found.kind, found.reason) == ("kept_out", "certificate")
    finally:
        server.close()


def test_what_is_no_address_is_not_asked():
    assert ask("ftp://x.example/a", manners()).reason == "scheme"
    assert ask("data.csv", manners()).kind == "not_asked"


def test_one_request_at_a_time_for_each_server():
    """Also where two addresses of it are asked from two sides, and with a pause between."""
    server = Server({"/a": slow(0.1), "/b": slow(0.1), "/to-a": moved("/a")})
    polite = manners(gate=Gate(0.1), total_seconds=5)
    try:
        threads = [
            threading.Thread(target=ask, args=(server.url + path, polite))
            for path in ("/a", "/b", "/to-a")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.asked) == 4
        assert server.most_at_once == 1
        pauses = [
            later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)
        ]
        assert min(pauses) >= 0.1
    finally:
        server.close()


def test_waiting_for_ones_turn_is_no_time_of_the_server():
    server = Server({"/a": slow(0.3)})
    polite = manners(gate=Gate(0), total_seconds=0.8)
    found = []
    try:
        threads = [
            threading.Thread(target=lambda: found.append(ask(server.url + "/a", polite).kind))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == ["ok"] * 4
    finally:
        server.close()
