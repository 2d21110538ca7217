"""`./pcio ckan`: CKAN's command line against the portal, which is started where it is down."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from . import settings
from .console import Refusal, _
from .layout import Layout
from .lifeline import die_with_parent
from .portal import stop_on_signals
from .services import child_environment, ckan_command
from .stack import Running, Stack


def run(data: Path, arguments: list[str]) -> int:
    """Run `ckan ARGS` with the portal's settings and return its exit code.

    Raises:
        Refusal: there is no portal in `data`.

    """
    layout = Layout(data.resolve())
    if not layout.admin.exists():
        raise Refusal(
            _("There is no portal in {folder} yet; start it once with: ./pcio portal").format(
                folder=layout.data
            )
        )
    try:
        stack = Stack(layout)
    except Running:
        return _ckan(layout, arguments)
    stop_on_signals()
    output, sys.stdout = sys.stdout, sys.stderr  # the services' steps are not the answer
    try:
        stack.announce(_("the command line"))
        stack.start()
        old = _site_url(layout)
        values = settings.portal_settings(
            layout,
            site_url=old,
            secret_key=stack.state["secret_key"],
            demo=stack.state.get("demo") == "loaded",
            **stack.urls,
        )
        settings.write(layout, values)
        sys.stdout = output
        return _ckan(layout, arguments)
    finally:
        sys.stdout = output
        stack.stop()


def _site_url(layout: Layout) -> str:
    for line in layout.generated_ini.read_text(encoding="utf-8").splitlines():
        if line.startswith("ckan.site_url = "):
            return line.partition(" = ")[2]
    return "http://127.0.0.1:5000"


def _ckan(layout: Layout, arguments: list[str]) -> int:
    command = [str(ckan_command()), "-c", str(layout.ini), *arguments]
    # Ctrl-C is for the command: `ckan shell`, say, goes on after it. A handler, and not SIG_IGN,
    # because that would be inherited.
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    process = subprocess.Popen(
        command,
        env=child_environment(),
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - one thread
    )
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    return code if code >= 0 else 128 - code  # as a shell tells of a signal
