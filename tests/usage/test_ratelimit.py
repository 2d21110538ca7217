"""How often one visitor may send something."""

from __future__ import annotations

import time

import pytest
from ckan.common import config

from ckanext.pcio.usage import buffer, ratelimit
from tests.usage import reading
from tests.usage.redis_server import RedisServer


@pytest.fixture(autouse=True)
def nobody_tried(application):
    reading.forget()


@pytest.fixture
def tries(application):
    """Ask as a visitor whether another attempt is allowed."""

    def attempt(*, agent="Firefox", address="192.0.2.1", limit=2, seconds=3600, purpose="reuse"):
        environ = {"REMOTE_ADDR": address}
        headers = {"User-Agent": agent}
        with application.test_request_context("/", environ_overrides=environ, headers=headers):
            return ratelimit.allowed(purpose, limit, seconds)

    return attempt


def test_the_first_are_allowed_and_no_more(tries):
    assert [tries() for _ in range(4)] == [True, True, False, False]


def test_visitors_and_purposes_do_not_share_a_limit(tries):
    assert [tries(), tries(), tries()][-1] is False
    assert tries(agent="Chrome")
    assert tries(address="192.0.2.2")
    assert tries(purpose="demand")


def test_whoever_changes_the_browser_again_and_again_is_stopped(tries):
    allowed = [tries(agent=f"Browser {number}") for number in range(25)]
    assert allowed == [True] * 20 + [False] * 5


def test_the_limit_ends_with_its_time(tries):
    assert tries(limit=1, seconds=1)
    assert not tries(limit=1, seconds=1)
    time.sleep(1.1)
    assert tries(limit=1, seconds=1)


def test_no_address_is_stored_and_no_counter_is_without_an_end(tries):
    tries()
    client = buffer.connection()
    keys = list(client.scan_iter(f"{buffer.prefix()}*"))
    assert keys
    for key in keys:
        assert client.ttl(key) > 0
        assert b"192.0.2" not in key
        assert b"Firefox" not in key


def test_without_redis_the_caller_is_told(tries, tmp_path, monkeypatch):
    monkeypatch.setitem(config, "ckan.redis.url", RedisServer(tmp_path).url)
    with pytest.raises(ratelimit.RateLimitError):
        tries()
