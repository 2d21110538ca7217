"""`kill -9` of anything at any moment loses nothing Redis acknowledged and counts nothing twice."""

from __future__ import annotations

import os
import random

import pytest

from . import killing


def test_nothing_is_lost_and_nothing_counted_twice():
    seed = int(os.environ.get("PCIO_KILL_SEED", random.randrange(10**6)))
    report = killing.run(seed=seed, kills=int(os.environ.get("PCIO_KILLS", "40")))
    print(report)
    assert report.acknowledged > 100, report
    assert not report.wrong, report


@pytest.mark.parametrize(
    ("flaw", "sign"),
    [
        ("forget before writing", "lost"),
        ("a new id each time", "counted 2 times"),
        ("read and delete the buffer", "lost"),
    ],
)
def test_the_harness_notices_a_wrong_order(flaw, sign):
    for seed in range(3):  # a wrong order need not show at the first try
        report = killing.run(seed=seed, kills=20, victims=("flusher",), flaw=flaw)
        print(flaw, report)
        if any(sign in wrong for wrong in report.wrong):
            return
    pytest.fail(f"{flaw}: not noticed")


def test_the_harness_notices_a_redis_that_forgets():
    report = killing.run(seed=1, kills=3, victims=("redis",), durable=False)
    assert any("lost" in wrong for wrong in report.wrong), report
