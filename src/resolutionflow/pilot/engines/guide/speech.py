"""The guide's few sentences: short templates around the actual evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

from resolutionflow.pilot.engines.guide.beliefs import Thread
from resolutionflow.pilot.engines.guide.observe import NodeState, Observation
from resolutionflow.pilot.engines.guide.reasoning import Lead, Move, Thought
from resolutionflow.pilot.engines.guide.sources import Origin
from resolutionflow.pilot.engines.guide.unplaced import unplaced

_BLANKS = re.compile(r"\s+")
_BRACKETS = str.maketrans("[]{}<>", "()()()")
_VERB = re.compile(r"^(?:Rules|Points|Confirms|Shows|Leaves|Narrows|Means|Speaks)\b")
_MAX_SENTENCES = 3
_MIN_FACT_MASS = 0.2


def sentences(thought: Thought) -> tuple[str, ...]:
    """One to three sentences: what the new evidence means, what could not be read, what comes next."""
    said = [*_pictures(thought), *_evidence(thought), *_told(thought), *_trouble(thought)][: _MAX_SENTENCES - 1]
    if thought.first and thought.move is not Move.SCOPE:
        said = [_opening(thought), *said][: _MAX_SENTENCES - 1]
    return (*said, _next(thought))


def short(text: str, limit: int = 90) -> str:
    """A quote fit for a sentence: first line, one blank between words, no brackets, cut at a word."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    plain = _BLANKS.sub(" ", line).strip().translate(_BRACKETS)
    if len(plain) <= limit:
        return plain
    return plain[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + " ..."


def percent(share: float) -> int:
    """A share as it is said and shown, the same in the text and on the fix: no guide is surer than 95 %."""
    return max(1, min(95, round(100 * share)))


def fresh_observations(thought: Thought) -> tuple[tuple[Thread, NodeState, Observation], ...]:
    """What this turn brought, best witness of each node only, in the order of flows and nodes.

    What a ticket or message says beside the questions counts only for a flow that is known to fit.
    """
    found: list[tuple[Thread, NodeState, Observation]] = []
    for index, thread in enumerate(thought.beliefs.threads):
        fits = thought.move is not Move.SCOPE and thought.beliefs.of_flow(index) >= _MIN_FACT_MASS
        for state in thread.states.values():
            best = state.best
            if best is not None and best.fresh and (fits or best.item is not None):
                found.append((thread, state, best))
    return tuple(found)


def _opening(thought: Thought) -> str:
    main = thought.main
    if main is None:
        return "The built-in guide reads this ticket."
    others = [
        thread
        for index, thread in enumerate(thought.beliefs.threads)
        if thread is not main and thought.beliefs.of_flow(index) >= 0.25
    ]
    if others:
        return f"The built-in guide sees two flows that fit: “{main.flow.name}” and “{others[0].flow.name}”."
    phrases = main.ranked.phrases[:2]
    because = f", because of “{'” and “'.join(phrases)}”" if phrases else ""
    return f"The built-in guide matches this to the flow “{main.flow.name}”{because}."


def _pictures(thought: Thought) -> list[str]:
    """Said plainly instead of passing a picture over: what it shows must come as words."""
    count = len(thought.context.images)
    if not count:
        return []
    what = (
        "the picture: type or paste the words it shows"
        if count == 1
        else "the pictures: type or paste the words they show"
    )
    return [f"The built-in guide cannot see {what}, above all the exact error text."]


def _evidence(thought: Thought) -> list[str]:
    said: list[str] = []
    for _, state, found in fresh_observations(thought):
        branch = state.probe.branches[found.branch]
        says = branch.rules_out
        quote = short(found.quote)
        if not quote:
            continue
        meaning = says[0].lower() + says[1:] if says and _VERB.match(says) else None
        subject = {
            Origin.OUTPUT: f"The output “{quote}”",
            Origin.OPTION: f"The answer “{quote}”",
            Origin.TEXT: f"The answer “{quote}”",
            Origin.MESSAGE: f"Your message, “{quote}”,",
            Origin.TICKET: f"The ticket line “{quote}”",
        }[found.origin]
        said.append(f"{subject} {meaning}." if meaning else f"{subject} is noted.")
    return said[:1] if thought.first else said[:2]


def _told(thought: Thought) -> list[str]:
    """What an output says that no flow asked about."""
    return [f"The output says: {told.text}." for told in unplaced(thought)][:1]


def _trouble(thought: Thought) -> list[str]:
    said: list[str] = []
    told = {found.source.item.id for found in unplaced(thought) if found.source.item is not None}
    for thread in thought.beliefs.threads:
        for state in thread.states.values():
            other = state.contradiction
            best = state.best
            if best is not None and other is not None and (best.fresh or other.fresh):
                said.append(
                    f"That contradicts “{short(other.quote, 60)}”, so both readings stay open and “{short(best.quote, 60)}” counts more."
                )
            elif state.error_line is not None:
                check, error = short(state.probe.checks[0][0], 60), short(state.error_line, 60)
                said.append(f"The check “{check}” ended in an error (“{error}”), so it proves nothing yet.")
            elif state.unread is not None and state.unread.id not in told:
                words = state.unread.answer if state.unread.kind == "question" else state.unread.output
                said.append(
                    f"“{short(words or '', 60)}” could not be placed for “{short(state.unread.text, 60)}”, so that stays open."
                )
    return list(dict.fromkeys(said))


def _next(thought: Thought) -> str:
    said: dict[Move, Callable[[Thought], str]] = {
        Move.OUTCOME: _outcome,
        Move.VERIFY: _verify,
        Move.DONE: _done,
        Move.SCOPE: _scope,
        Move.FIX: _fix,
        Move.STANDS: _stands,
        Move.ASK: _ask,
        Move.EXHAUSTED: _exhausted,
    }
    return said[thought.move](thought)


def _verify(thought: Thought) -> str:
    return f"“{_active(thought)}” was run; verify it with the checks at hand, then record how it went."


def _done(thought: Thought) -> str:
    return f"“{_active(thought)}” is recorded as solved; what is left is to resolve the session with its note."


def _stands(thought: Thought) -> str:
    return f"“{_active(thought)}” still stands as the suggested fix."


def _active(thought: Thought) -> str:
    fix = thought.context.active_fix
    return short(fix.title, 120) if fix is not None else "The fix"


def _outcome(thought: Thought) -> str:
    words = {
        "success": "solved it",
        "failure": "did not help",
        "partial": "helped in part",
    }
    stated = thought.outcome
    assert stated is not None
    return f"By your words “{short(stated.words)}”, “{_active(thought)}” {words[stated.outcome]}; confirm the outcome to go on."


def _scope(thought: Thought) -> str:
    if thought.scoping:
        return "The built-in guide has no flow that clearly fits this yet, so it first asks for what the ticket leaves open."
    return "The built-in guide has no flow for this; escalate it with the facts collected here."


def _fix(thought: Thought) -> str:
    lead = thought.fix
    assert lead is not None
    failed = next(
        (fix for fix in thought.context.fixes if fix.active and fix.status == "applied_failed"),
        None,
    )
    before = f"“{short(failed.title, 80)}” did not help and is set aside; " if failed is not None else ""
    return f"{before}“{lead.solution.title}” now leads with {percent(lead.share)} %, so it is the suggested fix."


def _ask(thought: Thought) -> str:
    failed = next(
        (fix for fix in thought.context.fixes if fix.active and fix.status in {"applied_failed", "applied_partial"}),
        None,
    )
    before = ""
    if failed is not None:
        how = "did not help" if failed.status == "applied_failed" else "helped only in part"
        before = f"“{short(failed.title, 80)}” {how}; "
    leads = [lead for lead in thought.leads if lead.share >= 0.12][:3]
    if len(leads) >= 2 and leads[0].share >= 0.2:
        return before + _between(leads[0], leads[1], lower=bool(before))
    start = "the causes still open are told apart" if before else "The causes still open are told apart"
    return f"{before}{start} best by what is asked next."


def _between(first: Lead, second: Lead, *, lower: bool) -> str:
    start = "most likely now is" if lower else "Most likely now is"
    ahead = f"“{first.solution.title}” ({percent(first.share)} %)"
    behind = f"“{second.solution.title}” ({percent(second.share)} %)"
    return f"{start} {ahead}, before {behind}; what is asked next tells them apart."


def _exhausted(thought: Thought) -> str:
    tried = [
        short(fix.title, 80) for fix in thought.context.fixes if fix.status in {"applied_failed", "applied_partial"}
    ]
    main = thought.main
    flow = (
        f"The flow “{main.flow.name}” has nothing left to ask or try"
        if main is not None
        else "Nothing is left to ask or try"
    )
    if tried:
        return f"{flow}; tried without success: “{'”, “'.join(tried[:3])}”. Escalate it with what was ruled out."
    return f"{flow} that would decide it; escalate it with what was ruled out, or add what else is known."
