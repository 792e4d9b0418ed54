"""Making, listing and withdrawing links: writers of the session, and admins."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from resolutionflow.accounts import preferences
from resolutionflow.audit.service import Act, record
from resolutionflow.errors import InvalidRequest, NotFound
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.sessions import access, events
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.shares import repository
from resolutionflow.sessions.shares.errors import ShareLimit, SharingDisabled
from resolutionflow.sessions.shares.models import SessionShare
from resolutionflow.sessions.shares.schemas import CreatedShare, CreateShare, ShareList

ENABLED, MAX_DAYS = "share_links_enabled", "share_link_max_days"
USUAL_DAYS = 7
MOST_LIVE = 10
TOKEN_BYTES = 32
MOST_LABEL = 100


def hash_token(token: str) -> str:
    """What is stored of a token. It is random, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


async def _session(scene: Scene, sid: UUID, *, lock: bool = False) -> AiSession:
    row = await sessions.load(scene.tx, scene.subject, sid, lock=lock)
    _check_may_share(scene, row)
    return row


def _check_may_share(scene: Scene, row: AiSession) -> None:
    if not scene.subject.at_least("admin"):
        access.check_writer(row, scene.subject)


async def create(scene: Scene, sid: UUID, body: CreateShare) -> CreatedShare:
    """A new link. Raises `InvalidRequest` past the account's longest life, `SharingDisabled`, `ShareLimit`."""
    known = await preferences.effective(scene.tx, scene.subject.account_id)
    longest = int(known[MAX_DAYS])
    days = min(USUAL_DAYS, longest) if body.expires_in_days is None else body.expires_in_days
    if days > longest:
        raise InvalidRequest(
            f"Links of your account last at most {longest} days. Nothing was created. Choose a shorter time."
        )
    row = await _session(scene, sid, lock=True)
    if not known[ENABLED]:
        raise SharingDisabled
    moment = now()
    if await repository.count_live(scene.tx, row, moment) >= MOST_LIVE:
        raise ShareLimit(details={"limit": MOST_LIVE})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    share = SessionShare(
        id=new_id(),
        account_id=row.account_id,
        session_id=row.id,
        token_hash=hash_token(token),
        label=Protector.of(scene.services).short(row, body.label, MOST_LABEL) if body.label else None,
        include_conversation=body.include_conversation,
        created_by=scene.subject.user_id,
        expires_at=moment + timedelta(days=days),
        created_at=moment,
    )
    scene.tx.add(share)
    told = {"share_id": str(share.id), "conversation": share.include_conversation, "expires_at": share.expires_at}
    record(scene.tx, scene.services.settings, scene.subject, Act("session.shared", "session", row.id, told))
    await events.changed(scene.tx, row, "shares", actor_id=scene.subject.user_id)
    await scene.tx.flush()
    url = f"{scene.services.settings.base_url.rstrip('/')}/shared/sessions/{token}"
    return CreatedShare(id=share.id, url=url, expires_at=share.expires_at)


async def list_shares(scene: Scene, sid: UUID) -> ShareList:
    """All links of the session, the withdrawn and ended ones too, newest first."""
    row = await _session(scene, sid)
    known = await preferences.effective(scene.tx, scene.subject.account_id)
    items = await repository.shares_of(scene.tx, row, now(), enabled=bool(known[ENABLED]))
    return ShareList(items=items, enabled=bool(known[ENABLED]), max_days=int(known[MAX_DAYS]))


async def revoke(scene: Scene, sid: UUID, share_id: UUID) -> None:
    """The link stops working at once. One already withdrawn is left as it is."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    share = await repository.find(scene.tx, row, share_id)
    if share is None:
        raise NotFound("link")
    _check_may_share(scene, row)
    if share.revoked_at is None:
        share.revoked_at = now()
        share.revoked_by = scene.subject.user_id
        told = {"share_id": str(share.id)}
        record(scene.tx, scene.services.settings, scene.subject, Act("session.unshared", "session", row.id, told))
        await events.changed(scene.tx, row, "shares", actor_id=scene.subject.user_id)
