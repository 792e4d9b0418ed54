"""A person's edited text of a document: kept on the server, never overwritten by a refresh."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import VersionConflict
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.sessions import events
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.documents.models import DocumentDraft
from resolutionflow.sessions.documents.schemas import DraftKind, DraftOut, SaveDraft
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene


async def find(tx: AsyncSession, row: AiSession, user_id: UUID, kind: DraftKind) -> DocumentDraft | None:
    """The person's draft of this kind."""
    query = select(DocumentDraft).where(
        DocumentDraft.account_id == row.account_id,
        DocumentDraft.session_id == row.id,
        DocumentDraft.user_id == user_id,
        DocumentDraft.kind == kind,
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def save(scene: Scene, sid: UUID, kind: DraftKind, body: SaveDraft) -> DraftOut:
    """Keep the text when `version` is the one stored (0: none yet), else `VersionConflict` with the current draft."""
    row = await sessions.load_for_write(scene.tx, scene.subject, sid, also=("resolved",))
    draft = await find(scene.tx, row, scene.subject.user_id, kind)
    if body.version != (draft.version if draft else 0):
        current = DraftOut.model_validate(draft).model_dump(mode="json") if draft else None
        raise VersionConflict(details={"current": current})
    markdown = Protector.of(scene.services).text(row, body.markdown)
    if draft is None:
        draft = DocumentDraft(
            id=new_id(),
            account_id=row.account_id,
            session_id=row.id,
            user_id=scene.subject.user_id,
            kind=kind,
            version=0,
            updated_at=now(),
        )
        scene.tx.add(draft)
    draft.markdown = markdown
    draft.base_state_version = body.base_state_version
    draft.version += 1
    await scene.tx.flush()
    await events.changed(scene.tx, row, "documents", actor_id=scene.subject.user_id)
    return DraftOut.model_validate(draft)


async def delete(scene: Scene, sid: UUID, kind: DraftKind) -> None:
    """Throw the caller's draft away; also when there is none."""
    row = await sessions.load_for_write(scene.tx, scene.subject, sid, also=("resolved",))
    await forget(scene.tx, row, scene.subject.user_id, kind)
    await events.changed(scene.tx, row, "documents", actor_id=scene.subject.user_id)


async def forget(tx: AsyncSession, row: AiSession, user_id: UUID, kind: DraftKind) -> None:
    """Remove a person's draft; part of a successful post."""
    await tx.execute(
        delete_rows(DocumentDraft)
        .where(
            DocumentDraft.account_id == row.account_id,
            DocumentDraft.session_id == row.id,
            DocumentDraft.user_id == user_id,
            DocumentDraft.kind == kind,
        )
        .execution_options(synchronize_session=False)
    )
