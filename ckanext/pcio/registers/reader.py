"""What the registers know, as the survey's rules read it."""

from __future__ import annotations

from collections.abc import Iterable

from ckan.types import Context

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.registers.demand import queries as demand
from ckanext.pcio.registers.exchange import people
from ckanext.pcio.registers.exchange import queries as exchange
from ckanext.pcio.registers.records import Registers
from ckanext.pcio.registers.reuse import queries as reuse


def read_registers(context: Context, facts: Iterable[DatasetFacts]) -> Registers:
    """Return what the registers hold of the datasets `facts`. One query for each register.

    Single exchanges are told to people of an office only; everybody else's survey counts them.
    """
    visible = frozenset(each.id for each in facts)
    return Registers(
        reuses=reuse.records(visible),
        demands=demand.records(visible),
        exchanges=exchange.records(visible, detailed=people.viewer(context).member),
    )
