"""Errors that become Solr-shaped answers."""

from __future__ import annotations


class RequestError(Exception):
    """The client sent something this service cannot act on; answered with HTTP 400.

    `str(error)` is the sentence CKAN shows or logs.
    """

    status = 400


class QueryError(RequestError):
    """A query string, sort specification or other search parameter cannot be understood."""


class IndexUnavailableError(RequestError):
    """The index cannot be written or read just now (disk full, directory gone); HTTP 503."""

    status = 503
