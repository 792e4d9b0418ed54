"""Reviewing drafts: reading them, making one a template, turning one down (sessions-api.md 9)."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, cast
from uuid import UUID

import orjson

from resolutionflow.errors import InvalidCursor
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.pilot.commands import CommandLabel, label
from resolutionflow.scripts import repository
from resolutionflow.scripts.checks import check_secrets, check_template
from resolutionflow.scripts.errors import DraftNotPending, InvalidCategory
from resolutionflow.scripts.language import Language
from resolutionflow.scripts.literals import PLACEHOLDER
from resolutionflow.scripts.models import DraftTemplate, ScriptTemplateVersion
from resolutionflow.scripts.schemas import (
    AcceptDraft,
    CategoryList,
    CategoryOut,
    DraftAccepted,
    DraftRejected,
    DraftTemplateCount,
    DraftTemplateOut,
    DraftTemplatePage,
    DraftTemplatePerson,
    DraftTemplateRow,
    ParametersOut,
)
from resolutionflow.scripts.sites import lookalikes
from resolutionflow.sessions.scene import Scene

ANALYZER_VERSION = 1


async def categories(scene: Scene) -> CategoryList:
    """The shelves a script can be put on."""
    found = await repository.categories(scene.tx)
    own = scene.subject.account_id
    return CategoryList(
        items=[
            CategoryOut(
                id=one.id, slug=one.slug, name=one.name, description=one.description, platform=one.account_id != own
            )
            for one in found
        ]
    )


async def list_drafts(
    scene: Scene, *, pending_only: bool, session_id: UUID | None, cursor: str | None, limit: int
) -> DraftTemplatePage:
    """Newest first. Raises `InvalidCursor`."""
    filters = {"pending": pending_only, "session": session_id}
    before = _id_of(cursor, filters) if cursor is not None else None
    rows = await repository.page(
        scene.tx,
        scene.subject.account_id,
        pending_only=pending_only,
        session_id=session_id,
        before=before,
        limit=limit + 1,
    )
    more = len(rows) > limit
    items = [DraftTemplateRow(**_row(*row)) for row in rows[:limit]]
    return DraftTemplatePage(items=items, next_cursor=encode_cursor([str(items[-1].id)], filters) if more else None)


def _id_of(cursor: str, filters: dict[str, Any]) -> UUID:
    (value,) = decode_cursor(cursor, filters, length=1)
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidCursor from error


async def count(scene: Scene) -> DraftTemplateCount:
    """How many wait."""
    return DraftTemplateCount(pending=await repository.count_pending(scene.tx, scene.subject.account_id))


async def get(scene: Scene, draft_id: UUID) -> DraftTemplateOut:
    """One draft, in any status."""
    tx, account_id = scene.tx, scene.subject.account_id
    draft, name, fix_status = await repository.listed(tx, account_id, draft_id)
    resolver = None
    if draft.resolved_by is not None:
        resolver = DraftTemplatePerson(
            id=draft.resolved_by, name=await repository.person_name(tx, account_id, draft.resolved_by)
        )
    template = draft.promoted_template_id
    told = await asyncio.to_thread(_risk, cast("Language", draft.language), draft.script_body)
    return DraftTemplateOut(
        **_row(draft, name, fix_status),
        source_fix_id=draft.source_fix_id,
        script_body=draft.script_body,
        original_body=draft.original_body,
        proposed_parameters=ParametersOut.model_validate(draft.proposed_parameters),
        extracted=draft.extracted,
        proposed_category_id=draft.proposed_category_id,
        extraction_method=cast("Any", draft.extraction_method),
        risk=told.risk.value,
        risk_reason=told.reason,
        resolved_at=draft.resolved_at,
        resolved_by=resolver,
        promoted_template_id=template,
        template_slug=await repository.slug_of(tx, account_id, template) if template else None,
    )


def _row(draft: DraftTemplate, name: str, fix_status: str | None) -> dict[str, Any]:
    return {
        "id": draft.id,
        "proposed_name": draft.proposed_name,
        "language": draft.language,
        "status": draft.status,
        "extraction": draft.extraction,
        "parameter_count": len(draft.proposed_parameters["parameters"]),
        "source_session_id": draft.source_session_id,
        "source_user": DraftTemplatePerson(id=draft.source_user_id, name=name),
        "source_ticket_ref": draft.source_ticket_ref,
        "fix_status": fix_status,
        "created_at": draft.created_at,
    }


def _risk(language: Language, body: str) -> CommandLabel:
    """What running the script may do; a neutral word of the same length stands for each placeholder."""
    return label(PLACEHOLDER.sub(lambda found: "x" * len(found[0]), body), language)


async def accept(scene: Scene, draft_id: UUID, body: AcceptDraft) -> DraftAccepted:
    """Make the draft a template of the account, or raise what is in the way: nothing is stored then."""
    draft = await repository.draft(scene.tx, scene.subject.account_id, draft_id, lock=True)
    _check_pending(draft)
    if await repository.active_category(scene.tx, body.category_id) is None:
        raise InvalidCategory
    language = cast("Language", draft.language)
    script = body.edited_body if body.edited_body is not None else draft.script_body
    parameters = body.parameters_schema.parameters
    # What looked like a placeholder in the script as it was run is the script's own text.
    names = {key for one in parameters if isinstance(key := _key(one), str)}
    verbatim = frozenset(key for key, _ in lookalikes(draft.original_body)) - names
    await asyncio.to_thread(check_template, language, script, parameters, verbatim=verbatim)
    check_secrets(name=body.name, description=body.description)
    template_id, slug = await _add(scene, draft, body, script, verbatim)
    draft.status, draft.resolved_at, draft.resolved_by = "accepted", now(), scene.subject.user_id
    draft.promoted_template_id = template_id
    await scene.tx.flush()
    return DraftAccepted(draft_id=draft.id, promoted_template_id=template_id, template_slug=slug)


def _key(parameter: Any) -> Any:
    return cast("dict[str, Any]", parameter).get("key") if isinstance(parameter, dict) else None


async def _add(
    scene: Scene, draft: DraftTemplate, body: AcceptDraft, script: str, verbatim: frozenset[str]
) -> tuple[UUID, str]:
    told = await asyncio.to_thread(_risk, cast("Language", draft.language), script)
    person, account_id = scene.subject.user_id, scene.subject.account_id
    template_id, slug = await repository.add_template(
        scene.tx,
        account_id,
        body.name,
        {
            "scope": "account",
            "category_id": body.category_id,
            "description": (body.description or "").strip() or None,
            "language": draft.language,
            "risk": told.risk.value,
            "origin": "draft",
            "source_session_id": draft.source_session_id,
            "source_user_id": draft.source_user_id,
            "source_ticket_ref": draft.source_ticket_ref,
            "created_by": person,
            "updated_by": person,
        },
    )
    schema = {"parameters": body.parameters_schema.parameters}
    kept = sorted(verbatim)
    content = orjson.dumps([script, schema, {}, kept, {}], option=orjson.OPT_SORT_KEYS)
    scene.tx.add(
        ScriptTemplateVersion(
            id=new_id(),
            account_id=account_id,
            template_id=template_id,
            version=1,
            body=script,
            parameters_schema=schema,
            verbatim=kept,
            content_hash=hashlib.sha256(content).hexdigest(),
            analysis={"language": draft.language, "risk": told.risk.value, "reasons": [told.reason]},
            analyzer_version=ANALYZER_VERSION,
            risk=told.risk.value,
            created_by=person,
        )
    )
    return template_id, slug


async def reject(scene: Scene, draft_id: UUID) -> DraftRejected:
    """Turn the draft down; its row stays."""
    draft = await repository.draft(scene.tx, scene.subject.account_id, draft_id, lock=True)
    _check_pending(draft)
    draft.status, draft.resolved_at, draft.resolved_by = "rejected", now(), scene.subject.user_id
    await scene.tx.flush()
    return DraftRejected(draft_id=draft.id, status="rejected")


def _check_pending(draft: DraftTemplate) -> None:
    if draft.status != "pending":
        template = draft.promoted_template_id
        raise DraftNotPending(
            details={"status": draft.status, "promoted_template_id": str(template) if template else None}
        )
