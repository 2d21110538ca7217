"""A portal with one office and its editor."""

import pytest
from ckan.tests import factories, helpers


@pytest.fixture
def office(clean_db, clean_index, with_plugins):
    """An organization, its editor, and the editor's way to call actions."""
    return Office()


class Office:
    def __init__(self):
        self.editor = factories.UserWithToken(name="editor")
        self.organization = factories.Organization(
            name="office", users=[{"name": "editor", "capacity": "editor"}]
        )
        self.env = {"Authorization": self.editor["token"]}

    def call(self, action, context=None, **data):
        """Call an action as the editor, with the checks an API call has."""
        return helpers.call_action(
            action, {"user": "editor", "ignore_auth": False, **(context or {})}, **data
        )

    def create(self, record, context=None):
        return self.call("package_create", context, owner_org=self.organization["id"], **record)

    def import_(self, record):
        """Save a record as an import does; returns the dataset and the warnings."""
        warnings = []
        dataset = self.create(record, {"pcio_import": True, "pcio_warnings": warnings})
        return dataset, warnings
