"""The survey's settings as CKAN holds them."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.pcio.survey.proposal import SurveySettings


def settings_from_config() -> SurveySettings:
    """Return what the administrator's settings tell the rules."""
    return SurveySettings(
        province_name=tk.config["ckanext.pcio.province_name"] or "",
        data_go_th_organization=tk.config["ckanext.pcio.data_go_th_organization"] or "",
        own_system_url=tk.config["ckanext.pcio.own_system_url"] or "",
        tick_threshold=tk.config["ckanext.pcio.tick_threshold"],
    )
