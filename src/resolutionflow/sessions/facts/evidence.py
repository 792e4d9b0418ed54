"""The stored shape of a fact's evidence. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from resolutionflow.pilot.grounding import Evidence

EMPTY: dict[str, Any] = {
    "kind": None,
    "message_id": None,
    "lane_item_id": None,
    "ticket_field": None,
    "quote": None,
    "start": None,
    "end": None,
    "stale": False,
    "missing": [],
}


def stored(found: Evidence | None, missing: Iterable[str] = ()) -> dict[str, Any] | None:
    """`found` and the words of the fact it does not hold, with every key of `schemas.Evidence`; None when there is neither."""
    words = list(missing)[:20]
    if found is None and not words:
        return None
    return {**EMPTY, **(found.as_json() if found else {}), "missing": words}


def typed(quote: str, start: int) -> dict[str, Any]:
    """Evidence from a text a person gave with the request and that is stored nowhere else."""
    return {**EMPTY, "quote": quote, "start": start, "end": start + len(quote)}


def moved(evidence: dict[str, Any], item_id: UUID, text: str) -> dict[str, Any] | None:
    """The evidence after its lane item says `text`: the same, with other offsets, or stale. None when it does not rest on the item."""
    quote = evidence.get("quote")
    if evidence.get("lane_item_id") != str(item_id) or not quote:
        return None
    at = text.find(quote)
    if at < 0:
        return {**EMPTY, **evidence, "stale": True}
    return {**EMPTY, **evidence, "start": at, "end": at + len(quote), "stale": False}
