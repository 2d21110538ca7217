"""Pages: data dictionaries: what each column of a resource means."""

from __future__ import annotations

from flask import Blueprint

from ckanext.pcio.standard import forgery

pcio_dictionary = Blueprint("pcio_dictionary", __name__)
pcio_dictionary.before_request(forgery.protect)
