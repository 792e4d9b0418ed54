"""What known outputs say that no question of a flow is answered by: facts all the same."""

from __future__ import annotations

from dataclasses import dataclass

from resolutionflow.pilot.engines.guide.reasoning import Thought
from resolutionflow.pilot.engines.guide.sources import Origin, Source
from resolutionflow.pilot.outputs import observations

SUMMARY = "Read from the pasted output"
_MOST = 2
_LEAST_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A statement of an output in short words; `quote` is verbatim in its source."""

    source: Source
    text: str
    quote: str


def unplaced(thought: Thought) -> tuple[Told, ...]:
    """The most telling statements of this turn's outputs that moved no flow, at most two of each output."""
    witnesses = [
        found
        for thread in thought.beliefs.threads
        for state in thread.states.values()
        for found in state.observations
        if found.fresh
    ]
    placed = {found.item.id for found in witnesses if found.item is not None}
    spoken = any(found.origin is Origin.MESSAGE for found in witnesses)
    told: list[Told] = []
    for source in thought.sources:
        by_item = source.item is not None and source.item.id not in placed
        if source.fresh and (
            (source.origin is Origin.OUTPUT and by_item) or (source.origin is Origin.MESSAGE and not spoken)
        ):
            told.extend(_statements(source))
    return tuple(told)


def _statements(source: Source) -> list[Told]:
    command = source.item.command if source.item is not None else None
    said = [entry for entry in observations(source.text, command) if entry.weight >= _LEAST_WEIGHT]
    said.sort(key=lambda entry: (-entry.weight, entry.start))
    kept = [(entry.text, source.quote(entry.start, entry.end)) for entry in said]
    return [Told(source, text, quote) for text, quote in kept if quote is not None][:_MOST]
