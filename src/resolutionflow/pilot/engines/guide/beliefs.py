"""How likely each solution is, given how well its flow fits the ticket and what every answered node says.

For a node answered with branch b, a solution reachable through b predicts that answer, one reachable only through other branches
does not, and one that the node says nothing about is left alone. Every flow also holds an unlisted cause, which fits any answer
equally well: it is what remains when all listed ones fail.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from resolutionflow.pilot.contract import TurnContext
from resolutionflow.pilot.engines.guide.knowledge import CompiledFlow, Probe
from resolutionflow.pilot.engines.guide.observe import Asked, NodeState, Observation
from resolutionflow.pilot.engines.guide.ranking import Ranked
from resolutionflow.pilot.engines.guide.settings import GuideSettings
from resolutionflow.pilot.engines.guide.sources import Origin

UNLISTED = -1
_RANK_POWER = 3
_ANSWERED_BOOST = 1.6
_TRIED_FLOOR = 0.05
_BESIDE_THE_PATH = 0.6


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A solution of a flow, or (`UNLISTED`) a cause the flow does not list. Ordered for ties."""

    flow: int
    solution: int


@dataclass(frozen=True, slots=True)
class Thread:
    """One flow that is still alive, with what is known about its nodes and which of its solutions were tried."""

    ranked: Ranked
    states: Mapping[str, NodeState]
    tried: frozenset[int]

    @property
    def flow(self) -> CompiledFlow:
        return self.ranked.flow


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Shares of 1 over all candidates, most likely first."""

    threads: tuple[Thread, ...]
    shares: tuple[tuple[Candidate, float], ...]

    def of_flow(self, index: int) -> float:
        return sum(share for candidate, share in self.shares if candidate.flow == index)

    def share(self, candidate: Candidate) -> float:
        return next((share for other, share in self.shares if other == candidate), 0.0)


def tried_solutions(flow: CompiledFlow, context: TurnContext) -> frozenset[int]:
    """Solutions whose fix did not do, or only in part, or that a person turned down."""
    done = {"applied_failed", "applied_partial", "dismissed"}
    found = (flow.solution_index(fix.title) for fix in context.fixes if fix.status in done)
    return frozenset(index for index in found if index is not None)


def widened(state: NodeState, tried: frozenset[int]) -> bool:
    """Whether an answer leads only to solutions that were tried: it may be true and still not be the cause."""
    best = state.best
    return best is not None and bool(tried) and state.probe.branches[best.branch].reaches <= tried


def believe(threads: tuple[Thread, ...], settings: GuideSettings) -> Beliefs:
    """The posterior over all candidates: which flow, times which solution within it.

    A rare answer does not speak against its flow, so solutions are weighed within their flow. A flow gains with every node that
    was answered, and loses what its tried solutions held.
    """
    within = [_within(thread, settings) for thread in threads]
    weights = [_flow_weight(thread, shares) for thread, shares in zip(threads, within, strict=True)]
    total = math.fsum(weights)
    found: list[tuple[Candidate, float]] = []
    for index, (thread, shares) in enumerate(zip(threads, within, strict=True)):
        left = {
            number: share * (settings.failed_factor if number in thread.tried else 1.0)
            for number, share in shares.items()
        }
        rest = math.fsum(left.values())
        found.extend(
            (Candidate(index, number), weights[index] / total * share / rest) for number, share in left.items()
        )
    return Beliefs(threads, tuple(sorted(found, key=lambda entry: (-entry[1], entry[0]))))


def _flow_weight(thread: Thread, shares: Mapping[int, float]) -> float:
    answered = sum(
        1 for state in thread.states.values() if state.asked is Asked.OBSERVED and not widened(state, thread.tried)
    )
    untried = math.fsum(share for number, share in shares.items() if number not in thread.tried)
    return max(thread.ranked.raw, 0.01) ** _RANK_POWER * _ANSWERED_BOOST**answered * max(untried, _TRIED_FLOOR)


def _within(thread: Thread, settings: GuideSettings) -> dict[int, float]:
    """Shares of a flow's solutions and its unlisted cause, by the answers alone; tried or not plays no part here."""
    scores = {
        number: math.log(max(prior * (1 - settings.unlisted_prior), 1e-9))
        for number, prior in enumerate(thread.flow.priors)
    }
    scores[UNLISTED] = math.log(settings.unlisted_prior)
    for state in thread.states.values():
        best = state.best
        if best is None or widened(state, thread.tried):
            continue
        error = _error(best, settings)
        if state.contradiction is not None:
            error = min(0.4, error * settings.contradiction_factor)
        flat = 1 / max(2, len(state.probe.branches))
        for number in scores:
            chance = flat if number == UNLISTED else likelihood(state.probe, best.branch, number, error)
            if number not in state.probe.reaches and best.item is not None:
                # A node that somebody answered stands on a path that somebody found worth walking.
                chance *= _BESIDE_THE_PATH
            scores[number] += math.log(chance)
    top = max(scores.values())
    weights = {number: math.exp(score - top) for number, score in scores.items()}
    total = math.fsum(weights.values())
    return {number: weight / total for number, weight in weights.items()}


def likelihood(probe: Probe, branch: int, solution: int, error: float) -> float:
    """Chance that this node is answered with this branch when that solution is the right one."""
    count = max(2, len(probe.branches))
    if solution not in probe.reaches:
        return 1 / count
    leading = sum(1 for other in probe.branches if solution in other.reaches)
    if solution in probe.branches[branch].reaches:
        return (1 - error) / leading + error / count
    return error / count


def _error(observation: Observation, settings: GuideSettings) -> float:
    match observation.origin:
        case Origin.OUTPUT:
            return settings.error_output
        case Origin.OPTION:
            return settings.error_option
        case Origin.TEXT:
            return settings.error_text
        case Origin.MESSAGE:
            return settings.error_message
        case Origin.TICKET:
            return settings.error_ticket
