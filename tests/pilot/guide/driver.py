"""Plays a session against the Guide without a server: keeps the lane, facts and fixes as the product does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from resolutionflow.flows.starter import StarterFlow, load_starter_flows
from resolutionflow.pilot.contract import (
    FactView,
    FixView,
    FlowKnowledge,
    HistoryMessage,
    HypothesisView,
    LaneItemView,
    SessionView,
    TicketContext,
    TicketNote,
    TurnContext,
)
from resolutionflow.pilot.engines.guide import GuideEngine

_SPACE = UUID("6f2b7c1e-2d5c-4f3e-9a53-0a6d1f0c7e11")
_BLOCK = re.compile(
    r"\[(QUESTIONS|ACTIONS|PROMOTE|SUGGEST_FIX|FIX_OUTCOME|FORK)\](.*?)\[/\1\]",
    re.DOTALL,
)


def name_id(*parts: object) -> UUID:
    """A stable id for a test value."""
    return uuid5(_SPACE, "/".join(map(str, parts)))


def knowledge(flows: Iterable[StarterFlow] | None = None) -> tuple[FlowKnowledge, ...]:
    """Starter flows as the pipeline hands them to an engine."""
    chosen = load_starter_flows() if flows is None else tuple(flows)
    return tuple(FlowKnowledge(name_id("flow", f.slug), f.slug, f.name, f.version, f.definition_json()) for f in chosen)


def ticket(summary: str, description: str = "", *notes: str, **fields: object) -> TicketContext:
    """A ticket with customer notes, newest first."""
    written = tuple(TicketNote("Dana Quill", "customer", text, None) for text in notes)
    return TicketContext(
        number="48250",
        ref="#48250",
        summary=summary,
        description=description,
        notes=written,
        **fields,
    )  # type: ignore[arg-type]


@dataclass
class Reply:
    """One reply, taken apart."""

    raw: str
    text: str
    questions: list[dict[str, object]] | None
    checks: list[dict[str, object]] | None
    facts: list[dict[str, object]]
    fix: dict[str, object] | None
    outcome: dict[str, object] | None
    fork: dict[str, object] | None

    @staticmethod
    def parse(raw: str) -> Reply:
        reply = Reply(raw, _BLOCK.sub("", raw).strip(), None, None, [], None, None, None)
        for name, body in _BLOCK.findall(raw):
            value = json.loads(body)
            match name:
                case "QUESTIONS":
                    reply.questions = value
                case "ACTIONS":
                    reply.checks = value
                case "PROMOTE":
                    reply.facts.append(value)
                case "SUGGEST_FIX":
                    reply.fix = value
                case "FIX_OUTCOME":
                    reply.outcome = value
                case _:
                    reply.fork = value
        return reply


@dataclass
class Session:
    """A session played turn by turn. Answers and outputs are new to the engine until the next turn has run."""

    flows: tuple[FlowKnowledge, ...] = field(default_factory=knowledge)
    ticket: TicketContext | None = None
    engine: GuideEngine = field(default_factory=GuideEngine)
    title: str = ""
    lane: list[LaneItemView] = field(default_factory=list)
    facts: list[FactView] = field(default_factory=list)
    fixes: list[FixView] = field(default_factory=list)
    hypotheses: list[HypothesisView] = field(default_factory=list)
    history: list[HistoryMessage] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    ticket_is_new: bool = False

    def context(self, message: str = "") -> TurnContext:
        return TurnContext(
            session=SessionView(self.title),
            message=message,
            ticket=self.ticket,
            lane=tuple(self.lane),
            facts=tuple(self.facts),
            fixes=tuple(self.fixes),
            hypotheses=tuple(self.hypotheses),
            history=tuple(self.history),
            flows=self.flows,
            ticket_is_new=self.ticket_is_new,
        )

    def turn(self, message: str = "") -> Reply:
        context = self.context(message)
        reply = Reply.parse("".join(self.engine.reply(context)))
        self.history.append(HistoryMessage(name_id("m", len(self.history)), "engineer", message))
        self.history.append(HistoryMessage(name_id("m", len(self.history)), "pilot", reply.text))
        self.lane = [replace(item, is_new=False) for item in self.lane]
        self._apply(reply)
        self.replies.append(reply)
        return reply

    def _apply(self, reply: Reply) -> None:
        if reply.questions is not None or reply.checks is not None:
            self._merge_lane(reply)
        for body in reply.facts:
            ref = body.get("source_ref")
            self.facts.append(
                FactView(
                    name_id("fact", len(self.facts)),
                    str(body["text"]),
                    body["source_type"],  # type: ignore[arg-type]
                    UUID(str(ref)) if ref else None,
                    "verified",
                    str(body.get("summary", "")),
                )
            )
        if reply.fix is not None:
            self.fixes = [replace(fix, active=False) for fix in self.fixes]
            fix_id = name_id("fix", len(self.fixes))
            confidence = reply.fix["confidence"]
            assert isinstance(confidence, int)
            self.fixes.append(
                FixView(
                    fix_id,
                    str(reply.fix["title"])[:200],
                    "proposed",
                    active=True,
                    applied=False,
                    confidence=confidence,
                )
            )
        if reply.fork is not None:
            options = reply.fork["options"]
            assert isinstance(options, list)
            self.hypotheses = [
                HypothesisView(
                    name_id("h", option["label"]),
                    option["label"],
                    option["description"],
                    "open",
                )
                for option in options
            ]

    def _merge_lane(self, reply: Reply) -> None:
        wanted: dict[tuple[str, str], dict[str, object]] = {}
        for body in reply.questions or []:
            wanted.setdefault(("question", str(body["text"]).strip()), body)
        for body in reply.checks or []:
            wanted.setdefault(("check", str(body["label"]).strip()), body)
        for number, item in enumerate(self.lane):
            key = (item.kind, item.text)
            body = wanted.pop(key, None)
            if body is None:
                if item.state == "open":
                    self.lane[number] = replace(item, state="retired")
            elif item.state in {"skipped", "retired"}:
                self.lane[number] = replace(item, state="open")
        for (kind, text), body in wanted.items():
            self.lane.append(self._new_item(kind, text, body))

    def _new_item(self, kind: str, text: str, body: dict[str, object]) -> LaneItemView:
        options = body.get("options") or ()
        assert isinstance(options, (list, tuple))
        return LaneItemView(
            id=name_id("item", kind, text),
            kind=kind,  # type: ignore[arg-type]
            text=text,
            state="open",
            options=tuple(str(option) for option in options),
            command=body.get("command"),  # type: ignore[arg-type]
            shell=body.get("shell"),  # type: ignore[arg-type]
        )

    # What the engineer does between turns. `wanted` is the beginning of the text or any part of it.

    def find(self, wanted: str, kind: str | None = None) -> LaneItemView:
        found = [item for item in self.lane if wanted.lower() in item.text.lower() and kind in {None, item.kind}]
        assert found, f"no lane item like {wanted!r}; the lane holds {[item.text for item in self.lane]}"
        return next((item for item in found if item.state == "open"), found[0])

    def open(self, kind: str | None = None) -> list[LaneItemView]:
        return [item for item in self.lane if item.state == "open" and kind in {None, item.kind}]

    def press(self, wanted: str, option: str | int) -> None:
        item = self.find(wanted, "question")
        index = (
            option
            if isinstance(option, int)
            else next(i for i, o in enumerate(item.options) if option.lower() in o.lower())
        )
        self._set(
            item,
            state="answered",
            answer=item.options[index],
            answer_kind="option",
            option_index=index,
        )

    def say(self, wanted: str, answer: str) -> None:
        self._set(
            self.find(wanted, "question"),
            state="answered",
            answer=answer,
            answer_kind="text",
        )

    def dont_know(self, wanted: str) -> None:
        self._set(
            self.find(wanted, "question"),
            state="answered",
            answer=None,
            answer_kind="unknown",
        )

    def skip(self, wanted: str) -> None:
        self._set(self.find(wanted), state="skipped")

    def paste(self, wanted: str, output: str) -> None:
        self._set(self.find(wanted, "check"), state="done", output=output)

    def _set(self, item: LaneItemView, **values: object) -> None:
        index = self.lane.index(item)
        self.lane[index] = replace(item, is_new=True, **values)  # type: ignore[arg-type]

    def apply_fix(self) -> None:
        self._set_fix(applied=True)

    def record(self, status: str) -> None:
        self._set_fix(status=status, applied=True)

    def _set_fix(self, **values: object) -> None:
        self.fixes = [replace(fix, **values) if fix.active else fix for fix in self.fixes]  # type: ignore[arg-type]

    @property
    def asked(self) -> int:
        """Questions and checks that got an answer or output."""
        return sum(1 for item in self.lane if item.state in {"answered", "done"} and not item.text.startswith("Did “"))
