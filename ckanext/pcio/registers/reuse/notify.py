"""Letters to officers about a reuse that waits for them; no letter ever stops an entry."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.lib import mailer

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_, Message

log = logging.getLogger(__name__)


def officers_later(reuse_id: str, title: str, dataset_ids: list[str]) -> None:
    """Let the background worker write to the officers, where the portal is set to do so."""
    if not tk.config["ckanext.pcio.registers.notify_officers"]:
        return
    try:
        # The worker has no request to take the portal's address from.
        address = tk.h.url_for("pcio_reuse.review", qualified=True)
        arguments = [reuse_id, title, dataset_ids, address]
        tk.enqueue_job(officers, arguments, title="pcio: a reuse waits")
    except Exception:  # the entry is stored; that the queue is down must not undo it
        log.exception("the officers could not be told of the reuse %s", reuse_id)


def officers(reuse_id: str, title: str, dataset_ids: list[str], address: str) -> None:
    """Write to the editors and admins of the offices whose datasets are used.

    `address` is that of the page where they decide.
    """
    # Nor a reader whose language CKAN could ask for.
    language = pcio_language()
    subject = Message(N_("A reuse of your data waits for approval")).text(language)
    body = Message(
        N_(
            'Someone told the portal how data of your office is used: "{title}".\n'
            "Please look at it and decide: {address}"
        ),
        {"title": title, "address": address},
    ).text(language)
    for user in _officers(dataset_ids):
        try:
            mailer.mail_user(user, subject, body)
        except mailer.MailerException as error:
            log.warning("no letter about the reuse %s: %s", reuse_id, error)


def _officers(dataset_ids: list[str]) -> list[model.User]:
    member, user = model.Member, model.User
    offices = sa.select(FACTS.c.organization_id).where(FACTS.c.package_id.in_(dataset_ids))
    query = (
        sa.select(user)
        .join(member, member.table_id == user.id)
        .where(
            member.table_name == "user",
            member.state == model.State.ACTIVE,
            member.group_id.in_(offices),
            member.capacity.in_(authz.get_roles_with_permission("update_dataset")),
            user.state == model.State.ACTIVE,
            user.email.is_not(None),
        )
        .distinct()
    )
    return list(model.Session.scalars(query))
