"""Proposals are kept, and drawn anew when what they were drawn from changes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import helpers

from ckanext.pcio.survey import kept
from ckanext.pcio.survey.response.model import PROPOSAL

from .conftest import EDITION

pytestmark = pytest.mark.usefixtures("people")


def call_action(name, /, **arguments):
    """Call an action as the site's own user: activities need somebody who did it."""
    user = helpers.call_action("get_site_user")["name"]
    return helpers.call_action(name, {"user": user, "ignore_auth": True}, **arguments)


def drawn(monkeypatch):
    """Count how often proposals are drawn."""
    calls = []
    whole = kept.assess

    def counting(*arguments, **named):
        calls.append(1)
        return whole(*arguments, **named)

    monkeypatch.setattr(kept, "assess", counting)
    return calls


def test_drawn_once_until_the_catalog_or_a_register_changes(monkeypatch, make_dataset):
    calls = drawn(monkeypatch)
    first = kept.proposals(EDITION)
    assert kept.proposals(EDITION) == first
    assert len(calls) == 1
    dataset = make_dataset("one")
    assert kept.proposals(EDITION)["P2.2.1.1"]["option"] == "complete"
    call_action("package_patch", id=dataset["id"], private=True)
    assert kept.proposals(EDITION)["P2.2.1.1"]["option"] == "preparing"
    call_action("pcio_demand_create", title="ตารางเดินรถ")
    kept.proposals(EDITION)
    kept.proposals(EDITION)
    assert len(calls) == 4
    call_action("package_delete", id=dataset["id"])
    assert kept.proposals(EDITION)["P2.2.1.1"]["option"] == "none"


def test_settings_count_too(monkeypatch):
    calls = drawn(monkeypatch)
    kept.proposals(EDITION)
    monkeypatch.setitem(kept.tk.config, "ckanext.pcio.tick_threshold", 50)
    kept.proposals(EDITION)
    assert len(calls) == 2


def test_a_large_catalogs_are_drawn_in_the_background(monkeypatch, make_dataset):
    calls, asked = drawn(monkeypatch), []
    kept.proposals(EDITION)
    monkeypatch.setattr(kept, "SMALL", 0)
    monkeypatch.setattr(kept.tk, "enqueue_job", lambda *a, **named: asked.append(a))
    make_dataset("one")
    assert kept.proposals(EDITION)["P2.2.1.1"]["option"] == "none"
    assert asked == [(kept.refresh_job, [EDITION])]
    kept.refresh_job(EDITION)
    kept.refresh_job(EDITION)
    assert kept.proposals(EDITION)["P2.2.1.1"]["option"] == "complete"
    assert (len(calls), len(asked)) == (2, 1)


def test_a_refused_save_keeps_nothing_of_it(make_dataset):
    kept.proposals(EDITION)
    before = model.Session.execute(sa.select(PROPOSAL.c.stamp)).scalars().all()
    with pytest.raises(Exception, match="name"):
        make_dataset("!")
    model.Session.rollback()
    kept.proposals(EDITION)
    assert model.Session.execute(sa.select(PROPOSAL.c.stamp)).scalars().all() == before
