"""A pytest plugin for CKAN's own tests: the same made-up texts in every run.

CKAN's factories describe a dataset in random words, and "one" is among them: now and then its
search tests find a dataset more than they made on purpose, whatever engine answers.
"""

import factory.random


def pytest_runtest_setup(item):
    factory.random.reseed_random(item.nodeid.rpartition("/")[2])
