"""Who is the same visitor, and who cannot pretend to be another."""

from __future__ import annotations

import pytest
from ckan.common import config
from flask import request
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.pcio.usage import buffer, visitor
from tests.usage import reading


@pytest.fixture(autouse=True)
def nobody_known(monkeypatch):
    monkeypatch.setattr(buffer, "_salts", {})
    reading.forget()


@pytest.fixture
def seen(application):
    """Return what `look` says of a request that came like this."""

    def see(look, forwarded=None, *, agent="Firefox", connection="10.0.0.1", proxies=0):
        headers = {"User-Agent": agent}
        if forwarded is not None:
            headers["X-Forwarded-For"] = forwarded
        environ = {"REMOTE_ADDR": connection}
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(config, "ckanext.pcio.usage.proxies", proxies)
            with application.test_request_context("/", headers=headers, environ_overrides=environ):
                return look(request)

    return see


@pytest.mark.parametrize(
    ("number", "forwarded", "address"),
    [
        (0, None, "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::7]:443", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_address_is_the_one_our_outermost_proxy_saw(seen, number, forwarded, address):
    assert seen(visitor.address, forwarded, proxies=number) == address


@given(
    said=st.lists(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])), max_size=5)
)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_visitor_claims_changes_nothing(seen, said):
    forwarded = ",".join([*said, "203.0.113.9"])
    assert seen(visitor.address, forwarded, proxies=1) == "203.0.113.9"


def test_address_and_browser_make_the_visitor(seen):
    first = seen(visitor.visitor_key)
    assert seen(visitor.visitor_key) == first
    assert seen(visitor.visitor_key, agent="Chrome") != first
    assert seen(visitor.visitor_key, connection="10.0.0.9") != first


def test_the_key_is_another_one_the_next_day(seen):
    """At midnight in Thailand, which is 17 o'clock in the standard time."""
    with freeze_time("2026-07-01 16:59:00"):
        first = seen(visitor.visitor_key)
    with freeze_time("2026-07-01 17:01:00"):
        assert seen(visitor.visitor_key) != first


def test_without_the_salt_nobody_can_make_the_key_again():
    first = visitor.key("10.0.0.1 Firefox", "2026-07-01")
    buffer._salts.clear()
    reading.forget()
    assert visitor.key("10.0.0.1 Firefox", "2026-07-01") != first
