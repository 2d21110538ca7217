"""Settings files: YAML, checked against a JSON Schema when loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ckanext.pcio.standard.messages import N_, Message

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 60
_MOST_ALIASES = 20


class SettingsFileError(ValueError):
    """A settings file is absent or wrong; `message` says which file, where in it, and why."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        self.message = Message(
            N_("Settings file {file}, at {where}: {problem}"),
            {"file": path.name, "where": where, "problem": problem},
        )
        super().__init__(self.message.text("en"))


def read_yaml(path: Path) -> Any:
    """Return the content of the YAML file `path`, not checked; raises `SettingsFileError`."""
    try:
        text = path.read_text(encoding="utf-8")
        _check_shape(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingsFileError(path, "$", str(error)) from error


def _check_shape(text: str) -> None:
    """Refuse what would take the whole process down, or all memory, when it is loaded or told."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > _DEEPEST or aliases > _MOST_ALIASES:
            raise yaml.YAMLError("nested too deeply, or referring to itself too often")


def misfit(content: Any, schema: Path) -> ValidationError | None:
    """Return where `content` does not fit the JSON Schema most plainly, or None."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, needed once
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    rules = json.loads(schema.read_text(encoding="utf-8"))
    return best_match(Draft202012Validator(rules).iter_errors(content))


def load_yaml(path: Path, schema: Path) -> Any:
    """Return the content of the YAML file `path`.

    Raises `SettingsFileError` when the file cannot be read or does not fit the JSON Schema.
    """
    content = read_yaml(path)
    error = misfit(content, schema)
    if error is not None:
        raise SettingsFileError(path, error.json_path, error.message)
    return content
