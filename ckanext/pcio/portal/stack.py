"""The stack as one thing: PostgreSQL, Redis and search up, in order, and down again."""

from __future__ import annotations

import fcntl
import shutil
from typing import IO

from . import databases
from .bootstrap import disk_refusal
from .console import Refusal, Step, _
from .layout import Layout, load_state
from .processes import Child, free_port
from .services import Postgres, Redis, Search


class Stack:
    """The services CKAN depends on, for one data directory."""

    def __init__(
        self,
        layout: Layout,
        *,
        main: str = "ckan",
        datastore: str = "datastore",
        durable: bool = True,
    ) -> None:
        self.layout = layout
        self.main = main
        self.datastore = datastore
        self._lock = take_lock(layout)
        self.state = load_state(layout)
        self.postgres = Postgres(
            layout, free_port(), self.state["postgres_password"], durable=durable
        )
        self.redis = Redis(layout, free_port(), self.state["redis_password"], durable=durable)
        self.search = Search(layout, free_port())

    def announce(self, text: str) -> None:
        """Leave `text` in the lock file for whoever finds the data directory in use."""
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(text)
        self._lock.flush()

    def start(self) -> None:
        """Start the three services and make sure the databases exist."""
        with Step(_("Starting PostgreSQL")):
            self.postgres.start()
            databases.ensure(
                self.postgres,
                main=self.main,
                datastore=self.datastore,
                passwords={
                    databases.MAIN_USER: self.state["postgres_password"],
                    databases.READ_USER: self.state["read_password"],
                },
            )
        with Step(_("Starting Redis")):
            self.redis.start()
        with Step(_("Starting the search service")):
            self.search.start()

    def set_datastore_permissions(self) -> None:
        """Give the DataStore's read-only role what `ckan datastore set-permissions` says."""
        from ckanext.datastore.cli import permissions_sql  # noqa: PLC0415 - imports all of CKAN

        script = permissions_sql(
            maindb=self.main,
            datastoredb=self.datastore,
            mainuser=databases.MAIN_USER,
            writeuser=databases.MAIN_USER,
            readuser=databases.READ_USER,
        )
        databases.run_script(self.postgres, script, self.datastore)

    @property
    def children(self) -> list[Child]:
        """The child processes in the order they are stopped."""
        return [self.search.child, self.redis.child, self.postgres.child]

    def stop(self) -> None:
        """Stop the services; what was acknowledged is on disk."""
        for child in self.children:
            child.stop()
        self.announce("")
        self._lock.close()

    @property
    def urls(self) -> dict[str, str]:
        """The addresses of the services, by the names `settings.portal_settings` takes."""
        write = (databases.MAIN_USER, self.state["postgres_password"])
        read = (databases.READ_USER, self.state["read_password"])
        return {
            "database_url": self.postgres.url(*write, self.main),
            "datastore_write_url": self.postgres.url(*write, self.datastore),
            "datastore_read_url": self.postgres.url(*read, self.datastore),
            "redis_url": self.redis.url,
            "solr_url": self.search.url(self.main),
        }


class Running(Refusal):
    """Another launcher holds the data directory."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            _("A portal already runs on this data folder: {url}").format(url=url or "?")
        )


def wipe(layout: Layout) -> None:
    """Remove a portal's data, refusing while a portal runs on it.

    Raises:
        Refusal: the folder holds something that is not a portal's data, or a portal runs on it.

    """
    if not layout.data.exists():
        return
    if any(layout.data.iterdir()) and not layout.run.exists():
        raise Refusal(_("{folder} is not a portal's data folder.").format(folder=layout.data))
    with take_lock(layout):
        folders = (
            *(layout.postgres, *layout.unfinished_postgres(), layout.redis),
            *(layout.search, layout.storage, layout.logs),
        )
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for file in (layout.state, layout.admin, layout.generated_ini, layout.ini):
            file.unlink(missing_ok=True)


def take_lock(layout: Layout) -> IO[str]:
    """Return the lock of the data directory, held until it is closed.

    Raises:
        Running: another launcher holds it.

    """
    layout.make()
    try:
        lock = (layout.run / "lock").open("a+")
    except OSError as error:
        raise disk_refusal(error, layout.data) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        raise Running(lock.read().strip()) from error
    return lock
