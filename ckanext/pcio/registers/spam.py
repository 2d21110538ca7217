"""What keeps automatic senders out of the public forms, without cookies and without a puzzle.

How a register uses it:

1. The view that shows the form passes `token=spam.token("reuse", tk.request.form)` to the template,
   and the template writes `{{ form.guard(token) }}` of `pcio/registers/form.html` inside `<form>`:
   a field people do not see, and the token.
2. The view that takes the form calls `spam.check_form("reuse", tk.request.form)` before the action.
3. The action calls `spam.check_rate("reuse", context)` after everything else was found right, just
   before it writes: who mends a mistake has not sent anything yet. So the API is limited too.
4. Schemas put `spam.few_links` behind a text that everybody may write.

Each refusal is a `ValidationError` under `FIELD`, which `form.errors` shows above the form; the
view shows the form again with what was written in it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import Context
from flask import has_request_context
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from ckanext.pcio.usage import ratelimit

FIELD = "submission"
HONEYPOT = "homepage_address"
TOKEN = "form_token"  # noqa: S105 - the name of a form's field
# Nobody reads and fills in a form faster; a page left open over night may still be sent.
SECONDS_AT_LEAST = 3
SECONDS_AT_MOST = 24 * 3600
LINKS_AT_MOST = 2

_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)


def token(purpose: str, form: Mapping[str, Any] | None = None) -> str:
    """Return the signed time at which the form of `purpose` was first shown.

    A form that is shown again because of a mistake keeps its token, so that mending one word does
    not have to last `SECONDS_AT_LEAST`.
    """
    sent = str((form or {}).get(TOKEN) or "")
    return sent if _age(purpose, sent) is not None else _signer(purpose).dumps(purpose)


def check_form(purpose: str, form: Mapping[str, Any]) -> None:
    """Raise `ValidationError` when the form of `purpose` was not filled in by a person."""
    if form.get(HONEYPOT):
        raise _refusal(
            tk._("A field that people do not see was filled in. Leave it empty and send again.")
        )
    age = _age(purpose, str(form.get(TOKEN) or ""))
    if age is None:
        raise _refusal(
            tk._(
                "The form was open for too long, or did not come from this portal."
                " What you wrote is still here: please send it again."
            )
        )
    if age < SECONDS_AT_LEAST:
        raise _refusal(
            tk._(
                "The form was sent faster than a person can fill it in."
                " Please wait a few seconds and send it again."
            )
        )


def check_rate(purpose: str, context: Context) -> None:
    """Raise `ValidationError` when a visitor without a login has sent too much within the hour.

    A login is answerable by name, and a call of the program itself has no visitor.
    """
    if context.get("ignore_auth") or not has_request_context():
        return
    if authz.get_user_id_for_username(context.get("user") or "", allow_none=True):
        return
    limit = tk.config["ckanext.pcio.registers.submissions_per_hour"]
    try:
        allowed = ratelimit.allowed(purpose, limit)
    except ratelimit.RateLimitError:
        raise _refusal(
            tk._("The portal cannot take entries at the moment. Please try again in a few minutes.")
        ) from None
    if not allowed:
        raise _refusal(
            tk._(
                "At most {limit} entries an hour are taken from one place without logging in."
                " Please send this one later."
            ).format(limit=limit)
        )


def few_links(value: Any) -> Any:
    """Validator: a text for people has few links in it; advertising has many."""
    if len(_LINK.findall(str(value or ""))) > LINKS_AT_MOST:
        raise tk.Invalid(
            tk._("Write at most {number} links in this text.").format(number=LINKS_AT_MOST)
        )
    return value


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(tk.config["SECRET_KEY"], salt=f"pcio-form-{purpose}")


def _age(purpose: str, sent: str) -> float | None:
    """Return the seconds since the token `sent` was made, or None where it is not one of ours."""
    signer = _signer(purpose)
    try:
        _, made = signer.loads(sent, max_age=SECONDS_AT_MOST, return_timestamp=True)
    except (BadSignature, SignatureExpired):
        return None
    return time.time() - made.timestamp()


def _refusal(sentence: str) -> tk.ValidationError:
    return tk.ValidationError({FIELD: [sentence]})
