"""The marker language between an engine and the product: filter, parser, defuser. Pure."""

from resolutionflow.pilot.markers.collect import ReplyMarkers, collect, tidy_display
from resolutionflow.pilot.markers.defuse import defuse
from resolutionflow.pilot.markers.filter import MarkerFilter
from resolutionflow.pilot.markers.parse import parse_block
from resolutionflow.pilot.markers.types import (
    MAX_BLOCK_BYTES,
    Action,
    Actions,
    Dropped,
    DropReason,
    FilterEvent,
    FixOutcome,
    Fork,
    ForkOption,
    JsonScalar,
    Marker,
    MarkerBlock,
    MarkerName,
    Promote,
    PromoteSource,
    ProposedOutcome,
    Question,
    Questions,
    SuggestFix,
    TextDelta,
)

__all__ = [
    "MAX_BLOCK_BYTES",
    "Action",
    "Actions",
    "DropReason",
    "Dropped",
    "FilterEvent",
    "FixOutcome",
    "Fork",
    "ForkOption",
    "JsonScalar",
    "Marker",
    "MarkerBlock",
    "MarkerFilter",
    "MarkerName",
    "Promote",
    "PromoteSource",
    "ProposedOutcome",
    "Question",
    "Questions",
    "ReplyMarkers",
    "SuggestFix",
    "TextDelta",
    "collect",
    "defuse",
    "parse_block",
    "tidy_display",
]
