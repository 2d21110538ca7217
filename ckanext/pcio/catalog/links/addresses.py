"""Which addresses the portal may ask: public ones, and those the administrator named. Pure.

Anybody who may describe data can make the portal ask an address. So it never asks what only it
can reach: its own machine, the network behind it, the cloud's metadata service.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

LONGEST_URL = 8000
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9._~-]{1,253}|\[[0-9a-f:.]{2,45}\]", re.ASCII)
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Prefixes that carry an IPv4 address within: NAT64 (RFC 6052, RFC 8215).
_LAST_IPV4 = 0xFFFFFFFF
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


class NoAddress(ValueError):
    """This cannot be asked; `reason` is a key of `standard.links.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart, as a request needs it."""

    scheme: Literal["http", "https"]
    host: str
    """In lower case, in ASCII, without the brackets of an IPv6 address."""
    port: int
    path: str
    """Path and query, every octet allowed in a request line."""

    @property
    def url(self) -> str:
        """Return the whole address."""
        netloc = self.authority
        return f"{self.scheme}://{netloc}{self.path}"

    @property
    def authority(self) -> str:
        """Return host and port as the header `Host` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Take `url` apart; raises `NoAddress` ("address", "scheme").

    A user's name and password in it are left out: they are not sent anywhere.
    """
    text = url.strip()
    if not text or len(text) > LONGEST_URL or any(ord(sign) < ord(" ") for sign in text):
        raise NoAddress("address")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NoAddress("address") from None
    scheme = parts.scheme.lower()
    if not scheme or not parts.netloc:
        raise NoAddress("address")
    if scheme not in _PORTS:
        raise NoAddress("scheme")
    path = urlunsplit(("", "", quote(parts.path or "/", _KEPT), quote(parts.query, _KEPT), ""))
    return Target(
        scheme=scheme,  # pyright: ignore[reportArgumentType] - one of _PORTS
        host=_ascii(host),
        port=_PORTS[scheme] if port is None else port,
        path=path if path.startswith("/") else f"/{path}",
    )


# Signs that stay as they are: what is escaped already, and what separates.
_KEPT = "%/:=&?~+!$,;'@()*[]"


def _ascii(host: str) -> str:
    host = host.lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise NoAddress("address") from None
    # A name may have a full stop after it; it is the same name.
    host = host.rstrip(".")
    shown = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(shown):
        raise NoAddress("address")
    return host


class Allowed:
    """Hosts and networks of an intranet that the administrator lets the portal ask."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Take `entries`: a host's name, an address, or a network such as 10.1.0.0/16.

        Raises ValueError where one is none of these.
        """
        self._names: set[str] = set()
        self._networks: list[_Network] = []
        for entry in filter(None, (text.strip().lower() for text in entries)):
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                if not _HOST.fullmatch(entry):
                    raise ValueError(entry) from None
                self._names.add(entry)

    def permits(self, host: str, address: str) -> bool:
        """Whether `address`, which `host` was resolved to, may be connected to."""
        ip = _plain(ipaddress.ip_address(address.partition("%")[0]))
        if any(ip in network for network in self._networks if network.version == ip.version):
            return True
        if is_public(ip):
            return True
        # A name stands for whatever it leads to, apart from what no server is ever at.
        never = ip.is_link_local or ip.is_multicast or ip.is_unspecified
        return host in self._names and not never


def _plain(ip: _IP) -> _IP:
    """Return the IPv4 address an IPv6 address carries, if it does."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    # "::1" and "::" are addresses of their own among those that carry one in the old way.
    if any(ip in network for network in _NAT64) or 1 < int(ip) <= _LAST_IPV4:
        return ipaddress.IPv4Address(int(ip) & _LAST_IPV4)
    return ip


def is_public(ip: _IP) -> bool:
    """Whether an address is one of the open Internet."""
    ip = _plain(ip)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
