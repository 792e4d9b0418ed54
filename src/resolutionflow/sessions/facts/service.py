"""Rules of facts (sessions-api.md 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.rates import hit
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.grounding import Evidence, Source, find_quote, ground
from resolutionflow.pilot.markers.types import Promote
from resolutionflow.sessions import access, events
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.facts import drafter, evidence, repository
from resolutionflow.sessions.facts.errors import (
    DuplicateFact,
    ExactlyOneText,
    FactReadOnly,
    InvalidSourceRef,
    NoFactInInput,
    NothingToChange,
    RefNotAllowed,
)
from resolutionflow.sessions.facts.models import Fact
from resolutionflow.sessions.facts.schemas import (
    CreateFact,
    FactList,
    FactOut,
    PatchFact,
    PromoteFact,
)
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene

KIND_OF_SOURCE = {"question": "question", "diagnostic_check": "check"}
MAX_TEXT, MAX_SUMMARY = 2000, 200


async def list_facts(scene: Scene, sid: UUID) -> FactList:
    """Live facts, oldest first."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    return FactList(facts=[FactOut.model_validate(fact) for fact in await repository.live(scene.tx, row)])


async def create(scene: Scene, sid: UUID, body: CreateFact) -> FactOut:
    """A note of a person. +1."""
    row = await sessions.load_for_write(scene.tx, scene.subject, sid)
    protector = Protector.of(scene.services)
    fact = await _add(
        scene.tx,
        row,
        text=protector.short(row, body.text, MAX_TEXT),
        summary=protector.short(row, body.summary, MAX_SUMMARY) if body.summary else None,
        source_type="user_note",
        grounding="person",
        created_by=scene.subject.user_id,
    )
    return await _written(scene, row, fact)


async def patch(scene: Scene, sid: UUID, fact_id: UUID, body: PatchFact) -> FactOut:
    """Change text or summary of a note or synthesis; a change makes it a person's word and is +1."""
    row, fact = await _writable(scene, sid, fact_id)
    if not fact.editable:
        raise FactReadOnly
    if not body.model_fields_set:
        raise NothingToChange
    protector = Protector.of(scene.services)
    text = protector.short(row, body.text, MAX_TEXT) if body.text is not None else fact.text
    summary = fact.source_summary
    if "summary" in body.model_fields_set:
        summary = protector.short(row, body.summary, MAX_SUMMARY) if body.summary else None
    if (text, summary) == (fact.text, fact.source_summary):
        return FactOut.model_validate(fact)
    twin = await repository.equal(scene.tx, row, text, other_than=fact.id)
    if twin:
        raise DuplicateFact(details={"fact_id": str(twin)})
    fact.text, fact.source_summary, fact.grounding = text, summary, "person"
    await sessions.bump(scene.tx, row)
    return await _written(scene, row, fact)


async def delete(scene: Scene, sid: UUID, fact_id: UUID) -> None:
    """Take a fact out, whatever its source. +1."""
    row, fact = await _writable(scene, sid, fact_id)
    fact.deleted_at, fact.deleted_by = now(), scene.subject.user_id
    await sessions.bump(scene.tx, row)
    await events.changed(scene.tx, row, "facts", actor_id=scene.subject.user_id)


async def confirm(scene: Scene, sid: UUID, fact_id: UUID) -> FactOut:
    """An unverified fact becomes a person's word (+1); others stay."""
    row, fact = await _writable(scene, sid, fact_id)
    if fact.grounding != "unverified":
        return FactOut.model_validate(fact)
    fact.grounding = "person"
    await sessions.bump(scene.tx, row)
    return await _written(scene, row, fact)


async def promote(scene: Scene, sid: UUID, body: PromoteFact, drafted: drafter.Draft | None = None) -> FactOut:
    """A fact from an answer or an output: in a person's words, or drafted from the raw input. +1.

    `drafted` is what a model made of the raw input; without it, or when it no longer fits, the built-in drafter drafts.
    """
    row = await sessions.load_for_write(scene.tx, scene.subject, sid)
    if (body.proposed_text is None) == (body.raw_input is None):
        raise ExactlyOneText
    item = await source_item(scene.tx, row, body)
    protector = Protector.of(scene.services)
    proof: dict[str, Any] | None = None
    grounding, drafted_summary = "person", ""
    if body.raw_input is not None:
        await hit(
            scene.tx,
            row.account_id,
            f"promotion:{scene.subject.user_id}",
            limit=scene.services.settings.promotions_per_minute,
        )
        raw = protector.text(row, body.raw_input)
        draft = drafted if drafted is not None and raw.startswith(drafted.quote, drafted.start) else None
        draft = draft or drafter.draft(
            raw,
            item.text if item else None,
            output=body.source_type == "diagnostic_check",
            command=item.command if item else None,
        )
        if draft is None:
            raise NoFactInInput
        text, proof, grounding = _proven(draft, raw, item)
        drafted_summary = draft.summary
    else:
        text = protector.short(row, body.proposed_text or "", MAX_TEXT)
    summary = body.proposed_summary or drafted_summary
    fact = await _add(
        scene.tx,
        row,
        text=text,
        summary=protector.short(row, summary, MAX_SUMMARY) if summary else None,
        source_type=body.source_type,
        source_ref=item.id if item else None,
        proof=proof,
        grounding=grounding,
        created_by=scene.subject.user_id,
    )
    return await _written(scene, row, fact)


async def source_item(tx: AsyncSession, row: AiSession, body: PromoteFact) -> LaneItem | None:
    """The item a promotion names. Raises `RefNotAllowed` and `InvalidSourceRef`."""
    if body.source_ref is None:
        return None
    if body.source_type == "ai_synthesis":
        raise RefNotAllowed
    item = await repository.item(tx, row, body.source_ref)
    if item is None or item.kind != KIND_OF_SOURCE[body.source_type]:
        raise InvalidSourceRef
    return item


def _proven(draft: drafter.Draft, raw: str, item: LaneItem | None) -> tuple[str, dict[str, Any], str]:
    """Text, evidence and grounding of a drafted fact."""
    stands_in = settled_text(item) if item else ""
    found = _found(draft, item, stands_in) if item and stands_in else None
    grounded = ground(draft.text, [raw, item.text if item else ""])
    proof = evidence.stored(found) or evidence.typed(draft.quote, draft.start)
    return (
        draft.text,
        {**proof, "missing": list(grounded.missing)},
        "verified" if grounded.verified else "unverified",
    )


def _found(draft: drafter.Draft, item: LaneItem, text: str) -> Evidence | None:
    """Where the quote stands in the item: at its own place when the item says what was drafted from, else where it is found."""
    end = draft.start + len(draft.quote)
    if text[draft.start : end] == draft.quote:
        return Evidence("lane_item", str(item.id), draft.quote, draft.start, end)
    return find_quote(draft.quote, [Source("lane_item", str(item.id), text)])


def settled_text(item: LaneItem) -> str:
    """What a settled item says: its answer or its output."""
    return (item.answer if item.kind == "question" else item.output) or ""


async def promote_from_pilot(
    tx: AsyncSession,
    row: AiSession,
    marker: Promote,
    *,
    protector: Protector,
    sources: Sequence[Source],
    turn_id: UUID | None,
    created_by: UUID | None = None,
    also_grounds: Iterable[str] = (),
) -> Fact | None:
    """
    Store one PROMOTE of a reply, +1. None when an equal fact is live already (to be counted as a duplicate).

    `sources` are the texts that may prove it (this turn's message, new answers and outputs, ticket fields); `also_grounds`
    are further texts its words may come from (questions asked). Never raises for a bad marker: a foreign ref becomes null.
    """
    item = await repository.item(tx, row, marker.source_ref) if marker.source_ref else None
    if marker.source_type == "ai_synthesis" or (item and item.kind != KIND_OF_SOURCE[marker.source_type]):
        item = None
    text = protector.short(row, marker.text, MAX_TEXT)
    if item and await repository.equal(tx, row, text):
        return None
    found = find_quote(marker.evidence, sources) if marker.evidence else None
    texts = [source.text for source in sources]
    grounded = ground(text, [*texts, *also_grounds, *([item.text] if item else [])])
    if item:
        await _retire_stale(tx, row, item.id, created_by)
    return await _insert(
        tx,
        row,
        text=text,
        summary=protector.short(row, marker.summary, MAX_SUMMARY) if marker.summary else None,
        source_type=marker.source_type,
        source_ref=item.id if item else None,
        proof=evidence.stored(found, grounded.missing),
        grounding="verified" if found and grounded.verified else "unverified",
        turn_id=turn_id,
        created_by=created_by,
    )


async def recheck(tx: AsyncSession, row: AiSession, item: LaneItem, *, bump: bool = True) -> list[Fact]:
    """After an item's answer or output changed: facts whose proving words are gone become unverified and stale (+1 once)."""
    lost: list[Fact] = []
    for fact in await repository.of_item(tx, row, item.id):
        known = fact.evidence or {}
        fresh = evidence.moved(known, item.id, settled_text(item))
        if fresh is None or fresh == known:
            continue
        fact.evidence = fresh
        if fresh["stale"] and not known.get("stale"):
            fact.grounding = "unverified"
            lost.append(fact)
    await tx.flush()
    if lost and bump:
        await sessions.bump(tx, row)
    return lost


async def _add(
    tx: AsyncSession,
    row: AiSession,
    *,
    text: str,
    summary: str | None,
    source_type: str,
    grounding: str,
    source_ref: UUID | None = None,
    proof: dict[str, Any] | None = None,
    turn_id: UUID | None = None,
    created_by: UUID | None = None,
) -> Fact:
    """Insert a fact and +1. A stale fact of the same item gives way to it. Raises `DuplicateFact`."""
    if source_ref:
        await _retire_stale(tx, row, source_ref, created_by)
    twin = await repository.equal(tx, row, text)
    if twin:
        raise DuplicateFact(details={"fact_id": str(twin)})
    fact = await _insert(
        tx,
        row,
        text=text,
        summary=summary,
        source_type=source_type,
        source_ref=source_ref,
        proof=proof,
        grounding=grounding,
        turn_id=turn_id,
        created_by=created_by,
    )
    if fact is None:
        # Stored by somebody else since the question above.
        raise DuplicateFact(details={"fact_id": str(await repository.equal(tx, row, text))})
    return fact


async def _retire_stale(tx: AsyncSession, row: AiSession, item_id: UUID, deleted_by: UUID | None) -> None:
    """A stale fact of an item gives way to a fresh one of it."""
    for old in await repository.of_item(tx, row, item_id):
        if (old.evidence or {}).get("stale"):
            old.deleted_at, old.deleted_by = now(), deleted_by
    await tx.flush()


async def _insert(
    tx: AsyncSession,
    row: AiSession,
    *,
    text: str,
    summary: str | None,
    source_type: str,
    grounding: str,
    source_ref: UUID | None,
    proof: dict[str, Any] | None,
    turn_id: UUID | None,
    created_by: UUID | None,
) -> Fact | None:
    """Store a fact and +1; None when an equal one is live."""
    fact = await repository.insert_new(
        tx,
        id=new_id(),
        account_id=row.account_id,
        session_id=row.id,
        turn_id=turn_id,
        text=text,
        source_type=source_type,
        source_ref=source_ref,
        source_summary=summary,
        evidence=proof,
        grounding=grounding,
        created_by=created_by,
    )
    if fact is not None:
        await sessions.bump(tx, row)
    return fact


async def _writable(scene: Scene, sid: UUID, fact_id: UUID) -> tuple[AiSession, Fact]:
    row = await sessions.load(scene.tx, scene.subject, sid, lock=True)
    fact = await repository.find(scene.tx, row, fact_id)
    access.check_writer(row, scene.subject)
    access.check_open(row)
    return row, fact


async def _written(scene: Scene, row: AiSession, fact: Fact) -> FactOut:
    await scene.tx.flush()
    await events.changed(scene.tx, row, "facts", actor_id=scene.subject.user_id)
    return FactOut.model_validate(fact)
