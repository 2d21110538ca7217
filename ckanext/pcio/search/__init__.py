"""The embedded search service: Solr's protocol in front, Tantivy behind, Thai words inside."""
