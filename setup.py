"""Metadata and entry points. The settings of tools are in pyproject.toml."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

setup(
    name="ckanext-pcio",
    version="0.1.0",
    description=(
        "A Thai province's open-data catalog on CKAN: the national metadata standard, "
        "usage statistics, and the yearly digital-government readiness survey."
    ),
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.10",
    packages=find_namespace_packages(include=["ckanext.*"]),
    include_package_data=True,
    # The pure core only: enough for `python -m ckanext.pcio assess` on an office laptop.
    # CKAN and the embedded stack are pinned in requirements/portal.txt.
    install_requires=[
        "click>=8.1",
        "jsonschema>=4.20",
        "openpyxl>=3.1",
        "PyYAML>=6.0",
        "python-docx>=1.2",
        "requests>=2.31",
    ],
    entry_points={
        "ckan.plugins": ["pcio = ckanext.pcio.plugin:PcioPlugin"],
        "ckan.rdf.profiles": [
            "th_gdc = ckanext.pcio.standard.dcat.profile:ThGdcProfile",
            "th_gdc_schemaorg = ckanext.pcio.standard.dcat.schemaorg:ThGdcSchemaOrgProfile",
        ],
        "console_scripts": ["pcio-assess = ckanext.pcio.__main__:main"],
    },
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
