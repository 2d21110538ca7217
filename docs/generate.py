"""Write the generated parts of README.md; `--check` exits 1 where they are out of date.

python docs/generate.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DECLARATION = ROOT / "ckanext" / "pcio" / "config_declaration.yaml"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def settings_table() -> str:
    """Return a Markdown table of every setting: key, type, default, meaning."""
    declaration = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))
    lines = ["| Setting | Type | Default | Meaning |", "|---|---|---|---|"]
    for group in declaration["groups"]:
        for option in group["options"]:
            default = option.get("default", "")
            if isinstance(default, bool):
                default = str(default).lower()
            meaning = " ".join(str(option["description"]).split())
            shown = f"`{default}`" if default != "" else ""
            lines.append(
                f"| `{option['key']}` | {option.get('type', 'text')} | {shown} | {meaning} |"
            )
    return "\n".join(lines)


def with_settings(text: str) -> str:
    """Return `text` with the table between its markers made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{settings_table()}\n{END}{after}"


def main() -> int:
    """Write README.md, or compare it with what would be written."""
    old = README.read_text(encoding="utf-8")
    new = with_settings(old)
    if "--check" in sys.argv:
        return int(old != new)
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
