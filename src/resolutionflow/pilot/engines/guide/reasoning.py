"""One turn's thinking, pure: from the context to what is known, what is likely, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from resolutionflow.flows.definition import Solution
from resolutionflow.pilot.contract import FixView, TurnContext
from resolutionflow.pilot.engines.guide.beliefs import (
    UNLISTED,
    Beliefs,
    Candidate,
    Thread,
    believe,
    tried_solutions,
)
from resolutionflow.pilot.engines.guide.knowledge import CompiledFlow, compile_flows
from resolutionflow.pilot.engines.guide.observe import Asked, observe
from resolutionflow.pilot.engines.guide.outcome import (
    Outcome,
    outcome_of_option,
    read_outcome,
    says_applied,
)
from resolutionflow.pilot.engines.guide.planning import Plan, plan, reached
from resolutionflow.pilot.engines.guide.ranking import Ranked, rank
from resolutionflow.pilot.engines.guide.scoping import ScopingItem, missing
from resolutionflow.pilot.engines.guide.settings import GuideSettings
from resolutionflow.pilot.engines.guide.sources import (
    Origin,
    Source,
    gather,
    is_first_turn,
)

_MAX_REASON = 240


class Move(Enum):
    """What the reply is about."""

    OUTCOME = "outcome"
    VERIFY = "verify"
    DONE = "done"
    SCOPE = "scope"
    FIX = "fix"
    STANDS = "stands"
    ASK = "ask"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class StatedOutcome:
    fix: FixView
    outcome: Outcome
    words: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A solution with its share and its flow."""

    thread: Thread
    solution: Solution
    candidate: Candidate
    share: float


@dataclass(frozen=True, slots=True)
class Thought:
    """All that the reply is made of. `leads` are listed solutions not tried yet, most likely first;
    `scoping` is filled when no flow is known.
    """

    move: Move
    context: TurnContext
    sources: tuple[Source, ...]
    flows: tuple[CompiledFlow, ...]
    known: bool
    first: bool
    beliefs: Beliefs
    plan: Plan
    leads: tuple[Lead, ...]
    scoping: tuple[ScopingItem, ...]
    outcome: StatedOutcome | None = None
    fix: Lead | None = None

    @property
    def main(self) -> Thread | None:
        """The flow that carries most of the belief."""
        threads = self.beliefs.threads
        if not threads:
            return None
        best = max(range(len(threads)), key=lambda index: (self.beliefs.of_flow(index), -index))
        return threads[best]


def outcome_question(fix: FixView) -> str:
    """The question after a fix; one per fix, as its title is part of it."""
    return f"Did “{fix.title.strip()[:200]}” solve it?"


@dataclass(frozen=True, slots=True)
class Weighed:
    """Which flows fit, and how much is believed of each; `known` = one of them is about this case."""

    sources: tuple[Source, ...]
    flows: tuple[CompiledFlow, ...]
    known: bool
    beliefs: Beliefs


def weigh(context: TurnContext, settings: GuideSettings) -> Weighed:
    """The part of a thought that needs no plan."""
    sources = gather(context, settings)
    flows = compile_flows(context.flows)
    ranked = rank(flows, sources)
    known = bool(ranked) and ranked[0].score >= settings.flow_known
    threads = _threads(ranked, context, sources, settings)
    return Weighed(sources, flows, known or _engaged(threads), believe(threads, settings))


def think(context: TurnContext, settings: GuideSettings) -> Thought:
    """Everything from the context alone; the same context gives the same thought."""
    weighed = weigh(context, settings)
    beliefs = weighed.beliefs
    thought = Thought(
        move=Move.ASK,
        context=context,
        sources=weighed.sources,
        flows=weighed.flows,
        known=weighed.known,
        first=is_first_turn(context),
        beliefs=beliefs,
        plan=plan(beliefs, settings),
        leads=_leads(beliefs),
        scoping=(),
    )
    return _decide(thought, settings)


def _threads(
    ranked: tuple[Ranked, ...],
    context: TurnContext,
    sources: tuple[Source, ...],
    settings: GuideSettings,
) -> tuple[Thread, ...]:
    """Flows that fit well enough, and those that a question was already answered or a fix suggested from."""
    top = ranked[0].raw if ranked else 0.0
    settled = {item.text.strip() for item in context.lane if item.state in {"answered", "done"}}
    alive: list[Thread] = []
    for entry in ranked:
        tried = tried_solutions(entry.flow, context)
        fits = entry.score >= settings.flow_floor and entry.raw >= settings.flow_share * top
        used = bool(settled & (entry.flow.questions.keys() | entry.flow.checks.keys()))
        fixed = any(entry.flow.solution_index(fix.title) is not None for fix in context.fixes)
        if (fits and len(alive) < settings.max_flows) or used or fixed:
            alive.append(Thread(entry, observe(entry.flow, context, sources), tried))
    return tuple(alive)


def _engaged(threads: tuple[Thread, ...]) -> bool:
    """A flow whose question was answered, or whose fix was tried, is known whatever the words of the ticket."""
    return any(
        thread.tried or any(state.asked is Asked.OBSERVED and state.items for state in thread.states.values())
        for thread in threads
    )


def _leads(beliefs: Beliefs) -> tuple[Lead, ...]:
    found: list[Lead] = []
    for candidate, share in beliefs.shares:
        thread = beliefs.threads[candidate.flow]
        if candidate.solution != UNLISTED and candidate.solution not in thread.tried:
            found.append(Lead(thread, thread.flow.solutions[candidate.solution], candidate, share))
    return tuple(found)


def _decide(thought: Thought, settings: GuideSettings) -> Thought:
    about_fix = _about_applied_fix(thought)
    if about_fix is not None:
        return about_fix
    if not thought.known:
        return replace(thought, move=Move.SCOPE, scoping=missing(thought.context, thought.sources))
    fix = thought.context.active_fix
    lead = _clear_lead(thought, settings)
    standing = fix is not None and fix.status == "proposed" and not _answered_as_failed(thought, fix)
    if fix is not None and standing and (lead is None or _same(lead.solution, fix)):
        return _with(thought, Move.STANDS)
    if lead is not None:
        return _with(thought, Move.FIX, fix=lead)
    return thought if not thought.plan.empty else _with(thought, Move.EXHAUSTED)


def _about_applied_fix(thought: Thought) -> Thought | None:
    """A stated outcome, a solved session or a fix being verified come before any further reasoning."""
    fix = thought.context.active_fix
    if fix is None:
        return None
    if fix.status in {"proposed", "applied_partial"}:
        stated = _stated(thought, fix)
        if stated is not None:
            return _with(thought, Move.OUTCOME, outcome=stated)
    if fix.status == "applied_success":
        return _with(thought, Move.DONE)
    if fix.status == "proposed" and fix.applied and not _answered_as_failed(thought, fix):
        return _with(thought, Move.VERIFY)
    return None


def _with(thought: Thought, move: Move, *, outcome: StatedOutcome | None = None, fix: Lead | None = None) -> Thought:
    return replace(thought, move=move, outcome=outcome, fix=fix)


def _same(solution: Solution, fix: FixView) -> bool:
    return solution.title[:200].strip().casefold() == fix.title.strip().casefold()


def _stated(thought: Thought, fix: FixView) -> StatedOutcome | None:
    """The outcome as this turn states it: the answered outcome question, else the message."""
    for item in thought.context.lane:
        if item.is_new and item.state == "answered" and item.text.strip() == outcome_question(fix):
            found = outcome_of_option(item.option_index, item.answer)
            if found is not None:
                return StatedOutcome(fix, found, (item.answer or "").strip())
    message = next(
        (source.text for source in thought.sources if source.origin is Origin.MESSAGE and source.fresh),
        "",
    )
    if not message.strip() or not (fix.applied or says_applied(message)):
        return None
    statement = read_outcome(message)
    return StatedOutcome(fix, statement.outcome, statement.words[:_MAX_REASON]) if statement is not None else None


def _answered_as_failed(thought: Thought, fix: FixView) -> bool:
    """An answered outcome question stands: a fix that the engineer called useless is not waited for."""
    return any(
        item.state == "answered"
        and not item.is_new
        and item.text.strip() == outcome_question(fix)
        and outcome_of_option(item.option_index, item.answer) == "failure"
        for item in thought.context.lane
    )


def _clear_lead(thought: Thought, settings: GuideSettings) -> Lead | None:
    """The solution to suggest, if one leads clearly on evidence and not on priors alone."""
    leads = tuple(lead for lead in thought.leads if not _turned_down(thought, lead))
    if not leads:
        return None
    best = leads[0]
    rivals = [share for candidate, share in thought.beliefs.shares if candidate != best.candidate]
    margin = best.share - max(rivals, default=0.0)
    if not _has_evidence(best) or margin < settings.fix_margin / (2 if thought.plan.empty else 1):
        return None
    if thought.plan.empty:
        needed = settings.exhausted_posterior
    elif best.solution.id in reached(best.thread):
        needed = settings.fix_posterior
    else:
        needed = settings.unreached_posterior
    return best if best.share >= needed else None


def _turned_down(thought: Thought, lead: Lead) -> bool:
    """The active fix that the engineer answered to have failed, before anyone recorded it."""
    fix = thought.context.active_fix
    return fix is not None and _same(lead.solution, fix) and _answered_as_failed(thought, fix)


def _has_evidence(lead: Lead) -> bool:
    """At least one answered node that the solution predicts."""
    return any(
        state.best is not None
        and lead.candidate.solution in state.probe.branches[state.best.branch].reaches
        and state.probe.branches[state.best.branch].reaches != state.probe.reaches
        for state in lead.thread.states.values()
    )
