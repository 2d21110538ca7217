"""An assessment as a JSON document, for programs and for comparing portals and years."""

from __future__ import annotations

import json

from ckanext.pcio.survey.assessment import Assessment, as_dict


def render(assessment: Assessment, language: str = "th") -> bytes:
    """Return the assessment as UTF-8 JSON, sentences in `language` ("th" or "en")."""
    document = json.dumps(as_dict(assessment, language), ensure_ascii=False, indent=2)
    return (document + "\n").encode("utf-8", errors="replace")
