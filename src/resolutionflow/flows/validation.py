"""Every error of a flow definition, each with the node it is about. A flow with errors is never published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from resolutionflow.flows.definition import (
    Action,
    Decision,
    EvidencePattern,
    ParsedMatcher,
    RegexMatcher,
    Solution,
    TicketMatcher,
    TroubleshootingFlow,
    targets_of,
)
from resolutionflow.pilot.outputs import PARSERS

VARIABLE = re.compile(r"\[VAR:([a-z][a-z0-9_]*)\]")
MAX_NODES = 2000
_COMPARES = frozenset({"gt", "ge", "lt", "le"})


@dataclass(frozen=True, slots=True)
class FlowError:
    """`code` for programs, `message` for people; `node_id` is None for an error of the flow itself."""

    code: str
    message: str
    node_id: str | None = None


@dataclass(frozen=True, slots=True)
class FlowCheck:
    """Errors in the order of the nodes; `loops` lists edges (from, to) that lead back to an ancestor, which is allowed."""

    errors: tuple[FlowError, ...]
    loops: tuple[tuple[str, str], ...]


def validate_flow(flow: TroubleshootingFlow) -> FlowCheck:
    """Checks a whole definition; never stops at the first error."""
    by_id = {node.id: node for node in reversed(flow.nodes)}
    reached, loops = _walk(flow.root, by_id)
    ending = _nodes_that_end(flow)
    errors = [*_flow_errors(flow, by_id), *_scoping_errors(flow)]
    for node in flow.nodes:
        errors.extend(_node_errors(node))
        errors.extend(
            FlowError("unknown_target", f"Leads to “{target}”, which does not exist.", node.id)
            for target in dict.fromkeys(targets_of(node))
            if target not in by_id
        )
        errors.extend(_pattern_errors(node))
        errors.extend(_variable_errors(flow, node))
        if flow.root in by_id and node.id not in reached:
            errors.append(FlowError("unreachable", "No path from the start leads here.", node.id))
        if node.id not in ending:
            errors.append(FlowError("no_end", "No path from here ends in a solution.", node.id))
    return FlowCheck(errors=tuple(errors), loops=tuple(loops))


def _flow_errors(flow: TroubleshootingFlow, by_id: dict[str, Decision | Action | Solution]) -> Iterator[FlowError]:
    if flow.root not in by_id:
        yield FlowError("missing_root", f"The start “{flow.root}” does not exist.")
    if len(flow.nodes) > MAX_NODES:
        yield FlowError("too_many_nodes", f"A flow has at most {MAX_NODES} nodes.")
    for node_id, count in Counter(node.id for node in flow.nodes).items():
        if count > 1:
            yield FlowError("duplicate_id", f"{count} nodes share this id.", node_id)
    names = Counter(variable.name for variable in flow.variables)
    for name, count in names.items():
        if count > 1:
            yield FlowError(
                "duplicate_variable",
                f"The variable “{name}” is declared {count} times.",
            )
    wordings = Counter(
        (
            type(node),
            (node.question if isinstance(node, Decision) else node.title).strip().casefold(),
        )
        for node in flow.nodes
    )
    for node in flow.nodes:
        words = (node.question if isinstance(node, Decision) else node.title).strip()
        if words and wordings[type(node), words.casefold()] > 1:
            yield FlowError("duplicate_label", f"Another node also says “{words}”.", node.id)


def _scoping_errors(flow: TroubleshootingFlow) -> Iterator[FlowError]:
    for question in flow.scoping:
        if not question.question.strip():
            yield FlowError("empty_text", "A scoping question has no text.")


def _node_errors(node: Decision | Action | Solution) -> Iterator[FlowError]:
    match node:
        case Decision():
            yield from _decision_errors(node)
        case Action():
            yield from _action_errors(node)
        case Solution():
            yield from _empty(node.id, title=node.title, description=node.description)
            for step in node.steps:
                yield from _empty(node.id, step=step)
            if not node.steps and node.script is None and node.script_template_slug is None:
                yield FlowError("empty_solution", "A solution needs steps or a script.", node.id)


def _decision_errors(node: Decision) -> Iterator[FlowError]:
    yield from _empty(node.id, question=node.question)
    if len(node.options) < 2:
        yield FlowError("too_few_options", "A decision needs at least two options.", node.id)
    if len(node.options) > 8:
        yield FlowError("too_many_options", "A decision has at most eight options.", node.id)
    yield from _duplicates(node.id, "option id", [option.id for option in node.options])
    yield from _duplicates(node.id, "option label", [option.label for option in node.options])
    for option in node.options:
        yield from _empty(node.id, option_label=option.label)


def _action_errors(node: Action) -> Iterator[FlowError]:
    yield from _empty(node.id, title=node.title, description=node.description)
    if not node.results and node.next is None:
        yield FlowError("no_next", "An action needs results or a next node.", node.id)
    if node.results and node.next is not None:
        yield FlowError("ambiguous_next", "An action has either results or one next node, not both.", node.id)
    yield from _duplicates(node.id, "result label", [result.label for result in node.results])
    for result in node.results:
        yield from _empty(node.id, result_label=result.label)
    for command in node.commands:
        yield from _empty(node.id, command=command.code)


def _pattern_errors(node: Decision | Action | Solution) -> Iterator[FlowError]:
    patterns: list[EvidencePattern] = []
    if isinstance(node, Decision):
        patterns.extend(node.evidence_patterns)
        known = {option.id for option in node.options}
        for pattern in node.evidence_patterns:
            if pattern.option is None or pattern.option not in known:
                yield FlowError(
                    "unknown_option",
                    f"An evidence pattern names the option {pattern.option!r}.",
                    node.id,
                )
    elif isinstance(node, Action):
        patterns.extend(pattern for result in node.results for pattern in result.evidence_patterns)
    for pattern in patterns:
        if isinstance(pattern, ParsedMatcher):
            yield from _parsed_errors(node.id, pattern)
        text = _pattern_text(pattern)
        if text is None:
            continue
        try:
            re.compile(text)
        except re.error as error:
            yield FlowError("bad_pattern", f"The pattern {text!r} cannot be read: {error}.", node.id)


def _parsed_errors(node_id: str, pattern: ParsedMatcher) -> Iterator[FlowError]:
    parser = PARSERS.get(pattern.command)
    if parser is None:
        yield FlowError("unknown_command", f"No output of “{pattern.command}” can be read.", node_id)
        return
    spec = parser.fields.get(pattern.field) if parser.fields is not None else None
    if parser.fields is None or spec is None:
        if parser.fields is not None:
            known = ", ".join(sorted(parser.fields))
            yield FlowError(
                "unknown_field",
                f"The output of “{pattern.command}” has no field “{pattern.field}”. It has: {known}.",
                node_id,
            )
        return
    if pattern.op in _COMPARES and spec.kind not in {"number", "value"}:
        yield FlowError("wrong_operator", f"“{pattern.field}” is no number, it cannot be compared.", node_id)
    if spec.kind == "flag" and pattern.op in {"eq", "ne"} and not isinstance(pattern.value, bool):
        yield FlowError("wrong_value", f"“{pattern.field}” is true or false, not {pattern.value!r}.", node_id)


def _pattern_text(pattern: EvidencePattern) -> str | None:
    if isinstance(pattern, ParsedMatcher) and pattern.op == "matches":
        return str(pattern.value)
    if isinstance(pattern, RegexMatcher):
        return pattern.pattern
    if isinstance(pattern, TicketMatcher) and pattern.op == "matches":
        return pattern.value
    return None


def _variable_errors(flow: TroubleshootingFlow, node: Decision | Action | Solution) -> Iterator[FlowError]:
    declared = {variable.name for variable in flow.variables}
    used = dict.fromkeys(name for text in _texts(node) for name in VARIABLE.findall(text))
    for name in used:
        if name not in declared:
            yield FlowError(
                "undeclared_variable",
                f"Uses [VAR:{name}], which the flow does not declare.",
                node.id,
            )


def _texts(node: Decision | Action | Solution) -> Iterator[str]:
    match node:
        case Decision():
            yield node.question
            for option in node.options:
                yield option.fact or ""
        case Action():
            yield node.title
            yield node.description
            for command in node.commands:
                yield command.code
            for result in node.results:
                yield result.fact or ""
        case Solution():
            yield node.description
            yield from node.steps
            yield from node.verify
            yield from node.parameter_bindings.values()
            if node.script is not None:
                yield node.script.code
                yield from node.script.parameters.values()


def _empty(node_id: str, **texts: str) -> Iterator[FlowError]:
    for name, text in texts.items():
        if not text.strip():
            yield FlowError("empty_text", f"The {name.replace('_', ' ')} is empty.", node_id)


def _duplicates(node_id: str, what: str, values: list[str]) -> Iterator[FlowError]:
    for value, count in Counter(value.strip().casefold() for value in values).items():
        if count > 1:
            yield FlowError("duplicate_label", f"{count} times the {what} “{value}”.", node_id)


def _walk(root: str, by_id: dict[str, Decision | Action | Solution]) -> tuple[set[str], list[tuple[str, str]]]:
    """Nodes reached from the root, and the edges back to an ancestor. Iterative: a flow may be thousands of nodes deep."""
    reached: set[str] = set()
    ancestors: set[str] = set()
    loops: list[tuple[str, str]] = []
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(node_id: str) -> None:
        reached.add(node_id)
        ancestors.add(node_id)
        stack.append((node_id, iter(tuple(dict.fromkeys(targets_of(by_id[node_id]))))))

    if root in by_id:
        enter(root)
    while stack:
        node_id, rest = stack[-1]
        target = next(rest, None)
        if target is None:
            stack.pop()
            ancestors.discard(node_id)
        elif target in ancestors:
            loops.append((node_id, target))
        elif target in by_id and target not in reached:
            enter(target)
    return reached, loops


def _nodes_that_end(flow: TroubleshootingFlow) -> set[str]:
    """Nodes from which some solution can be reached, found backwards from the solutions."""
    parents: dict[str, list[str]] = {}
    for node in flow.nodes:
        for target in targets_of(node):
            parents.setdefault(target, []).append(node.id)
    ending = {node.id for node in flow.nodes if isinstance(node, Solution)}
    todo = sorted(ending)
    while todo:
        for parent in parents.get(todo.pop(), ()):
            if parent not in ending:
                ending.add(parent)
                todo.append(parent)
    return ending
