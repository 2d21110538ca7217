"""The sample province as of one fixed day."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.pcio.portal.demo.generator import SampleDataset, sample_datasets

BASE_DATE = date(2026, 11, 21)


@pytest.fixture(scope="session")
def samples() -> dict[str, SampleDataset]:
    """Every sample dataset by name."""
    return {dataset.name: dataset for dataset in sample_datasets(BASE_DATE)}
