"""What the sources say about each node of a flow: which branch, which words prove it, or that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from uuid import UUID

from resolutionflow.flows.definition import (
    Action,
    Decision,
    EvidencePattern,
    ParsedMatcher,
    TicketMatcher,
)
from resolutionflow.pilot.contract import LaneItemView, TurnContext
from resolutionflow.pilot.engines.guide.answers import read_answer, read_chat, says_unknown
from resolutionflow.pilot.engines.guide.knowledge import CompiledFlow, Probe
from resolutionflow.pilot.engines.guide.matching import (
    Match,
    match_source,
    match_ticket,
)
from resolutionflow.pilot.engines.guide.sources import Origin, Source, ticket_is_fresh
from resolutionflow.pilot.outputs import command_error

_RELIABILITY = {origin: number for number, origin in enumerate(Origin)}
_SHORT_OUTPUT = 600
_CHAT_SENTENCE = re.compile(r"[^.!?;\n]{2,300}(?:[.!?;](?=\s|$))?")


class Asked(Enum):
    """How far a node has come. A retired item that nobody answered counts as never asked."""

    NEVER = "never"
    OPEN = "open"
    UNKNOWN = "unknown"
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True)
class Observation:
    """One witness for one branch of a node."""

    branch: int
    quote: str
    origin: Origin
    fresh: bool
    item: LaneItemView | None
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict[str, str]()))


@dataclass(frozen=True, slots=True)
class NodeState:
    """All witnesses of a node, the most reliable first. `unread` = this turn's answer could not be placed."""

    probe: Probe
    asked: Asked
    observations: tuple[Observation, ...]
    items: tuple[LaneItemView, ...]
    unread: LaneItemView | None = None
    error_line: str | None = None

    @property
    def best(self) -> Observation | None:
        return self.observations[0] if self.observations else None

    @property
    def contradiction(self) -> Observation | None:
        """The best witness that says otherwise. What the ticket said first may simply be outdated: it contradicts nobody."""
        best = self.best
        if best is None:
            return None
        return next(
            (o for o in self.observations if o.branch != best.branch and o.origin is not Origin.TICKET),
            None,
        )


def observe(flow: CompiledFlow, context: TurnContext, sources: tuple[Source, ...]) -> dict[str, NodeState]:
    """State of every node that can be asked, by node id in the order of the flow."""
    items = _items_by_node(flow, context)
    open_parsers = _open_parsers(flow, items)
    return {
        probe.id: _node_state(probe, items.get(probe.id, ()), context, sources, open_parsers)
        for probe in sorted(flow.probes.values(), key=lambda probe: probe.order)
    }


def _items_by_node(flow: CompiledFlow, context: TurnContext) -> dict[str, tuple[LaneItemView, ...]]:
    found: dict[str, tuple[LaneItemView, ...]] = {}
    for item in context.lane:
        table = flow.questions if item.kind == "question" else flow.checks
        node_id = table.get(item.text.strip())
        if node_id is not None:
            found[node_id] = (*found.get(node_id, ()), item)
    return found


def _open_parsers(flow: CompiledFlow, items: Mapping[str, tuple[LaneItemView, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Per parser the nodes whose check is still open: output pasted into the chat belongs to the only one that fits."""
    found: dict[str, tuple[str, ...]] = {}
    for node_id, own in sorted(items.items()):
        if not any(item.kind == "check" and item.state == "open" for item in own):
            continue
        for command in sorted(
            {
                p.command
                for branch in flow.probes[node_id].branches
                for p in branch.patterns
                if isinstance(p, ParsedMatcher)
            }
        ):
            found[command] = (*found.get(command, ()), node_id)
    return found


def _node_state(
    probe: Probe,
    items: tuple[LaneItemView, ...],
    context: TurnContext,
    sources: tuple[Source, ...],
    open_parsers: Mapping[str, tuple[str, ...]],
) -> NodeState:
    own_ids = frozenset(item.id for item in items)
    witnesses = [found for source in sources for found in _witness(probe, source, own_ids, open_parsers)]
    witnesses.extend(_from_ticket_fields(probe, context))
    ordered = tuple(sorted(witnesses, key=lambda o: (_RELIABILITY[o.origin], not o.fresh)))
    answered_here = {o.item.id for o in ordered if o.item is not None}
    settled = [item for item in items if item.state in {"answered", "skipped", "done"}]
    unread = next(
        (item for item in settled if item.is_new and item.id not in answered_here and _has_words(item)),
        None,
    )
    error = command_error(unread.output) if unread is not None and unread.output else None
    if ordered:
        asked = Asked.OBSERVED
    elif settled:
        asked = Asked.UNKNOWN
    elif any(item.state == "open" for item in items):
        asked = Asked.OPEN
    else:
        asked = Asked.NEVER
    return NodeState(probe, asked, ordered, items, unread, error)


def _has_words(item: LaneItemView) -> bool:
    """Whether an answer or output said something, other than that the person does not know."""
    if item.kind == "check":
        return bool(item.output and item.output.strip())
    if item.answer_kind != "text" or not item.answer:
        return False
    return not says_unknown(item.answer)


def _witness(
    probe: Probe,
    source: Source,
    own_ids: frozenset[UUID],
    open_parsers: Mapping[str, tuple[str, ...]],
) -> Iterator[Observation]:
    own = source.item is not None and source.item.id in own_ids
    if own and source.origin in {Origin.OPTION, Origin.TEXT}:
        found = _from_answer(probe, source)
    else:
        pasted = source.origin is Origin.MESSAGE and _pasted_here(probe, source, open_parsers)
        found = _from_patterns(probe, source, own=own or pasted)
        if found is None and own and source.origin is Origin.OUTPUT:
            found = _from_short_output(probe, source)
        if found is None and own_ids and source.origin is Origin.MESSAGE:
            found = _from_chat(probe, source)
    if found is not None:
        yield found


def _pasted_here(probe: Probe, source: Source, open_parsers: Mapping[str, tuple[str, ...]]) -> bool:
    if any(command is not None and command.code.strip() in source.text for _, command in probe.checks):
        return True
    return any(nodes == (probe.id,) for nodes in open_parsers.values())


def _from_answer(probe: Probe, source: Source) -> Observation | None:
    item = source.item
    assert item is not None
    if source.origin is Origin.OPTION:
        index = _option_index(probe, item)
        if index is None:
            return None
        return Observation(index, _answer_quote(source), source.origin, source.fresh, item)
    found = _from_patterns(probe, source, own=True)
    if found is not None:
        return found
    reading = read_answer(source.text, probe.branches)
    if reading.branch is None:
        return None
    return Observation(reading.branch, _answer_quote(source), source.origin, source.fresh, item)


def _answer_quote(source: Source) -> str:
    return source.original.strip()[:500].rstrip()


def _option_index(probe: Probe, item: LaneItemView) -> int | None:
    """By the words of the button first: an option keeps its meaning when the flow's order changes."""
    label = item.answer
    if item.option_index is not None and 0 <= item.option_index < len(item.options):
        label = item.options[item.option_index]
    wanted = (label or "").strip()
    return next(
        (index for index, branch in enumerate(probe.branches) if branch.label == wanted),
        None,
    )


def _from_patterns(probe: Probe, source: Source, *, own: bool) -> Observation | None:
    for index, pattern in _patterns(probe):
        found = match_source(pattern, source, own=own)
        if found is not None:
            return _observation(index, found, source)
    return None


def _observation(index: int, found: Match, source: Source) -> Observation:
    item = source.item if source.origin is not Origin.MESSAGE else None
    return Observation(index, found.quote, source.origin, source.fresh, item, found.variables)


def _patterns(probe: Probe) -> Iterator[tuple[int, EvidencePattern]]:
    match probe.node:
        case Decision():
            index = {branch.key: number for number, branch in enumerate(probe.branches)}
            for pattern in probe.node.evidence_patterns:
                if pattern.option in index:
                    yield index[pattern.option], pattern
        case Action():
            for number, branch in enumerate(probe.branches):
                for pattern in branch.patterns:
                    yield number, pattern


def _from_short_output(probe: Probe, source: Source) -> Observation | None:
    """A short result typed by hand, such as for a step in a user interface, is read like an answer."""
    text = source.text.strip()
    if len(text) > _SHORT_OUTPUT or not probe.branches or command_error(text) is not None:
        return None
    if any(command is not None for _, command in probe.checks) and text.count("\n") > 1:
        return None
    reading = read_answer(text, probe.branches)
    if reading.branch is None:
        return None
    return Observation(
        reading.branch,
        source.original.strip(),
        source.origin,
        source.fresh,
        source.item,
    )


def _from_chat(probe: Probe, source: Source) -> Observation | None:
    """What the engineer says in the chat about something that stands in the lane."""
    asked = " ".join((probe.question, *(label for label, _ in probe.checks)))
    for hit in _CHAT_SENTENCE.finditer(source.text):
        branch = read_chat(hit[0], probe.branches, asked)
        quote = source.quote(hit.start(), hit.end()) if branch is not None else None
        if branch is not None and quote is not None:
            return Observation(branch, quote.strip(), source.origin, source.fresh, None)
    return None


def _from_ticket_fields(probe: Probe, context: TurnContext) -> Iterator[Observation]:
    for index, pattern in _patterns(probe):
        if isinstance(pattern, TicketMatcher):
            found = match_ticket(pattern, context.ticket)
            if found is not None:
                yield Observation(index, found.quote, Origin.TICKET, ticket_is_fresh(context), None)
                return
