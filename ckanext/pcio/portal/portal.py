"""`./pcio portal`: bring the whole stack up, keep it up, take it down."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import time
from collections import defaultdict, deque
from pathlib import Path
from types import FrameType

from . import databases, settings
from .bootstrap import MEGABYTE, ROOT, require_free
from .console import Refusal, Step, _, refuse, say
from .layout import Layout, save_state
from .lifeline import die_with_parent
from .processes import Child, port_is_free
from .services import Web, Worker, child_environment, ckan_command
from .stack import Stack, take_lock, wipe

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_RESTARTS = 3
_RESTART_WINDOW = 60.0
_ORPHANS_LEAVE = 5.0
_FREE_FIRST = 300 * MEGABYTE  # the cluster, its log and the sample province with room to grow
_FREE_LATER = 50 * MEGABYTE


class Stop(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived."""


def run(data: Path, *, host: str, port: int, reset: bool, demo: bool) -> int:
    """Run the portal until a signal ends it; return the exit code.

    Raises:
        Refusal: something is in the way; the sentence says what to do.

    """
    layout = Layout(data.resolve())
    stop_on_signals()
    claim_port(layout, host, port)
    if reset:
        with Step(_("Removing the old data")):
            wipe(layout)
    stack = Stack(layout)
    web, worker = Web(layout, host, port), Worker(layout)
    children = [web.child, worker.child, *stack.children]
    try:
        _bring_up(stack, web, worker, demo=demo)
        _keep_up(children)
    except Stop:
        return 0
    finally:
        _take_down(stack, [web.child, worker.child])
    return 1


def claim_port(layout: Layout, host: str, port: int) -> None:
    """Make sure `port` is free, ending the web server of this data's killed launcher.

    Raises:
        Refusal: the port is somebody else's, or a portal runs on this data.

    """
    if port_is_free(host, port):
        return
    web = Web(layout, host, port).child
    if web.pidfile.exists():
        with take_lock(layout):
            web.end_stale()
            # Workers whose master is gone notice within a second or two.
            end = time.monotonic() + _ORPHANS_LEAVE
            while time.monotonic() < end:
                if port_is_free(host, port):
                    return
                time.sleep(0.2)
    raise Refusal(_("Port {port} is in use; choose another with --port.").format(port=port))


def stop_on_signals() -> None:
    """Let SIGINT, SIGTERM and SIGHUP raise `Stop` in the main thread."""

    def raise_stop(_number: int, _frame: FrameType | None) -> None:
        raise Stop

    for number in _STOPPING:
        signal.signal(number, raise_stop)


def _bring_up(stack: Stack, web: Web, worker: Worker, *, demo: bool) -> None:
    layout, state = stack.layout, stack.state
    stack.announce(web.url)
    require_free(layout.data, _FREE_LATER if layout.postgres.exists() else _FREE_FIRST)
    stack.start()
    demo = demo or state.get("demo") == "loaded"
    values = settings.portal_settings(
        layout, site_url=web.url, secret_key=state["secret_key"], demo=demo, **stack.urls
    )
    settings.write(layout, values)
    # An interrupted first start may have made the account without ever showing its password.
    shown = layout.admin.exists() and "shown" in state
    _provision(stack, demo=demo)
    _fill_search(stack)
    with Step(_("Starting the background worker and the web server")):
        worker.start()
        web.start()
        web.wait()
    if not shown:
        admin = json.loads(layout.admin.read_text())
        say(_("Administrator: {name}   password: {password}").format(**admin))
        say(_("(shown once; kept with an API token in {file})").format(file=layout.admin))
        state["shown"] = "yes"
        save_state(layout, state)
    say(f"Portal ready: {web.url}")


def _provision(stack: Stack, *, demo: bool) -> None:
    """Do what a first start, a new version or an interrupted first start needs; else nothing."""
    layout, state = stack.layout, stack.state
    wanted = {"provisioned": _version(), **({"demo": "loaded"} if demo else {})}
    if layout.admin.exists() and all(state.get(key) == value for key, value in wanted.items()):
        return
    with Step(_("Setting the DataStore's permissions")):
        stack.set_datastore_permissions()
    command = [
        *(str(ckan_command()), "-c", str(layout.ini), "pcio", "provision"),
        *("--admin-file", str(layout.admin), "--demo" if demo else "--no-demo"),
    ]
    log = layout.logs / "setup.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            stderr=errors,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one thread
        )
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if code != 0:
        raise _not_prepared(log)
    state.update(wanted)
    save_state(layout, state)


def _not_prepared(log: Path) -> Refusal:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["?"]
    return Refusal(
        _("The portal could not be prepared: {reason} (more in {file})").format(
            reason=lines[-1], file=log
        )
    )


def _fill_search(stack: Stack) -> None:
    """Index the datasets again where the index is empty and the database is not.

    That is what a removed, damaged or outdated index looks like after the service set it aside.
    """
    if not stack.search.is_empty() or not databases.has_datasets(stack.postgres, stack.main):
        return
    with Step(_("Indexing the datasets again")):
        command = [str(ckan_command()), "-c", str(stack.layout.ini), "search-index", "rebuild"]
        log = stack.layout.logs / "setup.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [*command, "--force"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=child_environment(),
                preexec_fn=die_with_parent(),
            )
    if done.returncode != 0:
        raise _not_prepared(log)


def _version() -> str:
    """Return a digest that changes when tables may have to: pinned packages and migrations."""
    migrations = sorted((ROOT / "ckanext/pcio/migration").rglob("*.py"))
    content = b"".join(
        path.read_bytes() for path in (ROOT / "requirements/portal.txt", *migrations)
    )
    return hashlib.sha256(content).hexdigest()


def _keep_up(children: list[Child]) -> None:
    """Restart a service that ends by itself; give up on one that keeps ending.

    Raises:
        Refusal: a service ended too often.

    """
    ended: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_RESTARTS))
    while True:
        time.sleep(0.5)
        for child in children:
            if child.running:
                continue
            times = ended[child.name]
            now = time.monotonic()
            if len(times) == _RESTARTS and now - times[0] < _RESTART_WINDOW:
                raise Refusal(
                    _("{service} keeps ending; its log {file} ends with: {line}").format(
                        service=child.name, file=child.log, line=child.last_line()
                    )
                )
            times.append(now)
            refuse(_("{service} ended and is started again.").format(service=child.name))
            child.start()


def _take_down(stack: Stack, children: list[Child]) -> None:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    with Step(_("Stopping the portal")):
        for child in children:
            child.stop()
        stack.stop()
