"""Grounding: what a fact names must occur in the text that proves it, and the proving words have a place. Pure."""

from resolutionflow.pilot.grounding.ground import EvidenceIndex, Grounded, ground
from resolutionflow.pilot.grounding.quotes import Evidence, EvidenceKind, Source, find_quote
from resolutionflow.pilot.grounding.things import Thing, ThingKind, things

__all__ = [
    "Evidence",
    "EvidenceIndex",
    "EvidenceKind",
    "Grounded",
    "Source",
    "Thing",
    "ThingKind",
    "find_quote",
    "ground",
    "things",
]
