"""A thought as a reply: sentences first, then markers, in chunks of about a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resolutionflow.flows.definition import Action, Solution
from resolutionflow.pilot.contract import TurnContext
from resolutionflow.pilot.engines.guide.answers import says_unknown
from resolutionflow.pilot.engines.guide.beliefs import Thread
from resolutionflow.pilot.engines.guide.emit import (
    AskedCheck,
    AskedQuestion,
    Json,
    actions_block,
    block,
    questions_block,
)
from resolutionflow.pilot.engines.guide.outcome import OUTCOME_OPTIONS
from resolutionflow.pilot.engines.guide.planning import Step
from resolutionflow.pilot.engines.guide.reasoning import (
    Lead,
    Move,
    Thought,
    outcome_question,
)
from resolutionflow.pilot.engines.guide.scoping import answered_scoping
from resolutionflow.pilot.engines.guide.settings import GuideSettings
from resolutionflow.pilot.engines.guide.sources import Origin
from resolutionflow.pilot.engines.guide.speech import (
    fresh_observations,
    percent,
    sentences,
    short,
)
from resolutionflow.pilot.engines.guide.unplaced import SUMMARY, unplaced
from resolutionflow.pilot.engines.guide.variables import (
    bind,
    fill_code,
    fill_fact,
    fill_text,
)

_SOURCE_TYPES = {
    Origin.OUTPUT: "diagnostic_check",
    Origin.OPTION: "question",
    Origin.TEXT: "question",
    Origin.MESSAGE: "ai_synthesis",
    Origin.TICKET: "ai_synthesis",
}
_EVENT_LOG = AskedCheck(
    "Read recent errors from the event log",
    "Run on the affected Windows computer shortly after it happened. Errors of the last four hours, newest first.",
    "Get-WinEvent -FilterHashtable @{LogName='Application','System'; Level=1,2; StartTime=(Get-Date).AddHours(-4)} "
    "-MaxEvents 20 -ErrorAction SilentlyContinue | Format-List TimeCreated, ProviderName, Id, Message",
    "powershell",
)
_HANDOVER = "Gather what the next engineer needs"


def chunks(thought: Thought, settings: GuideSettings) -> Iterator[str]:
    """The reply in order: a sentence a chunk, then one marker block a chunk."""
    said = sentences(thought)
    for number, sentence in enumerate(said):
        yield sentence + (" " if number < len(said) - 1 else "")
    yield from _facts(thought)
    match thought.move:
        case Move.OUTCOME:
            yield from _outcome(thought)
        case Move.FIX:
            yield _suggest(thought)
        case Move.VERIFY:
            yield from _verify(thought)
        case Move.STANDS:
            yield from _stands(thought)
        case Move.SCOPE:
            yield from _scope(thought, settings)
        case Move.ASK:
            yield from _ask(thought)
            yield from _fork(thought)
        case Move.EXHAUSTED:
            yield actions_block(_last_checks(thought))
        case Move.DONE:
            yield from _done(thought)


def _facts(thought: Thought) -> Iterator[str]:
    known = {fact.text.strip().casefold() for fact in thought.context.facts}
    for body in _fact_bodies(thought):
        text = body["text"]
        if isinstance(text, str) and text.strip().casefold() not in known:
            known.add(text.strip().casefold())
            yield block("PROMOTE", body)


def _fact_bodies(thought: Thought) -> Iterator[dict[str, Json]]:
    for thread, state, found in fresh_observations(thought):
        branch = state.probe.branches[found.branch]
        values = bind(thread.flow.flow, thought.context.ticket, [state])
        text = fill_fact(branch.fact, values) if branch.fact else None
        if text is None:
            continue
        item = found.item if found.origin in {Origin.OUTPUT, Origin.OPTION, Origin.TEXT} else None
        yield {
            "source_type": _SOURCE_TYPES[found.origin],
            "source_ref": str(item.id) if item is not None else None,
            "text": text,
            "summary": branch.rules_out or "",
            "evidence": found.quote,
        }
    for told in unplaced(thought):
        item = told.source.item
        yield {
            "source_type": _SOURCE_TYPES[told.source.origin],
            "source_ref": str(item.id) if item is not None else None,
            "text": told.text,
            "summary": SUMMARY,
            "evidence": told.quote,
        }
    for scoping, item in answered_scoping(thought.context, thought.flows):
        answer = " ".join((item.answer or "").split())
        if item.is_new and answer and not says_unknown(answer):
            yield {
                "source_type": "question",
                "source_ref": str(item.id),
                "text": scoping.fact.format(answer=answer[:300]),
                "summary": scoping.summary,
                "evidence": (item.answer or "").strip()[:500].rstrip(),
            }


def _outcome(thought: Thought) -> Iterator[str]:
    stated = thought.outcome
    assert stated is not None
    yield block(
        "FIX_OUTCOME",
        {
            "fix_id": str(stated.fix.id),
            "outcome": stated.outcome,
            "reason": short(stated.words, 240),
        },
    )


def _suggest(thought: Thought) -> str:
    lead = thought.fix
    assert lead is not None
    solution, flow = lead.solution, lead.thread.flow.flow
    values = bind(flow, thought.context.ticket, lead.thread.states.values())
    body: dict[str, Json] = {
        "title": solution.title,
        "description": _description(lead, values),
        "confidence": percent(lead.share),
    }
    if solution.script_template_slug is not None:
        body["script_template_slug"] = solution.script_template_slug
        parameters = _bound(solution.parameter_bindings, values)
    elif solution.script is not None:
        body["ai_drafted_script"] = fill_code(solution.script.code, solution.script.shell, flow, values)
        parameters = _bound(solution.script.parameters, values)
    else:
        parameters: dict[str, Json] = {}
    if parameters:
        body["ai_drafted_parameters"] = parameters
    return block("SUGGEST_FIX", body)


def _bound(bindings: Mapping[str, str], values: Mapping[str, str]) -> dict[str, Json]:
    """Parameters whose variables are all known."""
    found = {key: fill_fact(value, values) for key, value in bindings.items()}
    return {key: value for key, value in found.items() if value is not None}


def _description(lead: Lead, values: dict[str, str]) -> str:
    flow, solution = lead.thread.flow.flow, lead.solution
    parts = [fill_text(solution.description.strip(), flow, values)]
    why = _reasons(lead)
    if why:
        parts.append("**Why this one**\n" + "\n".join(f"- {line}" for line in why))
    if solution.steps:
        parts.append(
            "**Steps**\n"
            + "\n".join(f"{n}. {fill_text(step, flow, values)}" for n, step in enumerate(solution.steps, 1))
        )
    if solution.verify:
        parts.append("**Verify**\n" + "\n".join(f"- {fill_text(step, flow, values)}" for step in solution.verify))
    return "\n\n".join(parts)


def _reasons(lead: Lead) -> list[str]:
    """The facts that led here, in the order of the flow."""
    found: list[str] = []
    for state in lead.thread.states.values():
        best = state.best
        if best is None or lead.candidate.solution not in state.probe.branches[best.branch].reaches:
            continue
        fact = state.probe.branches[best.branch].fact
        text = fill_fact(fact, dict(best.variables)) if fact else None
        if text is not None:
            found.append(text)
    return list(dict.fromkeys(found))


def _verify(thought: Thought) -> Iterator[str]:
    solution = _active_solution(thought)
    yield _outcome_block(thought)
    if solution is not None:
        thread, found = solution
        values = bind(thread.flow.flow, thought.context.ticket, thread.states.values())
        checks = tuple(
            AskedCheck(
                label=fill_text(step, thread.flow.flow, values)[:500],
                description=f"Verifies “{found.title}”.",
            )
            for step in found.verify[:4]
        )
        yield actions_block(checks)


def _outcome_block(thought: Thought) -> str:
    """The outcome question, once per fix: answered, it keeps its state in the lane and is not shown as new."""
    fix = thought.context.active_fix
    assert fix is not None
    return questions_block(
        (
            AskedQuestion(
                outcome_question(fix),
                "Only what was seen after the fix counts.",
                OUTCOME_OPTIONS,
            ),
        )
    )


def _active_solution(thought: Thought) -> tuple[Thread, Solution] | None:
    fix = thought.context.active_fix
    if fix is None:
        return None
    for thread in thought.beliefs.threads:
        index = thread.flow.solution_index(fix.title)
        if index is not None:
            return thread, thread.flow.solutions[index]
    return None


def _stands(thought: Thought) -> Iterator[str]:
    """What could still speak against the standing fix is asked; when nothing could, how it went."""
    fix = thought.context.active_fix
    assert fix is not None
    if thought.plan.empty:
        yield _outcome_block(thought)
    else:
        yield from _ask(thought)


def _ask(thought: Thought) -> Iterator[str]:
    yield questions_block(tuple(_question(step) for step in thought.plan.questions))
    yield actions_block(_checks(thought, thought.plan.checks))


def _question(step: Step) -> AskedQuestion:
    node = step.probe.node
    context = "" if isinstance(node, Action) else (node.help_text or "")
    return AskedQuestion(
        step.probe.question,
        context[:1000],
        tuple(branch.label for branch in step.probe.branches)[:8],
    )


def _checks(thought: Thought, steps: tuple[Step, ...]) -> tuple[AskedCheck, ...]:
    found: list[AskedCheck] = []
    for step in steps:
        thread = thought.beliefs.threads[step.flow]
        node = step.probe.node
        assert isinstance(node, Action)
        values = bind(thread.flow.flow, thought.context.ticket, thread.states.values())
        description = node.description.strip()
        if node.expected_outcome:
            description = f"{description} Expected: {node.expected_outcome.strip()}"
        for label, command in step.probe.checks:
            code = fill_code(command.code, command.shell, thread.flow.flow, values) if command is not None else None
            text = fill_text(description, thread.flow.flow, values)[:1000]
            found.append(AskedCheck(label, text, code, command.shell if command is not None else None))
    return tuple(found[:4])


def _fork(thought: Thought) -> Iterator[str]:
    """Solutions that compete closely are kept as hypotheses, unless just these already are."""
    leads = [lead for lead in thought.leads if lead.share >= 0.15][:4]
    labels = {lead.solution.title[:200] for lead in leads}
    open_labels = {hypothesis.label for hypothesis in thought.context.hypotheses if hypothesis.status == "open"}
    if len(labels) < 2 or labels == open_labels:
        return
    yield block(
        "FORK",
        {
            "fork_reason": "Several known causes still fit what has been seen.",
            "options": [
                {
                    "label": lead.solution.title[:200],
                    "description": lead.solution.description[:1000],
                }
                for lead in leads
            ],
        },
    )


def _scope(thought: Thought, settings: GuideSettings) -> Iterator[str]:
    if thought.scoping:
        items = thought.scoping[: settings.max_questions]
        yield questions_block(tuple(AskedQuestion(item.question, item.context, item.options) for item in items))
    else:
        yield actions_block(_last_checks(thought))


def _last_checks(thought: Thought) -> tuple[AskedCheck, ...]:
    """What helps whoever takes over: general errors, and a list of what is settled."""
    return (_EVENT_LOG, AskedCheck(_HANDOVER, _handover(thought.context)))


def _handover(context: TurnContext) -> str:
    settled = [fact.text.rstrip(".") for fact in context.facts if fact.grounding != "unverified"]
    tried = [fix.title for fix in context.fixes if fix.status in {"applied_failed", "applied_partial"}]
    parts = ["Exact error text, time of the last occurrence, affected device and user, and a screenshot."]
    if settled:
        parts.append("Settled: " + "; ".join(short(text, 120) for text in settled[:5]) + ".")
    if tried:
        parts.append("Tried: " + "; ".join(short(title, 120) for title in tried[:5]) + ".")
    return " ".join(parts)[:1000]


def _done(thought: Thought) -> Iterator[str]:
    """After success only verification that is still open is worth a line in the lane."""
    open_checks = {item.text.strip() for item in thought.context.lane if item.kind == "check" and item.state == "open"}
    solution = _active_solution(thought)
    steps = solution[1].verify if solution is not None else ()
    left = tuple(AskedCheck(step[:500], "Verifies the recorded fix.") for step in steps if step.strip() in open_checks)
    if left:
        yield actions_block(left[:4])
