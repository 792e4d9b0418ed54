"""In which language a script is written, read from its first line and its words. Pure."""

from __future__ import annotations

import re
from typing import Final, Literal

Language = Literal["powershell", "bash", "python"]

_SHEBANG: Final = re.compile(r"\A\ufeff?#!.*?\b(?P<name>pwsh|powershell|python[\d.]*|(?:ba|z|da|k)?sh)\b")
_SIGNS: Final[tuple[tuple[Language, re.Pattern[str]], ...]] = (
    (
        "python",
        re.compile(
            r"^(?:import [\w.]+(?: as \w+)?$|from [\w.]+ import \S|def \w+\([^\n]*\)[^\n]*:$|if __name__ ==|print\()",
            re.MULTILINE,
        ),
    ),
    (
        "powershell",
        re.compile(
            r"(?:^|[\s(|;{=])(?:[A-Z][A-Za-z]+-[A-Z]\w+|\$[A-Za-z_]\w*\s*=|param\s*\(|\[CmdletBinding)", re.MULTILINE
        ),
    ),
    (
        "bash",
        re.compile(
            r"^[ \t]*(?:sudo |export \w+=|if \[|fi$|done$|esac$|set -[a-z]|systemctl |journalctl |apt(?:-get)? |dnf |echo \"?\$"
            r"|[A-Za-z_]\w*=[^\s=])",
            re.MULTILINE,
        ),
    ),
)


def recognise(script: str) -> Language:
    """The language a script says by its shebang or shows by its syntax; PowerShell when nothing tells."""
    told = _SHEBANG.match(script)
    if told is not None:
        name = told["name"]
        if name.startswith("python"):
            return "python"
        return "powershell" if name in {"pwsh", "powershell"} else "bash"
    for language, sign in _SIGNS:
        if sign.search(script):
            return language
    return "powershell"
