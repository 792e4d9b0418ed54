"""Labels a shell command by its syntax tree: every command in it counts, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import tree_sitter
import tree_sitter_bash

from resolutionflow.pilot.commands.specs import judge, program_name
from resolutionflow.pilot.commands.types import READS, WRITES_FILE, CommandLabel, destroys, unknown, worst
from resolutionflow.pilot.commands.unix import PROGRAMS

Nested = Callable[[str, str], CommandLabel]

# Programs that run the command behind them, and their options that take a value.
_WRAPPERS: Final = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C"}),
    "doas": frozenset({"-u"}),
    "env": frozenset({"-u", "-C"}),
    "nohup": frozenset[str](),
    "time": frozenset({"-f", "-o"}),
    "timeout": frozenset({"-k", "-s"}),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-o", "-e", "-i"}),
    "watch": frozenset({"-n"}),
    "xargs": frozenset({"-n", "-I", "-P", "-d", "-L", "-a", "-s"}),
    "builtin": frozenset[str](),
    "command": frozenset[str](),
    "busybox": frozenset[str](),
    "setsid": frozenset[str](),
}
_SHELLS: Final = frozenset({"bash", "sh", "dash", "zsh", "ksh"})
_HARMLESS_TARGETS: Final = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"})
_LOADING: Final = frozenset(
    {"PATH", "BASH_ENV", "ENV", "IFS", "PROMPT_COMMAND", "PYTHONPATH", "PYTHONSTARTUP", "SHELL"}
)
_LITERALS: Final = frozenset({"word", "number", "raw_string", "string", "concatenation"})
_SCRIPT: Final = unknown("It runs a script file whose content is not known here.")
_BEYOND_ASCII: Final = re.compile(r"[^\x01-\x7f]")
_DYNAMIC: Final = frozenset({"simple_expansion", "expansion", "command_substitution", "process_substitution"})


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def label_bash(command: str, nested: Nested) -> CommandLabel:
    """`nested(text, shell)` labels a command that is given to another interpreter as text."""
    # The grammar's scanner reads outside its tables on characters beyond ASCII and takes the process down with it.
    # None of them is part of a command this product knows, so a neutral sign stands in for each.
    tree = _parser().parse(_BEYOND_ASCII.sub("_", command).encode("ascii"))
    if tree.root_node.has_error:
        return unknown("It could not be read as a shell command.")
    functions = {_text(node.child_by_field_name("name")) for node in _walk(tree.root_node, "function_definition")}
    labels = [_command(node, functions, nested) for node in _walk(tree.root_node, "command")]
    labels += [_environment(node) for node in _walk(tree.root_node, "variable_assignment")]
    labels += [_redirect(node) for node in _walk(tree.root_node, "file_redirect")]
    return worst(labels)


def _all(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _walk(root: tree_sitter.Node, kind: str) -> Iterator[tree_sitter.Node]:
    return (node for node in _all(root) if node.type == kind)


def _text(node: tree_sitter.Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def _word(node: tree_sitter.Node) -> str:
    text = _text(node)
    if node.type == "raw_string" or (node.type == "string" and len(text) > 1):
        return text[1:-1]
    return text.replace("\\", "") if node.type == "word" else text


def _is_dynamic(node: tree_sitter.Node) -> bool:
    return any(inner.type in _DYNAMIC for inner in _all(node))


def _command(node: tree_sitter.Node, functions: set[str], nested: Nested) -> CommandLabel:
    name_node = node.child_by_field_name("name")
    if name_node is None or not name_node.children:
        return READS
    arguments = [child for child in node.named_children if child.type in _LITERALS or child.type in _DYNAMIC]
    if _word(name_node.children[0]) in functions:
        return READS  # the commands of its body are judged themselves
    return _call(name_node.children[0], arguments, nested)


def _call(name_node: tree_sitter.Node, arguments: list[tree_sitter.Node], nested: Nested) -> CommandLabel:
    if _is_dynamic(name_node):
        return unknown("It runs a command that is only known when it runs.")
    name = program_name(_word(name_node)) or _word(name_node)
    words = [_word(argument) for argument in arguments]
    if name in _WRAPPERS and not (name == "command" and words[:1] in (["-v"], ["-V"])):
        return _wrapped(name, arguments, nested)
    if name in _SHELLS:
        return _shell(name, arguments, words, nested)
    if name in ("python", "python3") and words[:1] == ["-c"] and len(words) > 1:
        return nested(words[1], "python")
    is_file = name.endswith((".sh", ".py", ".pl", ".rb")) or ("/" in _word(name_node)[:2] and name not in PROGRAMS)
    return _SCRIPT if is_file else judge(PROGRAMS, name, words, fold=False)


def _wrapped(name: str, arguments: list[tree_sitter.Node], nested: Nested) -> CommandLabel:
    """The label of the command behind `sudo`, `xargs` and the like."""
    position = 0
    numbers_to_skip = 1 if name == "timeout" else 0
    while position < len(arguments):
        word = _word(arguments[position])
        if word in _WRAPPERS[name]:
            position += 2
        elif word.startswith("-") or (name == "env" and "=" in word):
            position += 1
        elif numbers_to_skip:
            numbers_to_skip = 0
            position += 1
        else:
            return _call(arguments[position], arguments[position + 1 :], nested)
    return READS if name in ("env", "time", "xargs") else unknown(f"{name} opens a shell.")


def _shell(name: str, arguments: list[tree_sitter.Node], words: list[str], nested: Nested) -> CommandLabel:
    for position, word in enumerate(words[:-1]):
        if word.startswith("-") and word.endswith("c"):
            if _is_dynamic(arguments[position + 1]):
                return unknown("It runs a command that is only known when it runs.")
            return nested(words[position + 1], "bash")
    return unknown(f"{name} runs a script whose content is not known here.")


def _environment(node: tree_sitter.Node) -> CommandLabel:
    """`PATH=... ls` may run something else than `ls`."""
    name = _text(node.child_by_field_name("name"))
    return unknown("It changes which programs are run.") if name in _LOADING or name.startswith("LD_") else READS


def _redirect(node: tree_sitter.Node) -> CommandLabel:
    operators = {child.type for child in node.children if not child.is_named}
    if not operators & {">", ">>", "&>", "&>>", ">|", ">&"}:
        return READS
    target = _text(
        node.child_by_field_name("destination") or (node.named_children[-1] if node.named_children else None)
    )
    if target in _HARMLESS_TARGETS or (">&" in operators and target.lstrip("-").isdigit()) or target == "-":
        return READS
    if target.startswith(("/dev/sd", "/dev/nvme", "/dev/vd", "/dev/disk", "/dev/mapper")):
        return destroys("It overwrites a disk.")
    return WRITES_FILE
