"""Where one portal keeps its state, and the secrets it makes for itself at first start."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .bootstrap import HOME, disk_refusal
from .console import Refusal, _


@dataclass(frozen=True)
class Layout:
    """The folders and files of one portal's data directory."""

    data: Path

    @property
    def postgres(self) -> Path:
        """The database cluster."""
        return self.data / "postgres"

    @property
    def redis(self) -> Path:
        """Redis's append-only file."""
        return self.data / "redis"

    @property
    def search(self) -> Path:
        """The search index."""
        return self.data / "search"

    @property
    def storage(self) -> Path:
        """CKAN's uploaded files."""
        return self.data / "storage"

    @property
    def logs(self) -> Path:
        """One log for each service."""
        return self.data / "log"

    @property
    def run(self) -> Path:
        """Pid files and the lock of the running portal."""
        return self.data / "run"

    @property
    def state(self) -> Path:
        """Secrets and marks of what was done."""
        return self.data / "state.json"

    @property
    def admin(self) -> Path:
        """Name, password and API token of the administrator, readable by the owner only."""
        return self.data / "admin.json"

    @property
    def generated_ini(self) -> Path:
        """Written anew at every start."""
        return self.data / "generated.ini"

    @property
    def ini(self) -> Path:
        """Made once; the operator's own settings go here."""
        return self.data / "ckan.ini"

    def unfinished_postgres(self) -> list[Path]:
        """Return the clusters whose making was interrupted."""
        return sorted(self.data.glob(f"{self.postgres.name}.*"))

    def make(self) -> None:
        """Create the folders.

        Raises:
            Refusal: the disk does not let us.

        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            for folder in (self.redis, self.search, self.storage, self.logs, self.run):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise disk_refusal(error, self.data) from error


def default_data() -> Path:
    """Return the data directory used when none is named."""
    return Path(os.environ.get("PCIO_DATA", HOME / "portal"))


def write_private(path: Path, text: str) -> None:
    """Write `text` so that only the owner can read it and a crash leaves the old file or the new.

    Raises:
        Refusal: the disk does not let us.

    """
    draft = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise disk_refusal(error, path.parent) from error


def load_state(layout: Layout) -> dict[str, str]:
    """Return the portal's secrets and marks, making the secrets at first start."""
    state: dict[str, str] = {}
    if layout.state.exists():
        try:
            state = json.loads(layout.state.read_text())
        except ValueError as error:
            raise Refusal(
                _("{file} is damaged; restore it, or start over with --reset.").format(
                    file=layout.state
                )
            ) from error
    missing = [key for key in _SECRETS if key not in state]
    if missing:
        state.update({key: secrets.token_urlsafe(24) for key in missing})
        save_state(layout, state)
    return state


def save_state(layout: Layout, state: dict[str, str]) -> None:
    """Keep `state` for the next start."""
    write_private(layout.state, json.dumps(state, indent=2))


_SECRETS = ("postgres_password", "redis_password", "read_password", "secret_key")
