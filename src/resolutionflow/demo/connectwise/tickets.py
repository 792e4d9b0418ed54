"""Writing tickets: create and patch, with everything the PSA accepts silently and does not do."""

from __future__ import annotations

from typing import Any, Final, cast

from resolutionflow.demo.connectwise import mail, notes, render
from resolutionflow.demo.connectwise.call import Body, Call, Reply
from resolutionflow.demo.connectwise.errors import SimError, forbidden, invalid
from resolutionflow.demo.simkit.records import Record, Table

RIGHT: Final = "Service Desk: Service Tickets"
CLOSE_RIGHT: Final = "Service Desk: Close Service Tickets"
_SUMMARY: Final = 100
_XREF: Final = 100

#: Reference fields and the table each points into.
_REFERENCES: Final = {
    "board": "boards",
    "status": "statuses",
    "priority": "priorities",
    "company": "companies",
    "contact": "contacts",
    "site": "sites",
    "owner": "members",
    "type": "types",
}
_TEXTS: Final = {
    "summary": _SUMMARY,
    "externalXRef": _XREF,
    "contactName": 62,
    "contactPhoneNumber": 20,
    "contactEmailAddress": 250,
    "severity": 10,
    "impact": 10,
}
_MANDATORY: Final = frozenset({"summary", "board", "status", "priority", "company"})
#: Accepted with 200 and without any effect: derived from something else.
_DERIVED: Final = frozenset({"resources", "closedFlag", "closedDate", "closedBy", "contactEmailLookup", "actualHours"})
_MAIL_FLAGS: Final = frozenset({"automaticEmailContactFlag", "automaticEmailResourceFlag", "automaticEmailCcFlag"})


def open_ticket(call: Call, number: str | int) -> Record:
    """The stored ticket if the API member may open it; else 404 or 403."""
    call.need(RIGHT)
    ticket = call.row("tickets", "Ticket", number)
    if ticket["no_rights"]:
        raise forbidden(RIGHT)
    return ticket


def writable_ticket(call: Call, number: str | int) -> Record:
    """As `open_ticket`; a merged ticket takes no more changes."""
    ticket = open_ticket(call, number)
    if ticket["merged_into"]:
        raise invalid("id", f"Ticket {ticket['id']} has been merged into ticket {ticket['merged_into']}.")
    return ticket


def patch(call: Call, number: str) -> Reply:
    """A list of operations. The whole ticket comes back, whatever was really changed."""
    ticket = writable_ticket(call, number)
    changes, notify = _operations(call)
    before = dict(ticket)
    draft = {**ticket, **{path: value for path, value in changes.items() if path != "status"}}
    _settle(call, draft, changes)
    if "status" in changes:
        _move(call, draft, changes["status"])
    ticket.update(draft)
    if ticket != before:
        call.state.touch(ticket, call.clock, call.api_member()["identifier"])
        if notify:
            _announce(call, before, ticket)
    return Reply(200, render.ticket(call.state, ticket))


def _operations(call: Call) -> tuple[dict[str, Any], bool]:
    """The values asked for by path, and whether notifications may go out (they may unless the patch says no)."""
    asked: object = call.body
    if not isinstance(asked, list) or not asked:
        raise SimError(400, "InvalidObject", "A list of patch operations is expected.")
    changes: dict[str, Any] = {}
    notify = True
    for item in cast("list[Any]", asked):
        path, value = _operation(call, item)
        if path == "processNotifications":
            notify = value if value is None else Body(call, "ticket", {}).flag_value(value, path)
            notify = True if notify is None else notify
        elif path not in _DERIVED:
            changes[path] = _value(call, path, value)
    return changes, notify


def _operation(call: Call, item: Any) -> tuple[str, Any]:
    if not isinstance(item, dict):
        raise SimError(400, "InvalidObject", "A patch operation is an object with op, path and value.")
    operation = cast("dict[str, Any]", item)
    extra = sorted(set(operation) - {"op", "path", "value"})
    if extra:
        call.unknown_keys += extra
        raise SimError(400, "InvalidObject", f"'{extra[0][:100]}' does not belong into a patch operation.")
    verb, path = operation.get("op"), operation.get("path")
    if verb not in ("add", "replace", "remove") or not isinstance(path, str):
        raise SimError(400, "InvalidObject", "A patch operation needs op (add, replace, remove) and path.")
    if verb != "remove" and "value" not in operation:
        raise invalid(path[:100], "A value is required.")
    return path, None if verb == "remove" else operation["value"]


def _value(call: Call, path: str, value: Any) -> Any:
    """The stored value for one path: a plain id for a reference."""
    known = path in _REFERENCES or path in _TEXTS or path in _MAIL_FLAGS or path in ("customerUpdatedFlag", "subType")
    if not known:
        call.unknown_keys.append(path[:100])
        raise invalid(path[:100], f"'{path[:100]}' cannot be patched.")
    if value is None:
        if path in _MANDATORY:
            raise invalid(path, f"The {path} field is required.")
        return "" if path in _TEXTS else False if path.endswith("Flag") else None
    checks = Body(call, "ticket", {})
    if path in _REFERENCES:
        return _existing(call, path, checks.reference_value(value, path))
    if path == "subType":
        name = cast("dict[str, Any]", value).get("name") if isinstance(value, dict) else None
        return checks.text_value(name, path, 60)
    if path in _TEXTS:
        text = checks.text_value(value, path, _TEXTS[path])
        if path in _MANDATORY and not text.strip():
            raise invalid(path, f"The {path} field is required.")
        return text
    return checks.flag_value(value, path)


def _existing(call: Call, path: str, number: int) -> int:
    found = call.state.table(_REFERENCES[path]).get(number)
    if found is None or (path == "owner" and found["inactiveFlag"]):
        raise invalid(path, f"{path} {number} not found.")
    return number


def _settle(call: Call, draft: Record, changes: dict[str, Any]) -> None:
    """What follows from the changes: another board means its first status, another company no foreign contact."""
    for mail_flag in _MAIL_FLAGS:
        draft.pop(mail_flag, None)
    if draft["contact"] and call.state.table("contacts")[draft["contact"]]["company"]["id"] != draft["company"]:
        if changes.get("contact"):
            raise invalid("contact", "The contact does not belong to the company.")
        draft["contact"] = None
    if draft["site"] and call.state.table("sites")[draft["site"]]["company"]["id"] != draft["company"]:
        if changes.get("site"):
            raise invalid("site", "The site does not belong to the company.")
        draft["site"] = None
    if "contact" in changes or (draft["contact"] is None and "company" in changes):
        _contact_details(call, draft)
    statuses = call.state.table("statuses")
    if statuses[draft["status"]]["board"]["id"] != draft["board"]:
        draft["status"] = default_status(statuses, draft["board"])
        draft["type"] = None


def _contact_details(call: Call, draft: Record) -> None:
    contact = call.state.table("contacts").get(draft["contact"] or 0)
    items = {item["communicationType"]: item["value"] for item in contact["communicationItems"]} if contact else {}
    draft["contactName"] = f"{contact['firstName']} {contact['lastName']}" if contact else ""
    draft["contactEmailAddress"] = items.get("Email", "")
    draft["contactPhoneNumber"] = items.get("Phone", "")


def default_status(statuses: Table, board: int) -> int:
    """The status a new ticket of the board gets."""
    mine = [row for row in statuses.values() if row["board"]["id"] == board]
    return next((row["id"] for row in mine if row["defaultFlag"]), mine[0]["id"])


def _move(call: Call, draft: Record, number: int) -> None:
    """The status change. A status of another board, or one the ticket is not ready for, is silently not taken."""
    status = call.state.table("statuses")[number]
    if status["closedStatus"]:
        call.need(CLOSE_RIGHT)
    missing = [name for name in status["required"] if not draft[name]]
    foreign = status["board"]["id"] != draft["board"]
    if foreign or missing or status["inactive"] or draft["status_locked"] or call.ignore_status:
        return
    set_status(call, draft, status, call.api_member()["identifier"])


def set_status(call: Call, draft: Record, status: Record, by: str) -> None:
    """Really move the ticket."""
    draft["status"] = status["id"]
    draft["closed_at"] = (draft["closed_at"] or call.now()) if status["closedStatus"] else None
    draft["closed_by"] = (draft["closed_by"] or by) if status["closedStatus"] else None


def _announce(call: Call, before: Record, ticket: Record) -> None:
    status = call.state.table("statuses")[ticket["status"]]
    if before["status"] != ticket["status"] and status.get("emailTemplate"):
        mail.to_contact(call, ticket, f"status {status['name']}")
    if ticket["owner"] and before["owner"] != ticket["owner"]:
        mail.to_resources(call, ticket, "assignment")


def create(call: Call) -> Reply:
    """A new ticket; its initial texts become notes."""
    call.need(RIGHT)
    body = Body(call, "ticket")
    asked: dict[str, Any] = {path: body.reference(path) for path in _REFERENCES}
    for path, number in asked.items():
        if number is not None:
            _existing(call, path, number)
    texts = {name: body.text(name, "", limit) or "" for name, limit in _TEXTS.items() if name != "summary"}
    summary = body.required("summary", _SUMMARY)
    sub_type = body.name("subType")
    opening = {
        "discussion": body.text("initialDescription"),
        "internal": body.text("initialInternalAnalysis"),
        "resolution": body.text("initialResolution"),
    }
    customer = body.flag("customerUpdatedFlag")
    for name in sorted(_MAIL_FLAGS):
        body.flag(name)
    notify = body.flag("processNotifications", default=True)
    body.text("recordType")
    body.done()
    if asked["company"] is None:
        raise invalid("company", "The company field is required.")
    ticket = _new(call, asked, {"summary": summary, "subType": sub_type, "customerUpdatedFlag": customer, **texts})
    for kind, text in opening.items():
        if text and text.strip():
            notes.store(call, ticket, text=text, kinds={kind})
    if notify:
        mail.to_contact(call, ticket, "new ticket")
        mail.to_resources(call, ticket, "new ticket")
    return Reply(201, render.ticket(call.state, ticket))


def _new(call: Call, asked: dict[str, Any], rest: Record) -> Record:
    statuses = call.state.table("statuses")
    board = asked["board"] or next(row["id"] for row in call.state.rows("boards") if not row["inactiveFlag"])
    now, by = call.now(), call.api_member()["identifier"]
    ticket: Record = {
        "id": call.state.new_id(),
        **asked,
        "board": board,
        "priority": asked["priority"] or next(row["id"] for row in call.state.rows("priorities") if row["defaultFlag"]),
        "status": default_status(statuses, board),
        "source": "API",
        "configurations": [],
        "requiredDate": None,
        "merged_into": None,
        "status_locked": False,
        "no_rights": False,
        "entered": now,
        "entered_by": by,
        "updated": now,
        "updated_by": by,
        "closed_at": None,
        "closed_by": None,
        **rest,
    }
    ticket["severity"], ticket["impact"] = ticket["severity"] or "Medium", ticket["impact"] or "Medium"
    given = {
        name: ticket[name] for name in ("contactName", "contactEmailAddress", "contactPhoneNumber") if ticket[name]
    }
    _settle(call, ticket, asked)
    if asked["contact"]:
        _contact_details(call, ticket)
    ticket.update(given)
    wanted = asked["status"]
    if wanted is not None:
        _move(call, ticket, wanted)
    call.state.table("tickets")[ticket["id"]] = ticket
    call.state.heard.append(ticket["id"])
    return ticket


def attach_configuration(call: Call, number: str) -> Reply:
    """Put a configuration on the ticket."""
    ticket = writable_ticket(call, number)
    body = Body(call, "configuration")
    device = body.identity("id")
    body.text("deviceIdentifier")
    body.done()
    row = call.state.table("configurations").get(device or 0)
    if row is None:
        raise invalid("id", f"Configuration {device} not found.", "configuration")
    if row["id"] not in ticket["configurations"]:
        ticket["configurations"] = [*ticket["configurations"], row["id"]]
        call.state.touch(ticket, call.clock, call.api_member()["identifier"])
    return Reply(201, {"id": row["id"], "deviceIdentifier": row["deviceIdentifier"], "name": row["name"]})


def detach_configuration(call: Call, number: str, device: str) -> Reply:
    ticket = writable_ticket(call, number)
    row = call.row("configurations", "Configuration", device)
    ticket["configurations"] = [one for one in ticket["configurations"] if one != row["id"]]
    call.state.touch(ticket, call.clock, call.api_member()["identifier"])
    return Reply(204, None)
