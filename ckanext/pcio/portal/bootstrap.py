"""From a bare Python to the virtual environment: everything before a dependency may be imported.

Only the standard library. The environment is complete when its stamp says so: an interrupted
first run leaves no stamp, and the next run builds again.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from .console import Refusal, Step, _, refuse, say, write_whatever_the_terminal
from .lifeline import die_with_parent

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".pcio"
ENVIRONMENT = HOME / "venv"
STAMP = ENVIRONMENT / "pcio-stamp.json"
CORE_MODULES = ("click", "jsonschema", "requests", "yaml")
MEGABYTE = 1024 * 1024
NEEDED_FREE = {"core": 100 * MEGABYTE, "portal": 1500 * MEGABYTE, "test": 1500 * MEGABYTE}

USAGE = """\
./pcio portal [--port 5000] [--reset] [--no-demo] [--data DIR]
./pcio test [pytest arguments]
./pcio ckan [--data DIR] ARGS…
./pcio assess SOURCE [--survey pcio-2567] [--format text|json|csv] [-o FILE]
./pcio setup        only build the environment, with what the tests need"""


def main(arguments: list[str]) -> int:
    """Run one of the launcher's commands and return its exit code."""
    write_whatever_the_terminal()
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(USAGE)
        return 0 if arguments else 2
    command = arguments[0]
    if command not in ("portal", "test", "ckan", "assess", "setup"):
        refuse(_("There is no command “{command}”.").format(command=command))
        say(USAGE)
        return 2
    try:
        if command == "setup":
            say(str(_build(ENVIRONMENT, "test")))
            return 0
        # The answer of these goes on to other programs; building the environment is none of it.
        output = sys.stderr if command in ("assess", "ckan") else sys.stdout
        with contextlib.redirect_stdout(output):
            python = _python_for(command)
    except Refusal as refusal:
        refuse(str(refusal))
        return 2
    except KeyboardInterrupt:
        refuse(_("Interrupted. Run the same command again to go on."))
        return 130
    module = "ckanext.pcio" if command == "assess" else "ckanext.pcio.portal"
    environment = {**os.environ, "PYTHONPATH": _python_path(python)}
    os.execve(  # noqa: S606 - no shell is wanted
        python, [python, "-m", module, *arguments], environment
    )


def _python_for(command: str) -> str:
    """Return the interpreter for `command`, with what it needs installed."""
    if command == "assess" and not _is_ready(_requirements("portal"), "portal"):
        if all(find_spec(module) for module in CORE_MODULES):
            return sys.executable
        return str(_build(HOME / "core", "core"))
    return str(_build(ENVIRONMENT, "test" if command == "test" else "portal"))


def _python_path(python: str) -> str:
    """Let an interpreter without our package installed find it."""
    inherited = os.environ.get("PYTHONPATH", "")
    if python.startswith(str(ENVIRONMENT)):
        return inherited
    return os.pathsep.join(part for part in (str(ROOT), inherited) if part)


def _requirements(kind: str) -> Path:
    return ROOT / "requirements" / f"{kind}.txt"


def _digest(*paths: Path) -> str:
    content = b"".join(path.read_bytes() for path in paths)
    return hashlib.sha256(content).hexdigest()


def _read_stamp(folder: Path) -> dict[str, str]:
    try:
        return json.loads((folder / STAMP.name).read_text())
    except (OSError, ValueError):
        return {}


def _is_ready(requirements: Path, kind: str, folder: Path = ENVIRONMENT) -> bool:
    stamp = _read_stamp(folder)
    wanted = _digest(requirements, ROOT / "setup.py")
    return stamp.get(kind) == wanted and _fits(stamp, folder)


def _fits(stamp: dict[str, str], folder: Path) -> bool:
    """Return whether the environment was made here, by the interpreter it still runs on."""
    python = _real_python(folder)
    made_by = stamp.get("python", python)
    return stamp.get("root") == str(ROOT) and python is not None and made_by == python


def _real_python(folder: Path) -> str | None:
    """Return the interpreter behind the environment, or None: the system may have replaced it."""
    python = (folder / "bin" / "python").resolve()
    return str(python) if os.access(python, os.X_OK) else None


def _build(folder: Path, kind: str) -> Path:
    """Make `folder` hold what requirements/`kind`.txt pins and return its interpreter."""
    python = folder / "bin" / "python"
    requirements = _requirements(kind)
    if _is_ready(requirements, kind, folder):
        return python
    with _writable_home(NEEDED_FREE[kind]), _only_one(folder):
        if _is_ready(requirements, kind, folder):
            return python
        stamp = _read_stamp(folder)
        if not _fits(stamp, folder) or not _runs(python):
            _create(folder)
            stamp = {}
        (folder / STAMP.name).unlink(missing_ok=True)
        _install(python, requirements)
        if kind != "core":
            _install_project(python)
        stamp.update(root=str(ROOT), python=str(python.resolve()))
        stamp[kind] = _digest(requirements, ROOT / "setup.py")
        if kind == "test":  # the test requirements contain the portal's
            stamp["portal"] = _digest(_requirements("portal"), ROOT / "setup.py")
        (folder / STAMP.name).write_text(json.dumps(stamp))
    return python


@contextlib.contextmanager
def _writable_home(needed: int) -> Iterator[None]:
    """Turn the disk's refusals into sentences."""
    try:
        HOME.mkdir(exist_ok=True)
        probe = HOME / ".writable"
        probe.write_text("")
        probe.unlink()
        require_free(HOME, needed)
        yield
    except OSError as error:
        raise disk_refusal(error, HOME) from error


def require_free(folder: Path, needed: int) -> None:
    """Refuse to begin what the disk cannot hold; `needed` is in bytes.

    Raises:
        Refusal: fewer than `needed` bytes are free.

    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refusal(
            _("Only {free} MB are free at {folder}; free at least {needed} MB.").format(
                free=free // MEGABYTE, folder=folder, needed=needed // MEGABYTE
            )
        )


def disk_refusal(error: OSError, folder: Path) -> Refusal:
    """Return the sentence for an operating-system error met while writing to `folder`."""
    if error.errno == errno.ENOSPC:
        return Refusal(_("The disk is full at {folder}; free some space.").format(folder=folder))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refusal(
            _("{folder} cannot be written; give this user the right to write there.").format(
                folder=folder
            )
        )
    return Refusal(
        _("{folder} cannot be used: {reason}").format(folder=folder, reason=error.strerror or error)
    )


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Let one process at a time build an environment; the others wait and then find it ready."""
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(_("Another command is building the environment; waiting for it."))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _runs(python: Path) -> bool:
    try:
        subprocess.run([str(python), "-c", "import pip"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _create(folder: Path) -> None:
    with Step(_("Creating the virtual environment")):
        command = [sys.executable, "-m", "venv", "--clear", str(folder)]
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode == 0:
            return
        if os.geteuid() == 0 and shutil.which("apt-get"):
            _apt_install(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
            made = subprocess.run(command, capture_output=True, text=True)
        elif find_spec("virtualenv"):
            made = subprocess.run(
                [sys.executable, "-m", "virtualenv", str(folder)], capture_output=True, text=True
            )
        words = (made.stdout + made.stderr).strip()
        if made.returncode != 0 and "ensurepip" in words:
            raise Refusal(
                _(
                    "Python's venv module is incomplete; install it with: "
                    "sudo apt install python3-venv"
                )
            )
        if made.returncode != 0:
            raise _installation_refusal(words.splitlines())


def _apt_install(*packages: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        subprocess.run(["apt-get", *command], env=environment, capture_output=True)


def _install(python: Path, requirements: Path) -> None:
    total = sum(1 for line in requirements.read_text().splitlines() if line[:1].isalnum())
    command = [
        *(str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
        *("--progress-bar", "off", "--require-hashes", "--no-deps", "--prefer-binary"),
        *("-r", str(requirements)),
    ]
    with Step(_("Installing the pinned dependencies")) as step:
        tail: list[str] = []
        done = 0
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A pip that outlives a killed launcher would write into what the next one builds.
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one thread
        ) as process:
            for line in process.stdout or ():
                tail = [*tail[-30:], line.rstrip()]
                if line.startswith(("Collecting ", "Requirement already satisfied")):
                    done += 1
                    step.progress(done, total, line.split()[1].split("==")[0])
                elif line.startswith("Installing collected"):
                    step.progress(total, total)
        if process.returncode != 0:
            raise _installation_refusal(tail)


def _installation_refusal(tail: list[str]) -> Refusal:
    text = "\n".join(tail)
    if "No space left" in text:
        return Refusal(_("The disk is full at {folder}; free some space.").format(folder=HOME))
    print("\n".join(f"    {line}" for line in tail[-8:]), file=sys.stderr)
    if "ConnectionError" in text or "Retrying" in text or "No matching distribution" in text:
        return Refusal(
            _("The package index cannot be reached; check the network or pip's settings.")
        )
    return Refusal(_("Installing the dependencies failed; the lines above say why."))


def _install_project(python: Path) -> None:
    command = [
        *(str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-q"),
        *("--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat"),
        *("-e", str(ROOT)),
    ]
    with Step(_("Installing ckanext-pcio")):
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            preexec_fn=die_with_parent(),
        )
        if done.returncode != 0:
            raise _installation_refusal(done.stderr.splitlines())
