"""E-mail that workflow rules would send. Nothing leaves: it is written down with its cause and its recipients."""

from __future__ import annotations

from resolutionflow.demo.autotask.call import Call
from resolutionflow.demo.simkit.records import Record


def to_contact(call: Call, ticket: Record, cause: str) -> None:
    contact = call.state.table("Contacts").get(ticket["contactID"] or 0)
    mails = [contact["emailAddress"]] if contact and contact["emailAddress"] else []
    call.state.send_mail(at=call.clock.stamp(), ticket=ticket["id"], cause=cause, audience="contact", recipients=mails)
