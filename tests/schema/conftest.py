"""A portal with one office and its editor."""

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories


@pytest.fixture(scope="module")
def offices():
    """The office of this module, once it is made."""
    return []


@pytest.fixture
def office(with_plugins, request, offices):
    """An organization, its editor, and the editor's way to call actions.

    One office per module: emptying the database and making users is most of a test's time.
    """
    if not offices:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        offices.append(Office())
    return offices[0]


class Office:
    """An organization with one editor."""

    def __init__(self):
        self.editor = factories.UserWithToken()
        self.organization = factories.Organization(
            users=[{"name": self.editor["name"], "capacity": "editor"}]
        )
        self.env = {"Authorization": self.editor["token"]}

    def call(self, action, context=None, **data):
        """Call an action as the editor, with the checks an API call has."""
        return tk.get_action(action)({"user": self.editor["name"], **(context or {})}, data)

    def create(self, record, context=None):
        return self.call("package_create", context, owner_org=self.organization["id"], **record)

    def import_(self, record):
        """Save a record as an import does; returns the dataset and the warnings."""
        warnings = []
        dataset = self.create(record, {"pcio_import": True, "pcio_warnings": warnings})
        return dataset, warnings
