"""`./pcio test`: the suite against a throw-away stack of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from . import settings
from .bootstrap import ROOT
from .console import Step, _
from .layout import Layout
from .lifeline import die_with_parent
from .portal import Stop, stop_on_signals
from .services import child_environment
from .stack import Stack


def run(arguments: list[str]) -> int:
    """Run pytest with `arguments` and return its exit code."""
    stop_on_signals()
    layout = Layout(Path(tempfile.mkdtemp(prefix="pcio-test-")).resolve())
    stack = Stack(layout, main="ckan_test", datastore="datastore_test", durable=False)
    try:
        stack.start()
        ini = _write_ini(layout, stack)
        with Step(_("Setting the DataStore's permissions")):
            stack.set_datastore_permissions()
        command = [sys.executable, "-m", "pytest", f"--ckan-ini={ini}", *arguments]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**child_environment(), "PCIO_TEST_DATA": str(layout.data)},
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one thread
        )
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(30)
    except Stop:
        return 130
    finally:
        stack.stop()
        shutil.rmtree(layout.data, ignore_errors=True)


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
