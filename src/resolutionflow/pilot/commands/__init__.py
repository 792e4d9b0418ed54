"""What a command would do where it is run: parsed, not guessed. Nothing is ever executed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from resolutionflow.pilot.commands.bash import label_bash
from resolutionflow.pilot.commands.cmd import label_cmd
from resolutionflow.pilot.commands.network import label_network
from resolutionflow.pilot.commands.powershell import label_powershell, label_powershell_call
from resolutionflow.pilot.commands.python import label_python
from resolutionflow.pilot.commands.types import EMPTY, TOO_DEEP, CommandLabel, Risk, unknown
from resolutionflow.pilot.contract import Shell

_DEEPEST: Final = 4

__all__ = ["CommandLabel", "Risk", "label"]


@lru_cache(maxsize=1024)
def label(command: str, shell: Shell | None) -> CommandLabel:
    """The risk of a command of this shell and the reason in a sentence. Never raises; what cannot be read is unknown."""
    if not command.strip():
        return EMPTY
    if shell is None:
        return unknown("It does not say for which shell it is.")
    try:
        return _label(command, shell, 0)
    except RecursionError:
        return TOO_DEEP


def _label(command: str, shell: str, depth: int) -> CommandLabel:
    if depth > _DEEPEST:
        return TOO_DEEP
    if not command.strip():
        return unknown("It opens another shell.")

    def nested(text: str, inner: str) -> CommandLabel:
        return _label(text, inner, depth + 1)

    reader = _READERS.get(shell)
    return reader(command, nested) if reader else unknown("It does not say for which shell it is.")


_READERS: Final[Mapping[str, Callable[[str, Callable[[str, str], CommandLabel]], CommandLabel]]] = {
    "powershell": label_powershell,
    "powershell_call": lambda text, nested: label_powershell_call(text, nested) or unknown("It opens another shell."),
    "bash": label_bash,
    "cmd": label_cmd,
    "python": lambda code, _: label_python(code),
    "network": lambda text, _: label_network(text),
}
