"""Labels a command line of the Windows command prompt by a tokenizer of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from resolutionflow.pilot.commands.specs import judge, program_name
from resolutionflow.pilot.commands.types import READS, WRITES_FILE, CommandLabel, changes, unknown, worst
from resolutionflow.pilot.commands.windows import BUILT_INS, PROGRAMS, net_spec

Nested = Callable[[str, str], CommandLabel]

_ALL: Final = {**PROGRAMS, **BUILT_INS}
_OUTPUT: Final = re.compile(r"(?<![\^])\d?>{1,2}\s*(&\d|\"[^\"]*\"|[^\s&|<>()]+)")
_HARMLESS: Final = re.compile(r"&\d|\"?nul:?\"?|\"?con:?\"?", re.IGNORECASE)
_IF: Final = re.compile(
    r"if\s+(?:/i\s+)?(?:not\s+)?(?:exist\s+(?:\"[^\"]*\"|\S+)|defined\s+\S+|errorlevel\s+\d+|cmdextversion\s+\d+"
    r"|(?:\"[^\"]*\"|\S+?)\s*(?:==|\s(?:equ|neq|lss|leq|gtr|geq)\s)\s*(?:\"[^\"]*\"|\S+))\s+",
    re.IGNORECASE,
)
_FOR: Final = re.compile(
    r"for\s+(?:/[dlrf]\s+)?(?:\"[^\"]*\"\s+)?(?:\S+\s+)?%%?\w\s+in\s+\((?P<set>[^)]*)\)\s+do\s+", re.IGNORECASE
)
_WORD: Final = re.compile(r"\"[^\"]*\"?|[^\s\"]+")
_BUILT_IN_WITH_SLASH: Final = re.compile(
    r"^(cd|dir|type|del|rd|md|copy|echo|set|date|time)([./\\(,;=:+].*)$", re.IGNORECASE
)


def label_cmd(command: str, nested: Nested) -> CommandLabel:
    """`nested(text, shell)` labels a command that is given to another interpreter as text."""
    return worst(_part(part, nested) for part in _parts(command))


def _parts(command: str) -> Iterator[str]:
    """The single commands between `&`, `|`, line ends and brackets; quotes and carets respected."""
    current: list[str] = []
    quoted = False
    position = 0
    while position < len(command):
        character = command[position]
        if character == "^" and not quoted and position + 1 < len(command):
            current.append(
                command[position : position + 2] if command[position + 1] in "<>&|" else command[position + 1]
            )
            position += 2
            continue
        if character == '"':
            quoted = not quoted
        separates = character == "\n" or (not quoted and character in "&|" and not _is_handle(command, position))
        if separates:
            yield "".join(current)
            current = []
            quoted = False
        else:
            current.append(character)
        position += 1
    yield "".join(current)


def _is_handle(command: str, position: int) -> bool:
    """`2>&1` is not a separator."""
    return command[position] == "&" and position > 0 and command[position - 1] == ">"


def _part(part: str, nested: Nested) -> CommandLabel:
    text = part.strip("@;,= \t\r")
    loop = _FOR.match(text.lstrip("( "))
    text = text.strip("() \t\r") if loop is None else text.lstrip("( ")
    if not text:
        return READS
    labels: list[CommandLabel] = []
    if loop is not None:
        inner = loop["set"].strip()
        if inner[:1] in "'`" and inner:
            labels.append(label_cmd(inner.strip("'`"), nested))
        return worst([*labels, _part(text[loop.end() :], nested)])
    condition = _IF.match(text)
    if condition is not None:
        return _part(text[condition.end() :], nested)
    if re.match(r"else\b", text, re.IGNORECASE):
        return _part(text[4:], nested)
    labels += [WRITES_FILE for match in _OUTPUT.finditer(text) if not _HARMLESS.fullmatch(match[1])]
    plain = re.sub(r"<\s*\S+", "", _OUTPUT.sub("", text))
    return worst([*labels, _call(plain, nested)])


def _call(text: str, nested: Nested) -> CommandLabel:
    words = [match[0] for match in _WORD.finditer(text)]
    if not words:
        return READS
    attached = _BUILT_IN_WITH_SLASH.match(words[0])
    if attached:
        words[:1] = [attached[1], attached[2].lstrip("(,;=:+.") or "."]
    written, arguments = words[0], [word.strip('"') for word in words[1:]]
    if written.startswith((":", "::")):
        return READS
    written = re.sub(r"^%(?:systemroot|windir)%\\", r"C:\\Windows\\", written, flags=re.IGNORECASE)
    if "/" in written.lstrip("/") and '"' not in written:
        written, _, glued = written.partition("/")
        arguments.insert(0, f"/{glued}")
    if "%" in written.strip("%") or (written.startswith(("%", "!")) and "\\" not in written):
        return unknown("It runs a command that is only known when it runs.")
    name = program_name(written)
    if name.endswith((".bat", ".cmd", ".ps1", ".vbs", ".js")):
        return unknown("It runs a script file whose content is not known here.")
    return _program(name, arguments, text, nested)


def _program(name: str, arguments: list[str], text: str, nested: Nested) -> CommandLabel:
    """The label of a program by its name; those that start others are looked into."""
    if name in ("cmd", "%comspec%"):
        return _inner(text, r"/[ck]\s+", "cmd", nested)
    if name in ("powershell", "pwsh"):
        return nested(text, "powershell_call")
    if name == "wsl" or name in ("bash", "python", "py", "python3"):
        return _inner(text, r"\s-c\s+", "python" if name.startswith("py") else "bash", nested)
    if name == "call" and arguments:
        return _call(text.split(maxsplit=1)[1], nested)
    if name in ("net", "net1"):
        return net_label(arguments)
    return judge(_ALL, name, arguments, fold=True)


def net_label(arguments: list[str]) -> CommandLabel:
    """The label of `net` with these arguments."""
    if not arguments:
        return READS
    spec = net_spec(arguments[0])
    if spec is None:
        return unknown(f"net {arguments[0][:40]} is not a command this product knows.")
    return spec.judge(f"net {arguments[0].lower()}", arguments[1:], fold=True)


def _inner(text: str, switch: str, shell: str, nested: Nested) -> CommandLabel:
    """The command behind `cmd /c` and the like."""
    found = re.search(switch, text, re.IGNORECASE)
    if found is None:
        return unknown("It opens another shell or runs a script file.")
    inner = text[found.end() :].strip()
    if len(inner) > 1 and inner[0] == inner[-1] == '"':
        inner = inner[1:-1]
    return nested(inner, shell) if inner else changes("It opens another shell.")
