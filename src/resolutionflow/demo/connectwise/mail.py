"""E-mail the PSA would send. Nothing leaves: it is written down with its cause and its recipients."""

from __future__ import annotations

from resolutionflow.demo.connectwise.call import Call
from resolutionflow.demo.simkit.records import Record


def to_contact(call: Call, ticket: Record, cause: str) -> None:
    """A mail to the ticket's contact, if it has an address."""
    _send(call, ticket, cause, "contact", [ticket["contactEmailAddress"]] if ticket["contactEmailAddress"] else [])


def to_resources(call: Call, ticket: Record, cause: str) -> None:
    """A mail to the owner and everyone scheduled on the ticket."""
    entries: list[int] = [
        row["member"] for row in call.state.table("schedule").values() if row["ticket"] == ticket["id"]
    ]
    first: list[int] = [ticket["owner"]] if ticket["owner"] else []
    numbers = dict.fromkeys([*first, *entries])
    _send(call, ticket, cause, "resources", [call.state.table("members")[number]["officeEmail"] for number in numbers])


def _send(call: Call, ticket: Record, cause: str, audience: str, recipients: list[str]) -> None:
    call.state.send_mail(at=call.now(), ticket=ticket["id"], cause=cause, audience=audience, recipients=recipients)
