"""Labels a PowerShell command by its syntax tree: every command, method call, assignment and redirection counts."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import tree_sitter
import tree_sitter_pwsh

from resolutionflow.pilot.commands import verbs
from resolutionflow.pilot.commands.cmd import net_label
from resolutionflow.pilot.commands.specs import judge, program_name
from resolutionflow.pilot.commands.types import READS, WRITES_FILE, CommandLabel, changes, destroys, unknown, worst
from resolutionflow.pilot.commands.windows import PROGRAMS

Nested = Callable[[str, str], CommandLabel]

_ENCODED: Final = re.compile(r"(?:^|\s)[-/](?:e|ec|en|enc|enco\w*)\s+['\"]?(?P<code>[A-Za-z0-9+/=]{4,})", re.IGNORECASE)
_COMMAND: Final = re.compile(r"(?:^|\s)[-/]c(?:o\w*)?\s+(?P<code>\S[\s\S]*)", re.IGNORECASE)
_SCRIPT_FILE: Final = re.compile(r".*\.(?:ps1|psm1|bat|cmd|vbs|js|py|wsf)$", re.IGNORECASE)
_LITERAL_NAME: Final = re.compile(r"'[^'$]+'|\"[^\"$`]+\"|[^\s'\"$(){}]+")
_SCRIPT: Final = unknown("It runs a script file whose content is not known here.")
_MERGE: Final = re.compile(r"[\d*]?>&\d?")


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))


def label_powershell(command: str, nested: Nested) -> CommandLabel:
    """`nested(text, shell)` labels a command that is given to another interpreter as text."""
    tree = _parser().parse(command.encode("utf-8", "replace"))
    if tree.root_node.has_error:
        return unknown("It could not be read as a PowerShell command.")
    nodes = list(_walk(tree.root_node))
    functions = {
        _text(name).lower()
        for node in nodes
        if node.type == "function_statement"
        for name in _of(node, "function_name")
    }
    return worst(_labels(nodes, functions, nested))


def _labels(nodes: list[tree_sitter.Node], functions: set[str], nested: Nested) -> Iterator[CommandLabel]:
    for node in nodes:
        match node.type:
            case "command":
                yield _command(node, functions, nested)
            case "invocation_expression":
                yield _method(node)
            case "redirection":
                yield _redirection(node)
            case "generic_token" if ">" in _text(node):
                yield WRITES_FILE  # the grammar takes `1> file` for an argument
            case "assignment_expression":
                yield _assignment(node)
            case "flow_control_statement":
                if _text(node).lower().startswith("exit"):
                    yield unknown("It ends the shell.")
            case "class_statement" | "enum_statement" | "configuration_statement" | "inlinescript_statement":
                yield unknown("It defines code of its own.")
            case _:
                pass


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _of(node: tree_sitter.Node, kind: str) -> list[tree_sitter.Node]:
    return [child for child in node.children if child.type == kind]


def _text(node: tree_sitter.Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _command(node: tree_sitter.Node, functions: set[str], nested: Nested) -> CommandLabel:
    arguments = [_text(child) for part in _of(node, "command_elements") for child in part.named_children]
    arguments = [word.strip() for word in arguments if word.strip()]
    operators = [_text(child).strip() for child in _of(node, "command_invocation_operator")]
    names = _of(node, "command_name") or _of(node, "command_name_expr")
    written = _text(names[0]).strip() if names else "{"
    if written.startswith("{"):
        return READS  # the commands of the block are judged themselves
    if not _LITERAL_NAME.fullmatch(written):
        return unknown("It runs a command that is only known when it runs.")
    if operators == ["."]:
        return _SCRIPT
    return _named(_unquoted(written), arguments, functions, nested)


def _named(written: str, arguments: list[str], functions: set[str], nested: Nested) -> CommandLabel:
    lower = written.lower()
    if lower in functions:
        return READS
    if _SCRIPT_FILE.match(written):
        return _SCRIPT
    name = verbs.ALIASES.get(lower, lower).rsplit("\\", 1)[-1]
    if name == "set-content" and lower == "sc":
        return changes("In PowerShell, sc is Set-Content and writes a file; the service tool is sc.exe.")
    if "-" in name and not name.endswith(".exe"):
        return _cmdlet(name, written, arguments, nested)
    return _program(program_name(written), arguments, nested)


def _cmdlet(name: str, written: str, arguments: list[str], nested: Nested) -> CommandLabel:
    title = written if "-" in written else f"{written} ({'-'.join(part.capitalize() for part in name.split('-'))})"
    if name == "invoke-expression":
        text = next((word for word in arguments if not word.startswith("-")), "")
        inner = [nested(_unquoted(text), "powershell")] if text[:1] in "'\"" and text else []
        return worst([unknown("It runs text as a command."), *inner])
    if name == "foreach-object":
        return _foreach(arguments)
    if name == "invoke-command" and any(word.lower().startswith("-file") for word in arguments):
        return unknown("It runs a script file whose content is not known here.")
    if name in ("invoke-command", "start-job", "start-threadjob") and any(
        word.lower().startswith(("-scriptblock $", "-s $", "$")) for word in arguments
    ):
        return unknown("It runs a command that is only known when it runs.")
    if name == "new-object" and any(word.lower().lstrip("-").startswith("com") for word in arguments):
        return unknown("It uses a component whose effect is not known here.")
    spec = verbs.CMDLETS.get(name)
    return spec.judge(title, arguments, fold=True) if spec else _by_verb(name, title)


def _by_verb(name: str, title: str) -> CommandLabel:
    verb = name.split("-", 1)[0]
    if verb in verbs.READING_VERBS:
        return READS
    if verb in verbs.DESTROYING_VERBS:
        return destroys(f"{title} deletes something.")
    if verb == "invoke":
        return unknown(f"{title} runs something whose effect is not known here.")
    if verb in verbs.CHANGING_VERBS:
        return changes(f"{title} {verbs.VERB_WORDS.get(verb, 'changes something')}.")
    return unknown(f"{title[:60]} is not a command this product knows.")


def _foreach(arguments: list[str]) -> CommandLabel:
    """`| % Delete` calls a method by its name; a block is judged by what is in it."""
    plain = [word for word in arguments if not word.startswith(("-", "{", "$", "("))]
    return _by_method(_unquoted(plain[0]), may_be_property=True) if plain else READS


def _program(name: str, arguments: list[str], nested: Nested) -> CommandLabel:
    if name in ("powershell", "pwsh"):
        return _powershell_program(" ".join(arguments), nested)
    if name == "cmd":
        text = " ".join(arguments)
        found = re.search(r"/[ck]\s+", text, re.IGNORECASE)
        return nested(_unquoted(text[found.end() :].strip()), "cmd") if found else unknown("It opens another shell.")
    if name in ("net", "net1"):
        return net_label([_unquoted(word) for word in arguments])
    if name in ("wsl", "bash"):
        return unknown("It runs a command in another shell.")
    return judge(PROGRAMS, name, [_unquoted(word) for word in arguments], fold=True)


def _powershell_program(arguments: str, nested: Nested) -> CommandLabel:
    encoded = _ENCODED.search(arguments)
    if encoded is not None:
        hidden = unknown("It runs an encoded command.")
        try:
            text = base64.b64decode(encoded["code"], validate=True).decode("utf-16-le")
        except ValueError:
            return hidden
        return worst([hidden, nested(text, "powershell")])
    command = _COMMAND.search(arguments)
    if command is not None:
        return nested(_unquoted(command["code"].strip()), "powershell")
    if re.search(r"(?:^|\s)-f(?:i\w*)?\s", arguments, re.IGNORECASE) or not arguments:
        return unknown("It opens another shell or runs a script file.")
    plain = re.sub(
        r"(?:^|\s)-(?:nop\w*|nol\w*|noni\w*|sta|mta)\b|(?:^|\s)-(?:ex\w*|ep|w\w*)\s+\S+",
        "",
        arguments,
        flags=re.IGNORECASE,
    )
    return nested(_unquoted(plain.strip()), "powershell") if plain.strip() else unknown("It opens another shell.")


def label_powershell_call(text: str, nested: Nested) -> CommandLabel | None:
    """The label of a `powershell ...` line as another shell would start it; None when the text is no such line."""
    match = re.match(r"\s*(?:\"[^\"]*\\|[^\s\"]*\\)?(?:powershell|pwsh)(?:\.exe)?\"?(?:\s+|$)", text, re.IGNORECASE)
    return _powershell_program(text[match.end() :].strip(), nested) if match else None


def _method(node: tree_sitter.Node) -> CommandLabel:
    names = [child for child in _walk(node) if child.type == "member_name" and child.parent == node]
    name = _text(names[0]) if names else ""
    owner = next((_text(child).strip("[]").lower() for child in node.children if child.type == "type_literal"), "")
    if owner in ("scriptblock", "system.management.automation.scriptblock") or name.lower() == "invokescript":
        return unknown("It runs text as a command.")
    if not name or name[:1] in "$(\"'":
        return unknown("It calls a method that is only known when it runs.")
    return _by_method(name, may_be_property=False)


def _by_method(name: str, *, may_be_property: bool) -> CommandLabel:
    lower = name.lower()
    if lower in verbs.READING_METHODS:
        return READS
    if lower.startswith(verbs.DESTROYING_METHODS):
        return destroys(f"It calls {name[:60]}, which deletes something.")
    if lower.startswith(verbs.CHANGING_METHODS):
        return changes(f"It calls {name[:60]}, which changes something.")
    if may_be_property or lower.startswith(("get", "is", "has", "to", "read", "find", "test", "try")):
        return READS
    return unknown(f"It calls {name[:60]}, whose effect is not known here.")


def _redirection(node: tree_sitter.Node) -> CommandLabel:
    if _MERGE.fullmatch(_text(node).strip()):
        return READS
    target = next((_text(child).strip().lower() for child in node.children if child.type == "redirected_file_name"), "")
    return READS if target in ("$null", "nul") or not target else WRITES_FILE


def _assignment(node: tree_sitter.Node) -> CommandLabel:
    left = node.named_children[0] if node.named_children else None
    if left is None:
        return READS
    if any(child.type in ("member_access", "invocation_expression") for child in _walk(left)):
        return changes("It changes a property of an object.")
    if re.match(r"\$\{?(?:function|alias|[a-z]):", _text(left).strip(), re.IGNORECASE):
        return unknown("It changes what later commands do.")
    return READS
