"""One script out of the open checks of one shell, for the engineer to run; the product itself runs nothing.

Every command runs on its own: what it breaks, even by bad syntax, does not stop the next one, and its error text stands
in its own section. Each script is one block, so that pasting it into a console prints nothing between the sections.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias
from uuid import UUID

from resolutionflow.pilot.contract import LaneState, Shell

CombinableShell: TypeAlias = Literal["powershell", "bash", "cmd"]
COMBINABLE_SHELLS: Final[tuple[CombinableShell, ...]] = ("powershell", "bash", "cmd")

END: Final = "=== RF:END ==="


class LeftOutReason(StrEnum):
    NO_COMMAND = "no_command"
    OTHER_SHELL = "other_shell"
    NOT_COMBINABLE = "not_combinable"
    NOT_READ_ONLY = "not_read_only"


@dataclass(frozen=True, slots=True)
class ScriptCheck:
    """A check of the lane. Only open ones can be in a script."""

    id: UUID
    command: str | None
    shell: Shell | None
    state: LaneState
    read_only: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    id: UUID
    reason: LeftOutReason


@dataclass(frozen=True, slots=True)
class RunScript:
    """`items` in the order of their numbers in the script. Without items there is nothing to run: `script` is empty."""

    script: str
    shell: CombinableShell
    items: tuple[UUID, ...]
    left_out: tuple[LeftOut, ...]


def check_code(item_id: UUID) -> str:
    """What names an item in the separators: the last 12 hex digits of its id."""
    return item_id.hex[-12:]


def separator(number: int, item_id: UUID) -> str:
    """The line printed before a check."""
    return f"=== RF:CHECK {number} {check_code(item_id)} ==="


def build_run_script(
    checks: Sequence[ScriptCheck], shell: CombinableShell, also: Collection[UUID] = frozenset()
) -> RunScript:
    """Join the open read-only checks of this shell, and those that `also` names although they are not read-only."""
    taken: list[tuple[UUID, str]] = []
    left_out: list[LeftOut] = []
    for check in checks:
        if check.state != "open":
            continue
        reason = _why_not(check, shell, named=check.id in also)
        if reason is None and check.command:
            taken.append((check.id, check.command))
        elif reason is not None:
            left_out.append(LeftOut(check.id, reason))
    titled = [(separator(number, item_id), command) for number, (item_id, command) in enumerate(taken, 1)]
    script = _WRITERS[shell](titled) if titled else ""
    return RunScript(script, shell, tuple(item_id for item_id, _ in taken), tuple(left_out))


def _why_not(check: ScriptCheck, shell: CombinableShell, *, named: bool) -> LeftOutReason | None:
    if not check.command or not check.command.strip():
        return LeftOutReason.NO_COMMAND
    if check.shell is not None and check.shell not in COMBINABLE_SHELLS:
        return LeftOutReason.NOT_COMBINABLE
    if check.shell != shell:
        return LeftOutReason.OTHER_SHELL
    if not check.read_only and not named:
        return LeftOutReason.NOT_READ_ONLY
    return None


def _powershell(parts: Sequence[tuple[str, str]]) -> str:
    lines = ["& {"]
    for title, command in parts:
        run = f"& ([scriptblock]::Create({powershell_literal(command)})) 2>&1"
        lines += [
            f"  '{title}'",
            f"  try {{ {run} | Out-String -Stream -Width 200 }}",
            "  catch { $_ | Out-String -Stream -Width 200 }",
        ]
    return "\r\n".join([*lines, f"  '{END}'", "}", ""])


def powershell_literal(text: str) -> str:
    """A single-quoted PowerShell string. Typographic quotes end such a string too, so they are doubled as well."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def _bash(parts: Sequence[tuple[str, str]]) -> str:
    lines = ["{"]
    for title, command in parts:
        # The subshell keeps `exit`, `cd` and `set` to itself; no input, so that a command cannot eat the rest.
        lines += [f"printf '\\n%s\\n' '{title}'", f"( eval {bash_literal(command)} ) </dev/null 2>&1 || true"]
    return "\n".join([*lines, f"printf '\\n%s\\n' '{END}'", "}", ""])


def bash_literal(text: str) -> str:
    """A single-quoted shell string."""
    return "'" + text.replace("\r\n", "\n").replace("'", "'\\''") + "'"


def _cmd(parts: Sequence[tuple[str, str]]) -> str:
    lines = ["("]
    for title, command in parts:
        lines += [f"echo {title}", f"cmd /d /s /c {cmd_literal(command)} 2>&1 <nul"]
    return "\r\n".join([*lines, f"echo {END}", ")", ""])


def cmd_literal(text: str) -> str:
    """A command line for `cmd /s /c`, inert for the outer shell: every special character, quotes too, has a caret."""
    joined = " & ".join(line.strip() for line in text.splitlines() if line.strip())
    return '^"' + re.sub(r'([()<>&|^"])', r"^\1", joined) + '^"'


_WRITERS: Final[Mapping[CombinableShell, Callable[[Sequence[tuple[str, str]]], str]]] = {
    "powershell": _powershell,
    "bash": _bash,
    "cmd": _cmd,
}
