"""Changing what a session says about itself."""

from __future__ import annotations

from uuid import UUID

from resolutionflow.sessions import access, events, reads, repository
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.schemas import PatchSession, SessionDetail

IN_DOCUMENTS = frozenset({"problem_summary", "client_name"})
LIMITS = {
    "title": 200,
    "problem_summary": 2000,
    "problem_domain": 64,
    "client_name": 255,
}


async def patch(scene: Scene, sid: UUID, body: PatchSession) -> SessionDetail:
    """Set the fields given, in any status. Problem and client stand in documents: changing one of them is +1."""
    row = await repository.load(scene.tx, scene.subject, sid, lock=True)
    access.check_writer(row, scene.subject)
    protector = Protector.of(scene.services)
    changed: set[str] = set()
    for name in body.model_fields_set:
        given: str | None = getattr(body, name)
        value = protector.short(row, given, LIMITS[name]) if given else None
        if value != getattr(row, name):
            setattr(row, name, value)
            changed.add(name)
    if "title" in body.model_fields_set:
        row.title_source = "user"
    if changed & IN_DOCUMENTS:
        await repository.bump(scene.tx, row)
    elif changed:
        await repository.touch(scene.tx, row)
    if changed:
        await events.changed(scene.tx, row, "session", actor_id=scene.subject.user_id)
    await scene.tx.flush()
    return await reads.detail(scene, row.id)
