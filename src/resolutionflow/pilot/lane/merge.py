"""What a new block of questions and checks does to the lane.

An item is known by its trimmed text for the life of the session: asked again, it keeps its id. Nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from resolutionflow.pilot.contract import LaneKind, LaneState, Shell
from resolutionflow.pilot.markers import Action, Question


@dataclass(frozen=True, slots=True)
class ExistingItem:
    """An item of the session as stored, retired ones included."""

    id: UUID
    kind: LaneKind
    match_hash: str
    state: LaneState
    position: int


@dataclass(frozen=True, slots=True)
class WantedItem:
    """An item as the newest reply states it. `context` is the context of a question or the description of a check."""

    kind: LaneKind
    match_hash: str
    text: str
    context: str = ""
    options: tuple[str, ...] = ()
    command: str | None = None
    shell: Shell | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """An existing item that came back. `reopened` = it was skipped or retired and is open now.

    `refresh` = context, options, command and shell follow the new wording; false where an answer or output rests on the
    old one.
    """

    id: UUID
    item: WantedItem
    state: LaneState
    reopened: bool
    refresh: bool


@dataclass(frozen=True, slots=True)
class LaneMerge:
    """`created` with their positions, in order. `retired` = open items the reply did not repeat."""

    created: tuple[tuple[int, WantedItem], ...] = ()
    repeated: tuple[Repeated, ...] = ()
    retired: tuple[UUID, ...] = ()


def match_hash(text: str) -> str:
    """By what an item is recognised: SHA-256 (hex) of its trimmed text."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def item_id(session_id: UUID, kind: LaneKind, hashed: str) -> UUID:
    """The id of an item from its first words on: known while the reply still streams, the same once it is stored."""
    return uuid5(session_id, f"{kind}:{hashed}")


def wanted(questions: Iterable[Question], actions: Iterable[Action]) -> tuple[WantedItem, ...]:
    """The items of a reply, questions first."""
    asked = [
        WantedItem("question", match_hash(question.text), question.text, question.context, question.options)
        for question in questions
    ]
    checks = [
        WantedItem(
            "check",
            match_hash(action.label),
            action.label,
            action.description,
            command=action.command,
            shell=action.shell,
        )
        for action in actions
    ]
    return (*asked, *checks)


def merge_block(existing: Sequence[ExistingItem], items: Sequence[WantedItem]) -> LaneMerge:
    """Apply a reply's lane items. A reply without any leaves the lane as it is."""
    if not items:
        return LaneMerge()
    known = {(item.kind, item.match_hash): item for item in existing}
    distinct = {(item.kind, item.match_hash): item for item in reversed(items)}
    ordered = [item for item in dict.fromkeys(items) if distinct[item.kind, item.match_hash] is item]
    next_position = max((item.position for item in existing), default=-1) + 1
    created = [item for item in ordered if (item.kind, item.match_hash) not in known]
    repeated = [
        _repeat(known[item.kind, item.match_hash], item) for item in ordered if (item.kind, item.match_hash) in known
    ]
    retired = [item.id for item in existing if item.state == "open" and (item.kind, item.match_hash) not in distinct]
    return LaneMerge(tuple(enumerate(created, next_position)), tuple(repeated), tuple(retired))


def _repeat(known: ExistingItem, item: WantedItem) -> Repeated:
    settled = known.state in ("answered", "done")
    return Repeated(
        id=known.id,
        item=item,
        state=known.state if settled else "open",
        reopened=known.state in ("skipped", "retired"),
        refresh=not settled,
    )
