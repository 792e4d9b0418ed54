"""How a program is judged by its arguments. The tables of programs are made of these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resolutionflow.pilot.commands.types import READS, CommandLabel, Risk, unknown


@dataclass(frozen=True, slots=True)
class Spec:
    """`risk` and `does` (third person, no full stop) hold unless the arguments match one of the patterns.

    Patterns search the arguments joined by single blanks; the gravest is asked first. Where case does not matter
    (Windows), the arguments are in lower case.
    """

    risk: Risk
    does: str = ""
    destroys: re.Pattern[str] | None = None
    changes: re.Pattern[str] | None = None
    reads: re.Pattern[str] | None = None

    def judge(self, name: str, arguments: Sequence[str], *, fold: bool) -> CommandLabel:
        """The label of a call with these arguments; `fold` = compare them in lower case."""
        line = " ".join(arguments)
        line = line.lower() if fold else line
        if self.destroys is not None and self.destroys.search(line):
            return CommandLabel(Risk.DESTRUCTIVE, f"{name} with these options deletes something for good.")
        if self.changes is not None and self.changes.search(line):
            return CommandLabel(Risk.CHANGES, f"{name} with these options {self.does or 'changes settings'}.")
        if self.risk is Risk.READ_ONLY or (self.reads is not None and self.reads.search(line)):
            return READS
        return CommandLabel(self.risk, f"{name} {self.does}.")


def _pattern(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


def read(*names: str, changes: str = "", destroys: str = "", does: str = "") -> dict[str, Spec]:
    """Programs that only read, but for the arguments given."""
    spec = Spec(Risk.READ_ONLY, does, _pattern(destroys), _pattern(changes))
    return dict.fromkeys(names, spec)


def change(does: str, *names: str, reads: str = "", destroys: str = "") -> dict[str, Spec]:
    """Programs that change something, but for the arguments given."""
    return dict.fromkeys(names, Spec(Risk.CHANGES, does, _pattern(destroys), None, _pattern(reads)))


def destroy(does: str, *names: str, reads: str = "", changes: str = "") -> dict[str, Spec]:
    """Programs that delete or overwrite for good, but for the arguments given."""
    return dict.fromkeys(names, Spec(Risk.DESTRUCTIVE, does, None, _pattern(changes), _pattern(reads)))


def opaque(does: str, *names: str, reads: str = "", changes: str = "", destroys: str = "") -> dict[str, Spec]:
    """Programs whose effect cannot be seen from here, but for the arguments given."""
    return dict.fromkeys(names, Spec(Risk.UNKNOWN, does, _pattern(destroys), _pattern(changes), _pattern(reads)))


def judge(table: Mapping[str, Spec], name: str, arguments: Sequence[str], *, fold: bool) -> CommandLabel:
    """The label of one program call by a table; a program that is not in it is unknown."""
    spec = table.get(name.lower())
    return (
        spec.judge(name, arguments, fold=fold) if spec else unknown(f"{name[:60]} is not a command this product knows.")
    )


def program_name(written: str) -> str:
    """The program without folder and ending: `/usr/bin/ping` and `ping.exe` are `ping`."""
    name = re.split(r"[\\/]", written.strip("\"'"))[-1].lower()
    return re.sub(r"\.(?:exe|com)$", "", name)
