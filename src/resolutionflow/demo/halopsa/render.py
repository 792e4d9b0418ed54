"""Records as the API shows them."""

from __future__ import annotations

import html
import re
from typing import Final

from resolutionflow.demo.halopsa.state import State
from resolutionflow.demo.simkit.records import Record

_TAG: Final = re.compile(r"<[^>]*>")
_NO_DATE: Final = "0001-01-01T00:00:00"


def plain(markup: str) -> str:
    """The text of a note or description as the PSA keeps it beside the HTML."""
    text = re.sub(r"</p>|</li>|<br\s*/?>", "\n", markup)
    return html.unescape(_TAG.sub("", text)).strip()


def _name(state: State, table: str, number: int | None) -> str:
    return str(state.table(table)[number]["name"]) if number in state.table(table) else ""


def ticket_row(state: State, row: Record) -> Record:
    """A ticket in a list: ids, and names of people and places only."""
    kind = state.table("types")[row["type"]]
    return {
        "id": row["id"],
        "summary": row["summary"],
        "dateoccurred": row["dateoccurred"],
        "status_id": row["status"],
        "tickettype_id": row["type"],
        "sla_id": kind["sla"],
        "priority_id": row["priority"],
        "client_id": row["client"],
        "client_name": _name(state, "clients", row["client"]),
        "site_id": row["site"],
        "site_name": _name(state, "sites", row["site"]),
        "user_id": row["user"] or 0,
        "user_name": _name(state, "users", row["user"]),
        "agent_id": row["agent"],
        "last_update": row["last_update"],
        "lastactiondate": row["lastactiondate"],
        "hasbeenclosed": row["hasbeenclosed"],
        "inactive": False,
        "deleted": False,
        "third_party_id_string": row["third_party_id_string"],
    }


def ticket(state: State, row: Record) -> Record:
    """A ticket with its details."""
    kind = state.table("types")[row["type"]]
    level = next(
        one for one in state.rows("priorities") if (one["sla"], one["priorityid"]) == (kind["sla"], row["priority"])
    )
    user = state.table("users").get(row["user"] or 0)
    return {
        **ticket_row(state, row),
        "details": plain(row["details_html"]),
        "details_html": row["details_html"],
        "tickettype_name": kind["name"],
        "priority": priority(level),
        "sla_name": _name(state, "slas", kind["sla"]),
        "user_email": user["emailaddress"] if user else "",
        "agent_name": _name(state, "agents", row["agent"]),
        "assets": [
            {"id": number, "inventory_number": state.table("assets")[number]["inventory_number"]}
            for number in row["assets"]
        ],
        "merged_into_id": row["merged_into"] or 0,
        "dateclosed": row["last_update"] if row["hasbeenclosed"] else _NO_DATE,
    }


def action(state: State, row: Record, *, html_note: bool = True) -> Record:
    outcome = state.table("outcomes").get(row["outcome"] or 0)
    shown: Record = {
        "id": row["id"],
        "ticket_id": row["ticket"],
        "outcome": outcome["outcome"] if outcome else "",
        "outcome_id": row["outcome"] or 0,
        "who": row["who"],
        "who_agentid": row["agent"] or 0,
        "datetime": row["datetime"].replace("Z", ".0000000Z"),
        "note": plain(row["note_html"]),
        "hiddenfromuser": row["hiddenfromuser"],
        "timetaken": row["timetaken"],
    }
    return {**shown, "note_html": row["note_html"]} if html_note else shown


def agent(row: Record) -> Record:
    return {key: value for key, value in row.items() if key != "login"}


def client(row: Record) -> Record:
    return {
        "id": row["id"],
        "name": row["name"],
        "inactive": row["inactive"],
        "main_site_id": row["main_site"],
        "website": f"https://www.{row['domain']}",
    }


def user(state: State, row: Record) -> Record:
    kept = {key: row[key] for key in ("id", "name", "emailaddress", "phonenumber", "inactive")}
    client_name = _name(state, "clients", row["client"])
    return {**kept, "client_id": row["client"], "client_name": client_name, "site_id": row["site"]}


def asset(row: Record) -> Record:
    kept = {key: row[key] for key in ("id", "inventory_number", "key_field", "assettype_name")}
    fields = [{"name": name, "value": value} for name, value in row["fields"].items() if value]
    return {**kept, "client_id": row["client"], "site_id": row["site"], "fields": fields}


def kind(row: Record) -> Record:
    return {key: row[key] for key in ("id", "name", "use", "inactive")} | {"default_sla": row["sla"]}


def status(state: State, row: Record) -> Record:
    shown: Record = {"id": row["id"], "name": row["name"], "sequence": row["sequence"], "inactive": row["inactive"]}
    return {**shown, "isclosed": row["closed"]} if state.switches["closed_flag"] else shown


def priority(row: Record) -> Record:
    return {
        "id": row["guid"],
        "slaid": row["sla"],
        "priorityid": row["priorityid"],
        "name": row["name"],
        "ishidden": False,
    }


def outcome(row: Record) -> Record:
    shown = {key: row[key] for key in ("id", "outcome", "hidden")}
    return {**shown, "buttonname": row["outcome"], "sendemail": row["mail"] or row["own_mail"]}


def attachment(row: Record) -> Record:
    return {"id": row["id"], "ticket_id": row["ticket"], "filename": row["filename"], "datecreated": row["datecreated"]}


def webhook(row: Record) -> Record:
    """The password is never shown again."""
    return {key: value for key, value in row.items() if key not in ("password", "number")}
