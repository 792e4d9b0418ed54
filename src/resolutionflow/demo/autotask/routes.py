"""Every path of the service: which handler, which right."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import orjson

from resolutionflow.demo.autotask import hooks, metadata, notes, query, tickets
from resolutionflow.demo.autotask.call import Call, Reply
from resolutionflow.demo.autotask.errors import SimError, unknown_key
from resolutionflow.demo.autotask.schema import ENTITIES, Entity
from resolutionflow.demo.autotask.state import FILES
from resolutionflow.demo.simkit.records import Record

Handler = Callable[..., Reply]


def _entity(name: str) -> Entity:
    found = next((one for key, one in ENTITIES.items() if key.casefold() == name.casefold()), None)
    if found is None:
        raise SimError(404, "No HTTP resource was found that matches the request URI.")
    return found


def _asked(call: Call, entity: Entity) -> query.Query:
    """The query of a request: in the body, or of a GET in `search`."""
    call.need(entity.right, "query this entity type")
    body = call.body
    if call.method == "GET":
        try:
            body = orjson.loads(call.query.get("search", ""))
        except orjson.JSONDecodeError as problem:
            raise SimError(500, "A query filter is required.") from problem
    asked = query.read(body)
    if asked.unknown:
        call.unknown_keys += asked.unknown
        raise unknown_key(asked.unknown[0])
    return asked


def _query(call: Call, name: str) -> Reply:
    entity = _entity(name)
    return _page(call, entity, _asked(call, entity), 0)


def _next(call: Call, name: str) -> Reply:
    """A further page: by POST alone, with the body of the first."""
    entity = _entity(name)
    if call.method != "POST":
        raise SimError(405, "The requested resource does not support http method 'GET'.")
    asked = _asked(call, entity)
    return _page(call, entity, asked, query.page_after(call.query.get("paging", ""), asked))


def _page(call: Call, entity: Entity, asked: query.Query, after: int) -> Reply:
    rows = [row for row in query.select(call.state.rows(entity.name), asked, entity) if row["id"] > after]
    found = rows[: asked.most]
    following = None
    if len(rows) > asked.most:
        token = quote(query.page_token(asked, found[-1]["id"]))
        following = f"{call.base}{entity.name}/query/next?paging={token}"
    details: Record = {
        "count": len(found),
        "requestCount": asked.most,
        "prevPageUrl": None,
        "nextPageUrl": following,
    }
    return Reply({"items": [query.project(row, asked, entity) for row in found], "pageDetails": details})


def _count(call: Call, name: str) -> Reply:
    entity = _entity(name)
    return Reply({"queryCount": len(query.select(call.state.rows(entity.name), _asked(call, entity), entity))})


def _information(call: Call, name: str) -> Reply:
    return metadata.information(call, _entity(name))


def _fields(call: Call, name: str) -> Reply:
    return metadata.fields(call, _entity(name))


def _item(call: Call, name: str, number: str) -> Reply:
    """One record; a missing one is `null`, not an error."""
    entity = _entity(name)
    call.need(entity.right, "access this entity type")
    row = call.state.table(entity.name).get(int(number) if len(number) < 12 else -1)
    if row is not None and row.get("_no_rights"):
        call.ticket(number)
    return Reply({"item": None if row is None else query.shown(row)})


def _attachments(call: Call, number: str) -> Reply:
    call.need(FILES, "access ticket attachments")
    ticket = call.ticket(number)
    mine = [row for row in call.state.rows("TicketAttachments") if row["ticketID"] == ticket["id"]]
    return Reply({"items": mine, "pageDetails": {"count": len(mine), "prevPageUrl": None, "nextPageUrl": None}})


_NAME: Final = r"([A-Za-z]+)"
_HOOKS: Final = r"(TicketWebhooks|TicketNoteWebhooks)"
_ROUTES: Final[tuple[tuple[str, re.Pattern[str], Handler], ...]] = tuple(
    (method, re.compile(pattern), handler)
    for method, pattern, handler in (
        ("GET POST", rf"{_NAME}/query", _query),
        ("GET POST", rf"{_NAME}/query/next", _next),
        ("GET POST", rf"{_NAME}/query/count", _count),
        ("GET", rf"{_NAME}/entityInformation", _information),
        ("GET", rf"{_NAME}/entityInformation/fields", _fields),
        ("GET", r"Tickets/(\d+)/Attachments", _attachments),
        ("GET", rf"{_NAME}/(\d+)", _item),
        ("POST", r"Tickets", tickets.create),
        ("PATCH", r"Tickets", tickets.patch),
        ("POST", r"Tickets/(\d+)/Notes", notes.add),
        ("POST", r"Tickets/(\d+)/SecondaryResources", tickets.add_secondary),
        ("DELETE", r"Tickets/(\d+)/SecondaryResources/(\d+)", tickets.remove_secondary),
        ("POST", r"Tickets/(\d+)/AdditionalConfigurationItems", tickets.add_device),
        ("POST", r"TimeEntries", notes.add_time),
        ("POST", _HOOKS, hooks.create),
        ("PATCH", _HOOKS, hooks.patch),
        ("POST", rf"{_HOOKS}/(\d+)/Fields", hooks.add_field),
        ("DELETE", rf"{_HOOKS}/(\d+)", hooks.delete),
    )
)


def handle(call: Call) -> Reply:
    """Answer a signed-in request. A child posted without its parent is no path at all."""
    allowed = False
    for methods, pattern, handler in _ROUTES:
        found = pattern.fullmatch(call.path)
        if found and call.method in methods.split():
            return handler(call, *found.groups())
        allowed = allowed or found is not None
    if allowed:
        raise SimError(405, f"The requested resource does not support http method '{call.method}'.")
    raise SimError(404, "No HTTP resource was found that matches the request URI.")
