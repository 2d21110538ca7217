"""The editions of the survey, official results, the KPI."""

from __future__ import annotations
