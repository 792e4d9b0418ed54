"""What a command would do where it is run: parsed, not guessed. Nothing is ever executed. Pure."""

from __future__ import annotations

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


def label(command: str, shell: Shell | None) -> CommandLabel:
    """The risk of a command of this shell and the reason in a sentence. Never raises; what cannot be read is unknown."""
    if not command.strip():
        return EMPTY
    if shell is None:
        return unknown("It does not say for which shell it is.")
    return _label(command, shell, 0)


def _label(command: str, shell: str, depth: int) -> CommandLabel:
    if depth > _DEEPEST:
        return TOO_DEEP
    if not command.strip():
        return unknown("It opens another shell.")

    def nested(text: str, inner: str) -> CommandLabel:
        return _label(text, inner, depth + 1)

    match shell:
        case "powershell":
            return label_powershell(command, nested)
        case "bash":
            return label_bash(command, nested)
        case "cmd":
            return label_cmd(command, nested)
        case "python":
            return label_python(command)
        case "network":
            return label_network(command)
        case "powershell_call":
            return label_powershell_call(command, nested) or unknown("It opens another shell.")
        case _:
            return unknown("It does not say for which shell it is.")
