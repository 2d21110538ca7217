"""The embedded search service: Solr's protocol in front, Tantivy behind, Thai words inside.

CKAN talks to a search engine only over HTTP, by Solr's protocol (`solr_url`). This package is such
an engine for a portal without a JVM; nothing in it imports CKAN, and nothing outside it knows
whether it or Solr answers.

How data flows::

    POST update ─► protocol.read_update ─► document.to_tantivy ─► index.Core (one writer, commits)
                                               │ analysis: Thai and Latin words
                                               │ schema: which field is what, copied where
    GET select ──► select.QueryBuilder ──► query_parser (text to syntax) ─► compile (to a query)
                     │    dismax: what was typed, over weighted fields
                     │    local_params: {!bool must=…}
                     ├─► sorting ─► document.read_document ─► fl ─┐
                     └─► facets ────────────────────────────────┴─► Solr-shaped JSON

A document is kept twice: as terms to find it by, and whole (its stored fields as JSON) to return.
Nothing is cached between requests, so an answer always shows the last commit.

What differs from Solr: each word of a run of Thai is a clause of its own; the words inside Thai
compounds are found too, ranked lower; `*_ngram` fields find parts of any length; Thai sorts as in a
dictionary; `bf` and `boost` are ignored; deep features CKAN does not use (grouping, highlighting,
spelling, streaming, `cursorMark`, facet ranges and pivots) are absent.
"""
