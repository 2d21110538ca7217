"""Use of the catalog: events, capture, buffer, flush, daily table, log import, statistics."""
