"""Web addresses people give: which are taken, and which two are the same."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

LONGEST = 2000
# An index of PostgreSQL takes no row of any length.
_LONGEST_KEY = 500
_PORTS = {"http": 80, "https": 443}
_TRACKING = ("utm_", "fbclid", "gclid")


def web_address(text: str) -> str | None:
    """Return `text` where it is an http or https address with a host, else None."""
    if len(text) > LONGEST or any(c.isspace() or unicodedata.category(c) == "Cc" for c in text):
        return None
    parts = _parts(text)
    if parts is None or parts.scheme.lower() not in _PORTS or not parts.hostname:
        return None
    # A name before the host makes an address look like another's.
    return None if "@" in parts.netloc or "." not in parts.hostname else text


def key(address: str) -> str:
    """Return what two addresses of the same page have in common.

    Scheme, `www.`, letter case of the host, default port, a slash at the end, the fragment, the
    order of parameters and parameters for tracking make no difference. A long one is its hash.
    """
    parts = _parts(address)
    if parts is None or not parts.hostname:
        return address
    host = parts.hostname.lower().removeprefix("www.").rstrip(".")
    port = parts.port
    if port is not None and port != _PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=-._~").rstrip("/")
    parameters = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(_TRACKING)
    )
    found = f"{host}{path}" + (f"?{urlencode(parameters)}" if parameters else "")
    return found if len(found) <= _LONGEST_KEY else blake2b(found.encode()).hexdigest()


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts
