"""The entities: their fields, what must be sent, and what may be asked. Queries, metadata and bodies all go by this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from resolutionflow.demo.autotask import state as rights

Kind = Literal["integer", "string", "boolean", "datetime", "double"]


@dataclass(frozen=True, slots=True)
class Field:
    """`write`: may be sent. `required`: must be."""

    name: str
    kind: Kind = "integer"
    length: int = 0
    write: bool = False
    required: bool = False
    picks: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    right: str
    fields: tuple[Field, ...]
    create: bool = False
    update: bool = False

    def field(self, name: str) -> Field | None:
        """The field, its case ignored as the service does."""
        wanted = name.casefold()
        return next((one for one in self.fields if one.name.casefold() == wanted), None)


def _id(name: str = "id") -> Field:
    return Field(name)


def _text(name: str, length: int, *, write: bool = False, required: bool = False) -> Field:
    return Field(name, "string", length, write=write, required=required)


def _in(name: str, *, required: bool = False, picks: bool = False) -> Field:
    return Field(name, "integer", write=True, required=required, picks=picks)


def _date(name: str, *, write: bool = False, required: bool = False) -> Field:
    return Field(name, "datetime", write=write, required=required)


_TICKETS: Final = (
    _id(),
    _text("ticketNumber", 50),
    _text("title", 255, write=True, required=True),
    _text("description", 8000, write=True),
    _text("resolution", 32000, write=True),
    _text("externalID", 50, write=True),
    _in("status", required=True, picks=True),
    _in("priority", required=True, picks=True),
    _in("queueID", picks=True),
    _in("ticketType", picks=True),
    _in("serviceLevelAgreementID", picks=True),
    _in("source", picks=True),
    _in("companyID", required=True),
    _in("companyLocationID"),
    _in("contactID"),
    _in("configurationItemID"),
    _in("assignedResourceID"),
    _in("assignedResourceRoleID"),
    _date("dueDateTime", write=True),
    _date("createDate"),
    _date("completedDate"),
    _date("lastActivityDate"),
    _id("lastActivityResourceID"),
    _id("lastActivityPersonType"),
    _id("creatorResourceID"),
)
_NOTES: Final = (
    _id(),
    _id("ticketID"),
    _text("title", 250, write=True, required=True),
    _text("description", 32000, write=True, required=True),
    _in("noteType", required=True, picks=True),
    _in("publish", required=True, picks=True),
    _id("creatorResourceID"),
    _id("impersonatorCreatorResourceID"),
    _id("createdByContactID"),
    _date("createDateTime"),
    _date("lastActivityDate"),
)
_TIME: Final = (
    _id(),
    _in("ticketID"),
    _in("resourceID", required=True),
    _in("roleID"),
    _date("dateWorked", write=True, required=True),
    _date("startDateTime", write=True),
    _date("endDateTime", write=True),
    Field("hoursWorked", "double", write=True),
    _text("summaryNotes", 8000, write=True),
    _text("internalNotes", 8000, write=True),
    _in("billingCodeID"),
    Field("isNonBillable", "boolean", write=True),
    _id("creatorUserID"),
    _date("createDateTime"),
)
_RESOURCES: Final = (
    _id(),
    _text("userName", 32),
    _text("firstName", 50),
    _text("lastName", 50),
    _text("title", 50),
    _text("email", 254),
    _text("email2", 254),
    _text("email3", 254),
    Field("isActive", "boolean"),
    Field("licenseType", picks=True),
    _id("defaultServiceDeskRoleID"),
)
_HOOK: Final = (
    _id(),
    _text("name", 50, write=True, required=True),
    _text("webhookUrl", 500, write=True, required=True),
    _text("deactivationUrl", 500, write=True, required=True),
    _text("secretKey", 64, write=True, required=True),
    *(
        Field(name, "boolean", write=True)
        for name in (
            "isActive",
            "isSubscribedToCreateEvents",
            "isSubscribedToUpdateEvents",
            "isSubscribedToDeleteEvents",
            "sendThresholdExceededNotification",
        )
    ),
)
_HOOK_FIELD: Final = (
    _id(),
    _in("webhookID"),
    _in("fieldID", required=True, picks=True),
    Field("isSubscribedField", "boolean", write=True),
    Field("isDisplayAlwaysField", "boolean", write=True),
)


def _listed() -> tuple[Entity, ...]:
    return (
        Entity("Tickets", rights.TICKETS, _TICKETS, create=True, update=True),
        Entity("TicketNotes", rights.NOTES, _NOTES, create=True),
        Entity("TimeEntries", rights.TIME, _TIME, create=True),
        Entity(
            "TicketSecondaryResources",
            rights.TICKETS,
            (_id(), _id("ticketID"), _in("resourceID", required=True), _in("roleID", required=True)),
            create=True,
        ),
        Entity(
            "TicketAdditionalConfigurationItems",
            rights.TICKETS,
            (_id(), _id("ticketID"), _in("configurationItemID", required=True)),
            create=True,
        ),
        Entity(
            "TicketAttachments",
            rights.FILES,
            (
                _id(),
                _id("ticketID"),
                _text("title", 255),
                _text("fullPath", 255),
                _date("attachDate"),
                _id("fileSize"),
                _id("publish"),
            ),
        ),
        Entity(
            "Companies",
            rights.COMPANIES,
            (
                _id(),
                _text("companyName", 100),
                _text("phone", 25),
                _text("webAddress", 255),
                Field("isActive", "boolean"),
                Field("companyType", picks=True),
            ),
        ),
        Entity(
            "CompanyLocations",
            rights.COMPANIES,
            (_id(), _id("companyID"), _text("name", 100), _text("address1", 128), _text("city", 50)),
        ),
        Entity(
            "Contacts",
            rights.CONTACTS,
            (
                _id(),
                _id("companyID"),
                _text("firstName", 50),
                _text("lastName", 50),
                _text("title", 50),
                _text("emailAddress", 254),
                _text("phone", 25),
                # A number where companies have a boolean.
                _id("isActive"),
            ),
        ),
        Entity(
            "ConfigurationItems",
            rights.DEVICES,
            (
                _id(),
                _id("companyID"),
                _id("contactID"),
                _text("referenceTitle", 250),
                _text("referenceNumber", 50),
                _text("serialNumber", 100),
                _text("rmmDeviceAuditHostname", 255),
                _text("rmmDeviceAuditIPAddress", 50),
                _text("rmmDeviceAuditOperatingSystem", 100),
                Field("configurationItemType", picks=True),
                Field("isActive", "boolean"),
            ),
        ),
        Entity("Resources", rights.PEOPLE, _RESOURCES),
        Entity("Roles", rights.PEOPLE, (_id(), _text("name", 200), Field("isActive", "boolean"))),
        Entity(
            "ResourceServiceDeskRoles",
            rights.PEOPLE,
            (_id(), _id("resourceID"), _id("roleID"), Field("isActive", "boolean"), Field("isDefault", "boolean")),
        ),
        Entity(
            "BillingCodes",
            rights.CODES,
            (_id(), _text("name", 200), _id("useType"), Field("isActive", "boolean")),
        ),
        Entity("TicketWebhooks", rights.WEBHOOKS, _HOOK, create=True, update=True),
        Entity("TicketWebhookFields", rights.WEBHOOKS, _HOOK_FIELD, create=True),
        Entity("TicketNoteWebhooks", rights.WEBHOOKS, _HOOK, create=True, update=True),
        Entity("TicketNoteWebhookFields", rights.WEBHOOKS, _HOOK_FIELD, create=True),
    )


ENTITIES: Final = {entity.name: entity for entity in _listed()}
