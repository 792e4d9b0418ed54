"""Flows made ready for reasoning: what each answer leads to, which texts belong to which node, the words of the flow.

Compiling is done once per flow, version and content; the cache below is a plain memo and changes no result.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import orjson

from resolutionflow.flows.definition import (
    Action,
    Command,
    Decision,
    EvidencePattern,
    Solution,
    TroubleshootingFlow,
    parse_definition,
    targets_of,
)
from resolutionflow.pilot.contract import FlowKnowledge
from resolutionflow.pilot.engines.guide.tokens import terms_of, trigrams, words_of

_PRIOR_POWER = 0.6


@dataclass(frozen=True, slots=True)
class Branch:
    """One way a node can be answered. `reaches` holds indexes of the flow's solutions."""

    key: str
    label: str
    next: str
    reaches: frozenset[int]
    fact: str | None
    rules_out: str | None
    keywords: tuple[tuple[str, ...], ...]
    patterns: tuple[EvidencePattern, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """A node that can be asked or looked at. `checks` pairs the label of each lane check with its command, if it has one."""

    node: Decision | Action
    order: int
    branches: tuple[Branch, ...]
    reaches: frozenset[int]
    checks: tuple[tuple[str, Command | None], ...] = ()

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def question(self) -> str:
        """The text of the lane question: the decision's own, or what is asked when an output could not be read."""
        return self.node.question.strip() if isinstance(self.node, Decision) else f"What did “{self.node.title}” show?"


@dataclass(frozen=True, slots=True, eq=False)
class CompiledFlow:
    """One flow ready for use. Compared by identity: the cache hands out one object per content."""

    slug: str
    name: str
    version: int
    flow: TroubleshootingFlow
    solutions: tuple[Solution, ...]
    priors: tuple[float, ...]
    probes: Mapping[str, Probe]
    questions: Mapping[str, str]
    checks: Mapping[str, str]
    words: Mapping[str, float]
    grams: Mapping[str, frozenset[str]]
    signals: tuple[tuple[tuple[str, ...], float, str], ...]

    def solution_index(self, title: str) -> int | None:
        """Index of the solution with this title, as a suggested fix carries it."""
        wanted = title.strip().casefold()
        return next(
            (i for i, s in enumerate(self.solutions) if s.title[:200].strip().casefold() == wanted),
            None,
        )


def compile_flows(flows: tuple[FlowKnowledge, ...]) -> tuple[CompiledFlow, ...]:
    """Compiled flows by slug. A definition that cannot be read, or has no solution, is left out.

    Of two flows with one slug (a platform flow and an account's own version of it) the newer version counts: both would ask
    the same questions and halve each other's weight.
    """
    newest: dict[str, FlowKnowledge] = {}
    for flow in sorted(flows, key=lambda flow: (flow.version, str(flow.id))):
        newest[flow.slug] = flow
    compiled = (_compiled(flow) for _, flow in sorted(newest.items()))
    return tuple(flow for flow in compiled if flow is not None)


_MOST_KNOWN: Final = 512
_known: dict[int, tuple[FlowKnowledge, CompiledFlow | None]] = {}
"""By the identity of a flow, which is kept with it: a process gives the same flows to every turn, and to read them again costs more."""


def _compiled(flow: FlowKnowledge) -> CompiledFlow | None:
    known = _known.get(id(flow))
    if known is not None and known[0] is flow:
        return known[1]
    content = orjson.dumps(flow.definition, option=orjson.OPT_SORT_KEYS)
    found = _compile(flow.slug, flow.name, flow.version, content)
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[id(flow)] = (flow, found)
    return found


@lru_cache(maxsize=512)
def _compile(slug: str, name: str, version: int, content: bytes) -> CompiledFlow | None:
    try:
        flow = parse_definition(orjson.loads(content))
    except ValueError:
        return None
    solutions = flow.solutions
    if not solutions or flow.node(flow.root) is None:
        return None
    reaches = _reachable(flow, {solution.id: index for index, solution in enumerate(solutions)})
    probes = {
        node.id: _probe(node, order, reaches) for order, node in enumerate(flow.nodes) if not isinstance(node, Solution)
    }
    words = _flow_words(name, flow)
    return CompiledFlow(
        slug=slug,
        name=name,
        version=version,
        flow=flow,
        solutions=solutions,
        priors=_priors(solutions),
        probes=probes,
        questions={probe.question: probe.id for probe in probes.values()},
        checks={label: probe.id for probe in probes.values() for label, _ in probe.checks},
        words=words,
        grams={word: trigrams(word) for word in words if len(word) >= 5},
        signals=tuple((words_of(signal.phrase), signal.weight, signal.phrase) for signal in flow.signals),
    )


def _priors(solutions: tuple[Solution, ...]) -> tuple[float, ...]:
    """Shares that add up to 1; a solution without a prior counts like the average of the others.

    Priors are softened: authors set them by feel, and one clear answer has to be able to point at a rare cause.
    """
    given = [solution.prior for solution in solutions if solution.prior]
    usual = sum(given) / len(given) if given else 1.0
    weights = [(solution.prior or usual) ** _PRIOR_POWER for solution in solutions]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _reachable(flow: TroubleshootingFlow, index: dict[str, int]) -> dict[str, frozenset[int]]:
    """Solutions reachable from each node, by walking parents back from every solution."""
    parents: dict[str, set[str]] = {}
    for node in flow.nodes:
        for target in targets_of(node):
            parents.setdefault(target, set()).add(node.id)
    found: dict[str, set[int]] = {node.id: set() for node in flow.nodes}
    for solution_id, number in index.items():
        todo = [solution_id]
        while todo:
            node_id = todo.pop()
            if number not in found[node_id]:
                found[node_id].add(number)
                todo.extend(sorted(parents.get(node_id, ())))
    return {node_id: frozenset(numbers) for node_id, numbers in found.items()}


def _probe(node: Decision | Action, order: int, reaches: dict[str, frozenset[int]]) -> Probe:
    nothing: frozenset[int] = frozenset()
    if isinstance(node, Decision):
        branches = tuple(
            Branch(
                key=option.id,
                label=option.label.strip(),
                next=option.next,
                reaches=reaches.get(option.next, nothing),
                fact=option.fact,
                rules_out=option.rules_out,
                keywords=tuple(terms_of(word) for word in option.keywords if terms_of(word)),
                patterns=(),
            )
            for option in node.options
        )
        return Probe(node, order, branches, reaches[node.id])
    branches = tuple(
        Branch(
            result.label,
            result.label.strip(),
            result.next,
            reaches.get(result.next, nothing),
            result.fact,
            result.rules_out,
            (),
            result.evidence_patterns,
        )
        for result in node.results
    )
    checks = tuple(((command.label or node.title).strip(), command) for command in node.commands)
    return Probe(node, order, branches, reaches[node.id], checks or ((node.title.strip(), None),))


def _flow_words(name: str, flow: TroubleshootingFlow) -> dict[str, float]:
    """How strongly each word speaks for the flow, from its name, symptoms, positive signals and solution titles."""
    weights: defaultdict[str, float] = defaultdict(float)
    for text, weight in (
        (name, 3.0),
        *((symptom, 1.5) for symptom in flow.symptoms),
        *((signal.phrase, max(0.0, signal.weight)) for signal in flow.signals),
        *((product, 0.5) for product in flow.applies_to.products),
        *((solution.title, 0.3) for solution in flow.solutions),
    ):
        for word in words_of(text):
            weights[word] += weight
    return {word: weight for word, weight in sorted(weights.items()) if weight > 0}


@lru_cache(maxsize=4096)
def compiled_pattern(pattern: str) -> re.Pattern[str] | None:
    """A matcher's expression, or nothing when it cannot be compiled."""
    try:
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except re.error:
        return None
