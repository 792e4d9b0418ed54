"""What to ask and look at next: the nodes that tell the remaining candidates apart best, per minute of work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from resolutionflow.flows.definition import Action, Decision
from resolutionflow.pilot.engines.guide.beliefs import (
    UNLISTED,
    Beliefs,
    Candidate,
    Thread,
    likelihood,
    widened,
)
from resolutionflow.pilot.engines.guide.knowledge import Probe
from resolutionflow.pilot.engines.guide.observe import Asked, NodeState
from resolutionflow.pilot.engines.guide.settings import GuideSettings
from resolutionflow.pilot.engines.guide.sources import Origin

_ASK_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Step:
    """A node worth asking. `open` = it stands in the lane already, or follows up what does: new ones do not push it out.

    `as_question` = an action whose output could not be read is asked in words instead.
    """

    flow: int
    probe: Probe
    value: float
    depth: int
    open: bool
    as_question: bool = False

    @property
    def is_question(self) -> bool:
        return self.as_question or isinstance(self.probe.node, Decision)


@dataclass(frozen=True, slots=True)
class Plan:
    questions: tuple[Step, ...]
    checks: tuple[Step, ...]

    @property
    def empty(self) -> bool:
        return not self.questions and not self.checks


def plan(beliefs: Beliefs, settings: GuideSettings) -> Plan:
    """Questions and checks, best first. Open ones that still matter come back before new ones.

    What only the ticket says is not asked again, but measured when nothing else is left to find out.
    """
    found = _plan(beliefs, settings, measure_again=False)
    return found if not found.empty else _plan(beliefs, settings, measure_again=True)


def _plan(beliefs: Beliefs, settings: GuideSettings, *, measure_again: bool) -> Plan:
    steps: list[Step] = []
    for index, thread in enumerate(beliefs.threads):
        if beliefs.of_flow(index) >= settings.min_flow_mass:
            steps.extend(_steps(index, thread, beliefs, settings, measure_again=measure_again))
    best = max((step.value for step in steps), default=0.0)
    worth = (step for step in steps if step.open or step.value >= best * settings.overall_value)
    ordered = sorted(worth, key=lambda step: (-step.value, step.depth, step.flow, step.probe.order))
    return Plan(
        _choose([step for step in ordered if step.is_question], settings.max_questions, settings),
        _choose([step for step in ordered if not step.is_question], settings.max_checks, settings),
    )


def reached(thread: Thread) -> frozenset[str]:
    """Nodes, solutions included, that a walk from the root arrives at by answers alone."""
    return frozenset(node_id for node_id, depth in available(thread, 0) if depth == 0)


def available(thread: Thread, lookahead: int) -> list[tuple[str, int]]:
    """Node ids with how many unanswered nodes stand before them. Nodes nobody could answer are passed on every branch."""
    found: dict[str, int] = {}
    todo: list[tuple[str, int]] = [(thread.flow.flow.root, 0)]
    while todo:
        node_id, depth = todo.pop(0)
        if depth > lookahead or found.get(node_id, lookahead + 1) <= depth:
            continue
        found[node_id] = depth
        todo.extend(_onwards(thread, node_id, depth))
    return sorted(found.items(), key=lambda entry: (entry[1], entry[0]))


def _onwards(thread: Thread, node_id: str, depth: int) -> Iterator[tuple[str, int]]:
    state = thread.states.get(node_id)
    if state is None:
        return
    node = state.probe.node
    if isinstance(node, Action) and not node.results:
        if node.next is not None:
            yield node.next, depth
        return
    best = state.best
    if state.asked is Asked.OBSERVED and best is not None and not widened(state, thread.tried):
        yield state.probe.branches[best.branch].next, depth
        if state.contradiction is not None:
            yield state.probe.branches[state.contradiction.branch].next, depth + 1
        return
    # A known answer that led nowhere, or an unknown one, opens all branches; one not asked yet stands in the way.
    step = 1 if state.asked in {Asked.NEVER, Asked.OPEN} else 0
    for branch in state.probe.branches:
        yield branch.next, depth + step


def _steps(
    index: int, thread: Thread, beliefs: Beliefs, settings: GuideSettings, *, measure_again: bool
) -> Iterator[Step]:
    for node_id, depth in available(thread, settings.lookahead):
        state = thread.states.get(node_id)
        if state is None or not state.probe.branches:
            continue
        if state.asked is Asked.OBSERVED and not (measure_again and _only_told(state)):
            continue
        if isinstance(state.probe.node, Action) and state.probe.node.risk != "read_only":
            continue
        as_question = state.asked is Asked.UNKNOWN
        if as_question and not _may_ask_in_words(state):
            continue
        gained = gain(index, state.probe, beliefs)
        if gained < settings.min_gain:
            continue
        is_open = state.asked is Asked.OPEN or as_question
        minutes = 1.0 if as_question else state.probe.node.minutes
        # Deeper nodes may never be needed: what they cost counts in full, what they bring only in part.
        value = gained / max(minutes, 0.5) * (settings.open_bonus if is_open else 1.0) * 0.8**depth
        yield Step(index, state.probe, value, depth, is_open, as_question)


def _only_told(state: NodeState) -> bool:
    """A check whose result is known from the ticket alone and that nobody was asked to run."""
    told = all(found.origin is Origin.TICKET for found in state.observations)
    return told and isinstance(state.probe.node, Action) and all(item.state == "open" for item in state.items)


def _may_ask_in_words(state: NodeState) -> bool:
    """An output that nobody could read is asked about once; what was skipped or is unknown is not asked again."""
    if not isinstance(state.probe.node, Action):
        return False
    asked_before = any(item.kind == "question" and item.state not in {"open", "retired"} for item in state.items)
    pasted = any(item.kind == "check" and item.state == "done" and (item.output or "").strip() for item in state.items)
    return pasted and not asked_before


def gain(index: int, probe: Probe, beliefs: Beliefs) -> float:
    """Expected bits that this node's answer tells about which candidate is right."""
    after = [0.0] * len(probe.branches)
    parts: list[list[float]] = [[] for _ in probe.branches]
    for candidate, share in beliefs.shares:
        if share < 1e-4:
            continue
        for number in range(len(probe.branches)):
            joint = share * _chance(index, probe, number, candidate)
            after[number] += joint
            parts[number].append(joint)
    before = -math.fsum(share * math.log2(share) for _, share in beliefs.shares if share >= 1e-4)
    left = 0.0
    for total, joints in zip(after, parts, strict=True):
        if total > 0:
            left -= math.fsum(joint * math.log2(joint / total) for joint in joints if joint > 0)
    return max(0.0, before - left)


def _chance(index: int, probe: Probe, branch: int, candidate: Candidate) -> float:
    if candidate.flow != index or candidate.solution == UNLISTED:
        return 1 / len(probe.branches)
    return likelihood(probe, branch, candidate.solution, _ASK_ERROR)


def _choose(steps: list[Step], limit: int, settings: GuideSettings) -> tuple[Step, ...]:
    """The best ones, without those far behind, no text twice; open ones that still matter are never pushed out by new ones."""
    chosen: list[Step] = []
    texts: set[str] = set()
    floor = steps[0].value * settings.relative_value if steps else 0.0
    for step in sorted(steps, key=lambda step: not step.open):
        text = step.probe.question if step.is_question else step.probe.checks[0][0]
        if text in texts or len(chosen) == limit or (not step.open and step.value < floor):
            continue
        texts.add(text)
        chosen.append(step)
    return tuple(
        sorted(
            chosen,
            key=lambda step: (-step.value, step.depth, step.flow, step.probe.order),
        )
    )
