"""Starting and stopping child processes so that none is left behind, whatever ends the launcher."""

from __future__ import annotations

import errno
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from .console import Refusal, _
from .lifeline import die_with_parent

_LOG_LIMIT = 10 * 1024 * 1024


def free_port() -> int:
    """Return a TCP port nobody listens on at the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(host: str, port: int) -> bool:
    """Return whether `port` can be bound at `host`.

    Raises:
        Refusal: no waiting will make it free: not our address, or not ours to open.

    """
    elsewhere = _("“{host}” is not an address of this machine; choose another with --host.")
    try:
        family, kind, _number, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        raise Refusal(elsewhere.format(host=host)) from error
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Refusal(elsewhere.format(host=host)) from error
            if error.errno == errno.EACCES:
                raise Refusal(
                    _(
                        "Only the administrator may open port {port}; "
                        "choose one above 1023 with --port."
                    ).format(port=port)
                ) from error
            return False
    return True


class Child:
    """One service as a child process with a log file and a pid file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        pidfile: Path,
        environment: Mapping[str, str],
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.pidfile = pidfile
        self.environment = dict(environment)
        self.stop_signal = stop_signal
        self.user = user
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, ending first what an earlier launcher may have left."""
        self.end_stale()
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        account = pwd.getpwnam(self.user) if self.user else None
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                # A session of its own: Ctrl-C reaches the launcher, which stops its children
                # in order. The death signal covers a launcher that is killed.
                start_new_session=True,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509 - one thread
            )
        created = psutil.Process(self.process.pid).create_time()
        self.pidfile.write_text(f"{self.process.pid} {created}")

    def end_stale(self) -> None:
        """End the process an earlier launcher left, where the pid file still names one."""
        try:
            pid, created = self.pidfile.read_text().split()
            stale = psutil.Process(int(pid))
            if abs(stale.create_time() - float(created)) > 1:
                return
        except (OSError, ValueError, psutil.Error):
            return
        family = [stale, *stale.children(recursive=True)]
        stale.send_signal(self.stop_signal)
        _gone, alive = psutil.wait_procs(family, timeout=20)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=5)

    @property
    def running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready` answers true.

        Raises:
            Refusal: the process ended or did not become ready in time.

        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ready():
                return
            if not self.running:
                break
            time.sleep(0.05)
        raise Refusal(
            _("{service} did not start; its log {file} ends with: {line}").format(
                service=self.name, file=self.log, line=self.last_line()
            )
        )

    def last_line(self) -> str:
        """Return the last line of the log that says something."""
        try:
            with self.log.open("rb") as stream:
                stream.seek(max(0, self.log.stat().st_size - 4000))
                lines = stream.read().decode("utf-8", "replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""

    def stop(self, seconds: float = 20) -> None:
        """Ask the process to end, and end it where it does not."""
        if self.process is None:
            return
        family = []
        if self.running:
            family = psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        _gone, alive = psutil.wait_procs(family, timeout=2)
        for orphan in alive:
            orphan.kill()
        self.pidfile.unlink(missing_ok=True)
