"""The survey's settings as CKAN holds them."""

from __future__ import annotations

from datetime import date

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.pcio.survey.proposal import SurveySettings
from ckanext.pcio.usage.queries import live_since


def settings_from_config() -> SurveySettings:
    """Return what the administrator's settings tell the rules."""
    return SurveySettings(
        province_name=tk.config["ckanext.pcio.province_name"] or "",
        data_go_th_organization=tk.config["ckanext.pcio.data_go_th_organization"] or "",
        own_system_url=tk.config["ckanext.pcio.own_system_url"] or "",
        tick_threshold=tk.config["ckanext.pcio.tick_threshold"],
        main_website=tk.config["ckanext.pcio.main_website_url"] or "",
    )


def counted_since() -> date | None:
    """Return the first day the portal counted its use; None where it does not, or has not yet."""
    return model.Session.scalar(live_since()) if counts_use() else None


def counts_use() -> bool:
    """Whether the portal counts its use."""
    return bool(tk.config["ckanext.pcio.usage.enabled"])
