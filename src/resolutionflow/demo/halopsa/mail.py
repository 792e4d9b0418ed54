"""E-mail the PSA would send. Nothing leaves: it is written down with its cause and its recipients."""

from __future__ import annotations

from resolutionflow.demo.halopsa.call import Call
from resolutionflow.demo.simkit.records import Record


def to_user(call: Call, ticket: Record, cause: str) -> None:
    """A mail to the ticket's end user, if there is one."""
    user = call.state.table("users").get(ticket["user"] or 0)
    recipients = [user["emailaddress"]] if user and user["emailaddress"] else []
    call.state.send_mail(at=call.now(), ticket=ticket["id"], cause=cause, audience="contact", recipients=recipients)
