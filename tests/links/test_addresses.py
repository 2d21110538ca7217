"""Which addresses may be asked."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.catalog.links.addresses import Allowed, NoAddress, is_public, target


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2001:db8::1", "64:ff9b:1::a00:1", "fe80::1%eth0"),
    ],
)
def test_what_only_the_portal_can_reach_is_refused(address):
    assert not Allowed().permits("data.example.go.th", address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "203.150.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "2002:101:101::"]
)
def test_public_addresses_are_asked(address):
    assert Allowed().permits("data.example.go.th", address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_wrapped(address):
    number = int(address)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    assert is_public(mapped) == is_public(nat64) == is_public(address)


def test_the_administrators_hosts_and_networks_are_asked():
    allowed = Allowed(["gis.office.local", "10.20.0.0/16", "192.168.1.5", ""])
    assert allowed.permits("gis.office.local", "10.9.9.9")
    assert allowed.permits("other.office.local", "10.20.3.4")
    assert allowed.permits("x", "::ffff:10.20.3.4")
    assert allowed.permits("x", "192.168.1.5")
    assert not allowed.permits("x", "192.168.1.6")
    assert not allowed.permits("sub.gis.office.local", "10.9.9.9")
    # A name that is led to the cloud's metadata service is not believed.
    assert not allowed.permits("gis.office.local", "169.254.169.254")


def test_a_setting_that_names_no_host_is_told():
    with pytest.raises(ValueError, match="http://x"):
        Allowed(["http://x"])


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://Data.Example.go.th", "http://data.example.go.th/"),
        ("https://x.example:443/a", "https://x.example/a"),
        ("http://x.example:8080/a?b=1", "http://x.example:8080/a?b=1"),
        ("http://user:secret@x.example/a", "http://x.example/a"),
        (
            "http://x.example/ไฟล์ 1.csv",
            "http://x.example/%E0%B9%84%E0%B8%9F%E0%B8%A5%E0%B9%8C%201.csv",
        ),
        ("http://x.example/%E0%B9%84?q=ก#top", "http://x.example/%E0%B9%84?q=%E0%B8%81"),
        ("http://ไทย.ไทย/", "http://xn--o3cw4h.xn--o3cw4h/"),
        ("http://x.example./a", "http://x.example/a"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("  http://x.example/a  ", "http://x.example/a"),
    ],
)
def test_an_address_is_taken_apart(url, asked):
    assert target(url).url == asked


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "address"),
        ("data.csv", "address"),
        ("/dataset/a", "address"),
        ("//x.example/a", "address"),
        ("http://", "address"),
        ("http:///a", "address"),
        ("http://x.example:99999/", "address"),
        ("http://x.example:x/", "address"),
        ("http://[::1/", "address"),
        ("http://x example/", "address"),
        ("http://x.example/\r\nX: y", "address"),
        ("http://x.example/\x00", "address"),
        ("http://" + "x" * 9000, "address"),
        ("http://‥/", "address"),
        ("ftp://x.example/a", "scheme"),
        ("file:///etc/passwd", "address"),
        ("file://x/etc/passwd", "scheme"),
        ("gopher://x.example/", "scheme"),
        ("javascript:alert(1)", "address"),
        ("mailto:a@b.example", "address"),
    ],
)
def test_what_is_no_address_is_not_asked(url, reason):
    with pytest.raises(NoAddress) as refused:
        target(url)
    assert refused.value.reason == reason


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://x.example/"]))
def test_nothing_gets_into_a_request_line_that_does_not_belong_there(text, before):
    """Whatever somebody enters as an address, it is refused or plain ASCII without white space."""
    try:
        found = target(before + text)
    except NoAddress:
        return
    line = found.path + found.authority
    assert line.isascii()
    assert not any(sign.isspace() or ord(sign) < 32 for sign in line)
