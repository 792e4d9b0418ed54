"""Writing tickets: opening, changing, putting people on them."""

from __future__ import annotations

from resolutionflow.demo.autotask import hooks, mail, picks
from resolutionflow.demo.autotask.call import Call, Reply, written
from resolutionflow.demo.autotask.errors import violation
from resolutionflow.demo.autotask.state import COMPANIES, DEVICES, TICKETS
from resolutionflow.demo.simkit.records import Record

BOTH = "When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID."
_DEFAULTS: Record = {
    "description": "",
    "resolution": "",
    "externalID": "",
    "queueID": None,
    "ticketType": 1,
    "source": -1,
    "serviceLevelAgreementID": None,
    "companyLocationID": None,
    "contactID": None,
    "configurationItemID": None,
    "assignedResourceID": None,
    "assignedResourceRoleID": None,
}


def create(call: Call) -> Reply:
    """`POST Tickets`. A due date is wanted, since no ticket category here brings one."""
    call.need(TICKETS, "add tickets")
    data = call.read_body("Tickets")
    if not data.get("dueDateTime"):
        raise violation("dueDateTime is a required field when the ticket category has no default for it.")
    row = {**_DEFAULTS, **data}
    _references(call, row)
    if row["queueID"] is None and row["assignedResourceID"] is None:
        raise violation("You must assign a queue or a resource.")
    _pair(call, row, 0)
    now = call.clock.stamp()
    made: Record = {
        "id": call.state.new_id(),
        "ticketNumber": _number(call),
        **row,
        "createDate": now,
        "completedDate": now if row["status"] == picks.COMPLETE else None,
        "lastActivityDate": now,
        "lastActivityResourceID": call.actor()["id"],
        "lastActivityPersonType": 1,
        "creatorResourceID": call.actor()["id"],
        "_locked": False,
        "_no_rights": False,
    }
    call.state.table("Tickets")[made["id"]] = made
    hooks.ticket(call, "Create", made, set(made))
    return written(made["id"])


def _number(call: Call) -> str:
    day = call.clock.now().strftime("T%Y%m%d")
    taken = [row["ticketNumber"] for row in call.state.rows("Tickets") if row["ticketNumber"].startswith(day)]
    return f"{day}.{max((int(number[10:]) for number in taken), default=0) + 1:04d}"


def _references(call: Call, row: Record) -> None:
    company = call.state.table("Companies").get(row["companyID"])
    if company is None:
        raise violation("companyID is not a valid reference.")
    call.need(COMPANIES, "access this company")
    contact = row["contactID"]
    if contact is not None:
        person = call.state.table("Contacts").get(contact)
        if person is None or person["companyID"] != company["id"]:
            raise violation("contactID is not a valid contact of this company.")
    if row["configurationItemID"] is not None:
        _device(call, row["configurationItemID"], company["id"])


def _device(call: Call, number: int | None, company: int) -> None:
    call.need(DEVICES, "access this configuration item")
    item = call.state.table("ConfigurationItems").get(number or 0)
    if item is None or item["companyID"] != company:
        raise violation("configurationItemID is not a valid configuration item of this company.")


def _pair(call: Call, row: Record, ticket: int) -> None:
    """A person and a role they hold, or neither; nobody is primary and secondary at once."""
    person, role = row["assignedResourceID"], row["assignedResourceRoleID"]
    if (person is None) != (role is None):
        raise violation(BOTH)
    if person is None:
        return
    held(call, person, role)
    if any(
        one["ticketID"] == ticket and one["resourceID"] == person for one in call.state.rows("TicketSecondaryResources")
    ):
        raise violation("The assigned resource cannot also be a secondary resource.")


def held(call: Call, person: int, role: int) -> None:
    """Refuse a role that somebody does not hold, or somebody who cannot be given work."""
    resource = call.state.table("Resources").get(person)
    if resource is None or not resource["isActive"]:
        raise violation("assignedResourceID is not a valid active resource.")
    roles = [
        row["roleID"]
        for row in call.state.rows("ResourceServiceDeskRoles")
        if row["resourceID"] == person and row["isActive"]
    ]
    if role not in roles:
        raise violation("The resource must have a valid role for this assignment.")


def patch(call: Call) -> Reply:
    """`PATCH Tickets`: the id is in the body, fields that are not there stay."""
    call.need(TICKETS, "edit tickets")
    ticket = call.ticket(call.body_id())
    data = call.read_body("Tickets", partly=True)
    after = {**ticket, **data}
    _pair(call, after, ticket["id"])
    if "companyID" in data or "contactID" in data or "configurationItemID" in data:
        _references(call, after)
    if call.ignore_status or ticket["_locked"]:
        # A workflow rule puts it back before anyone can see it.
        data.pop("status", None)
    apply(call, ticket, data, resource=call.actor()["id"])
    return written(ticket["id"])


def apply(call: Call, ticket: Record, data: Record, *, resource: int | None) -> None:
    """Change a ticket and tell whoever wants to know."""
    changed = {name for name, value in data.items() if ticket.get(name) != value}
    if "status" in changed:
        done = data["status"] == picks.COMPLETE
        ticket["completedDate"] = call.clock.stamp() if done else None
        if done and call.state.switches["workflow_mails_complete"]:
            mail.to_contact(call, ticket, "workflow rule: completed")
    ticket |= data
    call.state.touch(ticket, call.clock, resource=resource)
    if changed:
        hooks.ticket(call, "Update", ticket, changed)


def add_secondary(call: Call, number: str) -> Reply:
    """`POST Tickets/{id}/SecondaryResources`."""
    call.need(TICKETS, "edit tickets")
    ticket = call.ticket(number)
    data = call.read_body("TicketSecondaryResources")
    held(call, data["resourceID"], data["roleID"])
    if ticket["assignedResourceID"] == data["resourceID"]:
        raise violation("The assigned resource cannot also be a secondary resource.")
    mine = [row for row in call.state.rows("TicketSecondaryResources") if row["ticketID"] == ticket["id"]]
    if any(row["resourceID"] == data["resourceID"] for row in mine):
        raise violation("A duplicate secondary resource is not allowed.")
    return _child(call, "TicketSecondaryResources", ticket, data)


def remove_secondary(call: Call, number: str, entry: str) -> Reply:
    call.need(TICKETS, "edit tickets")
    ticket = call.ticket(number)
    row = call.row("TicketSecondaryResources", "secondary resource", entry)
    if row["ticketID"] == ticket["id"]:
        del call.state.table("TicketSecondaryResources")[row["id"]]
        call.state.touch(ticket, call.clock, resource=call.actor()["id"])
    return written(row["id"])


def add_device(call: Call, number: str) -> Reply:
    """`POST Tickets/{id}/AdditionalConfigurationItems`."""
    call.need(TICKETS, "edit tickets")
    ticket = call.ticket(number)
    data = call.read_body("TicketAdditionalConfigurationItems")
    _device(call, data["configurationItemID"], ticket["companyID"])
    return _child(call, "TicketAdditionalConfigurationItems", ticket, data)


def _child(call: Call, table: str, ticket: Record, data: Record) -> Reply:
    row: Record = {"id": call.state.new_id(), "ticketID": ticket["id"], **data}
    call.state.table(table)[row["id"]] = row
    call.state.touch(ticket, call.clock, resource=call.actor()["id"])
    return written(row["id"])
