"""Plays a case turn by turn through the product's own filter, parser, lane, redactor and grounding. Keeps nothing anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from resolutionflow.evals.scenario import Known, Scenario
from resolutionflow.flows.starter import load_starter_flows
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.contract import (
    EngineNotice,
    FactView,
    FixView,
    FlowKnowledge,
    HistoryMessage,
    HypothesisView,
    LaneItemView,
    PilotEngine,
    SessionView,
    TurnContext,
)
from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.lane import ExistingItem, WantedItem, item_id, match_hash, merge_block, wanted
from resolutionflow.pilot.markers import (
    Dropped,
    MarkerBlock,
    MarkerFilter,
    ReplyMarkers,
    SuggestFix,
    TextDelta,
    collect,
    defuse,
    parse_block,
    tidy_display,
)
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.sessions.documents.sentences import split_sentences

_ROUND: Final = str.maketrans("[]{}<>", "()()()")
_SHORTENED: Final = re.compile(r"\s*(?:\.\.\.|\u2026)(?=[\u201d\"])")
_OWN_BELIEF: Final = re.compile(r"\(\d{1,3} %\)")


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a case. `asked` counts answered questions and checks; `unsupported` are sentences that name what nobody found."""

    scenario: Scenario
    reached: bool
    wrong_first: bool
    asked: int
    turns: int
    fixes: tuple[str, ...]
    unsupported: tuple[str, ...]
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    dropped: int

    @property
    def passed(self) -> bool:
        """Reached, and everything that must or must not appear is as wanted."""
        return self.reached and not self.missing and not self.forbidden


class Library:
    """The starter flows as the pipeline hands them to an engine, and what their words may prove."""

    def __init__(self) -> None:
        self.flows = tuple(
            FlowKnowledge(uuid5(NAMESPACE_URL, flow.slug), flow.slug, flow.name, flow.version, flow.definition_json())
            for flow in load_starter_flows()
        )
        self.index = EvidenceIndex([text for flow in self.flows for text in (flow.name, *_texts(flow.definition))])


async def play(scenario: Scenario, engine: PilotEngine, library: Library) -> Played:
    """Play until the right fix is suggested, nothing is left to answer, or the turns are used up.

    A wrong fix is tried, recorded as failed, and the case goes on.
    """
    return await _Session(scenario, engine, library).play()


@dataclass
class _Session:
    scenario: Scenario
    engine: PilotEngine
    library: Library
    id: UUID = field(default_factory=new_id)
    lane: list[LaneItemView] = field(default_factory=list[LaneItemView])
    facts: list[FactView] = field(default_factory=list[FactView])
    fixes: list[FixView] = field(default_factory=list[FixView])
    hypotheses: list[HypothesisView] = field(default_factory=list[HypothesisView])
    history: list[HistoryMessage] = field(default_factory=list[HistoryMessage])
    said: list[str] = field(default_factory=list[str])
    unsupported: list[str] = field(default_factory=list[str])
    turns: int = 0
    dropped: int = 0
    answered: int = 0

    def __post_init__(self) -> None:
        self._redactor = Redactor(self.id.bytes)
        given = self.scenario.ticket
        self.ticket = None if given is None else given.context()
        if self.ticket is not None:
            self.ticket = replace(
                self.ticket,
                summary=self._protected(self.ticket.summary),
                description=self._protected(self.ticket.description),
                notes=tuple(replace(note, text=self._protected(note.text)) for note in self.ticket.notes),
            )

    async def play(self) -> Played:
        reached, wrong = self.scenario.reaches is None, False
        message = self._protected(self.scenario.message)
        for _ in range(self.scenario.most_turns):
            reply = await self._turn(message)
            message = ""
            if reply.fix is not None:
                if self._right(reply.fix):
                    reached = True
                    break
                wrong, reached = wrong or not reached or self.scenario.reaches is None, False
                if self.scenario.reaches is None:
                    break
                self._fix_failed()
            elif not self._answer():
                break
        told = "\n".join(self.said)
        return Played(
            scenario=self.scenario,
            reached=reached,
            wrong_first=wrong,
            asked=self.answered,
            turns=self.turns,
            fixes=tuple(fix.title for fix in self.fixes),
            unsupported=tuple(self.unsupported),
            missing=tuple(one for one in self.scenario.must if not _holds(one, told)),
            forbidden=tuple(one for one in self.scenario.must_not if _holds(one, told)),
            dropped=self.dropped,
        )

    def _right(self, fix: SuggestFix) -> bool:
        wanted_fix = self.scenario.reaches
        return wanted_fix is not None and _holds(wanted_fix, f"{fix.title}\n{fix.description}")

    async def _turn(self, message: str) -> ReplyMarkers:
        context = self._context(message)
        known = self._evidence(message)
        text, reply = await _reply(self.engine, context)
        self.turns += 1
        self.dropped += len(reply.dropped)
        self.history += [HistoryMessage(new_id(), "engineer", message), HistoryMessage(new_id(), "pilot", text)]
        self.lane = [replace(item, is_new=False) for item in self.lane]
        self._judge(text, reply, known)
        self._apply(reply, known)
        return reply

    def _context(self, message: str) -> TurnContext:
        return TurnContext(
            session=SessionView("" if self.ticket is None else self.ticket.summary),
            message=message,
            ticket=self.ticket,
            lane=tuple(self.lane),
            facts=tuple(self.facts),
            fixes=tuple(self.fixes),
            hypotheses=tuple(self.hypotheses),
            history=tuple(self.history),
            flows=self.library.flows,
        )

    def _evidence(self, message: str) -> list[str]:
        """Everything that was said or found so far by others than the pilot, and the words of its own lane."""
        texts = [message, *(one.text for one in self.history if one.role == "engineer")]
        for item in self.lane:
            texts += [item.text, item.answer or "", item.output or "", item.command or "", *item.options]
        if self.ticket is not None:
            ticket = self.ticket
            texts += [ticket.summary, ticket.description, ticket.company, ticket.contact, ticket.contact_email]
            texts += [ticket.ref, ticket.site, *(note.text for note in ticket.notes)]
        return texts

    def _judge(self, text: str, reply: ReplyMarkers, known: list[str]) -> None:
        """Collect what was said, and its sentences that name something that neither the case, the library nor the reply's own items hold."""
        own = [one.text for one in reply.questions]
        for check in reply.actions:
            own += [check.label, check.description, check.command or ""]
        if reply.fix is not None:
            own += [
                reply.fix.title,
                reply.fix.description,
                f"{reply.fix.confidence} %",
                reply.fix.ai_drafted_script or "",
            ]
        self.said += [text, *own, *(promote.text for promote in reply.promotes)]
        self.said += [option for one in reply.questions for option in one.options]
        index = EvidenceIndex(_plain(one) for one in (*known, *own, *(fix.title for fix in self.fixes)))
        for start, end in split_sentences(text):
            sentence = _OWN_BELIEF.sub("", _SHORTENED.sub("", _plain(text[start:end])))
            missing = set(index.missing(sentence))
            if missing and missing & set(self.library.index.missing(sentence)):
                self.unsupported.append(sentence)

    def _apply(self, reply: ReplyMarkers, known: list[str]) -> None:
        if reply.has_lane_block:
            self._merge(reply)
        index = EvidenceIndex(known)
        for promote in reply.promotes:
            verified = not index.missing(promote.text)
            if not verified:
                self.unsupported.append(promote.text)
            self.facts.append(
                FactView(
                    new_id(),
                    promote.text,
                    promote.source_type,
                    promote.source_ref,
                    "verified" if verified else "unverified",
                    promote.summary,
                )
            )
        if reply.fork is not None:
            self.hypotheses = [
                HypothesisView(new_id(), option.label, option.description, "open") for option in reply.fork.options
            ]
        if reply.fix is not None:
            self.fixes = [replace(fix, active=False) for fix in self.fixes]
            fix = FixView(
                new_id(), reply.fix.title, "proposed", active=True, applied=False, confidence=reply.fix.confidence
            )
            self.fixes.append(fix)

    def _merge(self, reply: ReplyMarkers) -> None:
        existing = [
            ExistingItem(item.id, item.kind, match_hash(item.text), item.state, position)
            for position, item in enumerate(self.lane)
        ]
        merge = merge_block(existing, wanted(reply.questions, reply.actions))
        again = {one.id: one for one in merge.repeated}
        retired = set(merge.retired)
        for number, item in enumerate(self.lane):
            if item.id in again:
                repeated = again[item.id]
                new = replace(item, state=repeated.state)
                self.lane[number] = _worded(new, repeated.item) if repeated.refresh else new
            elif item.id in retired:
                self.lane[number] = replace(item, state="retired")
        for _, item in merge.created:
            blank = LaneItemView(item_id(self.id, item.kind, item.match_hash), item.kind, item.text, "open")
            self.lane.append(_worded(blank, item))

    def _answer(self) -> bool:
        """Settle the first open item the engineer knows something about, checks before questions; else say so of one item."""
        open_items = [
            item for kind in ("check", "question") for item in self.lane if item.state == "open" and item.kind == kind
        ]
        for item in open_items:
            entry = next((one for one in self.scenario.knows if _is_about(one, item)), None)
            if entry is not None:
                self._settle(item, entry)
                self.answered += 1
                return True
        item = next((one for one in open_items if one.kind == "question"), open_items[0] if open_items else None)
        if item is None:
            return False
        unknown = {"state": "answered", "answer_kind": "unknown"} if item.kind == "question" else {"state": "skipped"}
        self.answered += item.kind == "question"
        self._set(item, **unknown)
        return True

    def _settle(self, item: LaneItemView, entry: Known) -> None:
        if item.kind == "check":
            output = entry.paste or entry.say or entry.press
            self._set(item, state="done", output=self._protected(output))
            return
        place = next((n for n, option in enumerate(item.options) if _like(entry.press, option)), None)
        if entry.press and place is not None:
            answer = item.options[place]
            self._set(item, state="answered", answer=answer, answer_kind="option", option_index=place)
            return
        words = self._protected(entry.say or entry.press or entry.paste)
        self._set(item, state="answered", answer=words, answer_kind="text")

    def _set(self, item: LaneItemView, **values: object) -> None:
        self.lane[self.lane.index(item)] = replace(item, is_new=True, **values)  # type: ignore[arg-type]

    def _fix_failed(self) -> None:
        self.fixes = [
            replace(fix, status="applied_failed", applied=True, failure_reason="It made no difference.")
            if fix.active
            else fix
            for fix in self.fixes
        ]

    def _protected(self, text: str) -> str:
        return defuse(self._redactor.redact(text).text)


async def _reply(engine: PilotEngine, context: TurnContext) -> tuple[str, ReplyMarkers]:
    """A reply as the pipeline reads it: the text a person sees, and its markers."""
    reader = MarkerFilter()
    events = [
        event
        async for piece in engine.run(context)
        if not isinstance(piece, EngineNotice)
        for event in reader.feed(piece)
    ]
    events += reader.close()
    shown = "".join(event.text for event in events if isinstance(event, TextDelta))
    parsed = [parse_block(event) for event in events if isinstance(event, MarkerBlock)]
    return tidy_display(shown), collect([*parsed, *(event for event in events if isinstance(event, Dropped))])


def _plain(text: str) -> str:
    """Brackets are made round in what the Guide quotes, so that it never writes a marker by accident."""
    return text.translate(_ROUND)


def _worded(item: LaneItemView, new: WantedItem) -> LaneItemView:
    return replace(item, context=new.context, options=new.options, command=new.command, shell=new.shell)


def _is_about(entry: Known, item: LaneItemView) -> bool:
    return _holds(entry.about, f"{item.text}\n{item.command or ''}")


def _like(wanted_words: str, option: str) -> bool:
    return bool(wanted_words) and wanted_words.casefold() in option.casefold()


def _holds(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.MULTILINE) is not None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in cast("dict[str, object]", value).values():
                yield from _texts(one)
        case list():
            for one in cast("list[object]", value):
                yield from _texts(one)
        case _:
            return
