"""The key by which a submitter finds the own entry again, without an account.

It is computed from the portal's secret and the entry's id, so that no table holds it.
"""

from __future__ import annotations

import hmac

import ckan.plugins.toolkit as tk


def key(reuse_id: str) -> str:
    """Return the key of the entry `reuse_id`."""
    secret = f"pcio-reuse:{tk.config['SECRET_KEY']}".encode()
    return hmac.new(secret, reuse_id.encode(), "sha256").hexdigest()[:32]


def fits(reuse_id: str, given: str) -> bool:
    """Return whether `given` is the key of the entry."""
    return bool(given) and hmac.compare_digest(key(reuse_id).encode(), given.encode())
