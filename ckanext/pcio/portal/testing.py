"""`./pcio test`: the suite against throw-away stacks, one for each process that runs tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import settings
from .bootstrap import ROOT
from .console import Step, _
from .layout import Layout
from .lifeline import die_with_parent
from .portal import Stop, stop_on_signals
from .services import child_environment
from .stack import Stack

_MOST_PROCESSES = 4


def run(arguments: list[str]) -> int:
    """Run pytest with `arguments` and return its exit code.

    The whole suite runs in as many processes as there are processors (at most 4); named tests run
    in one, unless `-n` says otherwise.
    """
    stop_on_signals()
    count = _processes(arguments)
    try:
        with ExitStack() as running:
            inis = [running.enter_context(_Throwaway()).ini for _number in range(count)]
            return _pytest(arguments, inis)
    except Stop:
        return 130


def _processes(arguments: list[str]) -> int:
    for place, argument in enumerate(arguments):
        if argument == "-n":
            return max(1, int(arguments[place + 1]))
        if argument.startswith("-n") and argument[2:].isdigit():
            return max(1, int(argument[2:]))
    if any((ROOT / argument.partition("::")[0]).exists() for argument in arguments):
        return 1
    return min(_MOST_PROCESSES, os.cpu_count() or 1)


def _pytest(arguments: list[str], inis: list[Path]) -> int:
    command = [sys.executable, "-m", "pytest", f"--ckan-ini={inis[0]}", *arguments]
    if len(inis) > 1 and not any(argument.startswith("-n") for argument in arguments):
        command.append(f"-n{len(inis)}")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        # Read by tests/conftest.py: each process of pytest-xdist takes the stack of its number.
        env={**child_environment(), "PCIO_TEST_INIS": os.pathsep.join(map(str, inis))},
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - one thread
    )
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


class _Throwaway:
    """A stack that is gone, with its data, when the tests are over."""

    ini: Path

    def __enter__(self) -> _Throwaway:
        self._layout = Layout(Path(tempfile.mkdtemp(prefix="pcio-test-")).resolve())
        self._stack = Stack(
            self._layout, main="ckan_test", datastore="datastore_test", durable=False
        )
        try:
            self._stack.start()
            self.ini = _write_ini(self._layout, self._stack)
            with Step(_("Setting the DataStore's permissions")):
                self._stack.set_datastore_permissions()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.stop()
        shutil.rmtree(self._layout.data, ignore_errors=True)


def _write_ini(layout: Layout, stack: Stack) -> Path:
    """Write settings that are test.ini's, at this stack's addresses."""
    urls = stack.urls
    values = {
        "sqlalchemy.url": urls["database_url"],
        "ckan.datastore.write_url": urls["datastore_write_url"],
        "ckan.datastore.read_url": urls["datastore_read_url"],
        "ckan.redis.url": urls["redis_url"],
        "solr_url": urls["solr_url"],
        "ckan.storage_path": str(layout.storage),
    }
    layout.ini.write_text(settings.render(values, base=ROOT / "test.ini"), encoding="utf-8")
    return layout.ini
