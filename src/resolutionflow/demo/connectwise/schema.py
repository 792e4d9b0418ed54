"""What can be asked about: every record type with the fields and types its filters know."""

from __future__ import annotations

from enum import Enum
from typing import Final

from resolutionflow.demo.connectwise.errors import bad_condition


class FieldType(Enum):
    """The type of a field in a filter. `REF` is an object such as `owner`, which can only be compared with null."""

    INT = "integer"
    NUM = "number"
    STR = "string"
    BOOL = "boolean"
    DATE = "date"
    REF = "reference"


INT, NUM, STR, BOOL, DATE, REF = FieldType
Schema = dict[str, FieldType]


def _ref(name: str, **more: FieldType) -> Schema:
    """A reference `{id, name}` plus what else its record shows."""
    fields = {"id": INT, "name": STR, **more}
    return {name: REF, **{f"{name}/{field}": kind for field, kind in fields.items()}}


_INFO: Schema = {
    "_info": REF,
    "_info/lastUpdated": DATE,
    "_info/updatedBy": STR,
    "_info/dateEntered": DATE,
    "_info/enteredBy": STR,
    "lastUpdated": DATE,
    "dateEntered": DATE,
}
_MEMBER = _ref("member", identifier=STR)

TICKET: Final[Schema] = {
    "id": INT,
    "summary": STR,
    "recordType": STR,
    **_ref("board"),
    **_ref("status"),
    **_ref("company", identifier=STR),
    **_ref("site"),
    **_ref("contact"),
    "contactName": STR,
    "contactPhoneNumber": STR,
    "contactEmailAddress": STR,
    **_ref("type"),
    **_ref("subType"),
    **_ref("item"),
    **_ref("team"),
    **_ref("owner", identifier=STR),
    **_ref("priority", sort=INT),
    **_ref("source"),
    **_ref("configuration"),
    **_ref("mergedParentTicket", summary=STR),
    "severity": STR,
    "impact": STR,
    "externalXRef": STR,
    "requiredDate": DATE,
    "closedFlag": BOOL,
    "closedDate": DATE,
    "closedBy": STR,
    "actualHours": NUM,
    "approved": BOOL,
    "resources": STR,
    "customerUpdatedFlag": BOOL,
    "automaticEmailContactFlag": BOOL,
    "automaticEmailResourceFlag": BOOL,
    "automaticEmailCcFlag": BOOL,
    "hasChildTicket": BOOL,
    "hasMergedChildTicketFlag": BOOL,
    "isInSla": BOOL,
    "slaStatus": STR,
    **_INFO,
}
NOTE: Final[Schema] = {
    "id": INT,
    "ticketId": INT,
    "noteType": STR,
    "text": STR,
    **_ref("ticket", summary=STR),
    "detailDescriptionFlag": BOOL,
    "internalAnalysisFlag": BOOL,
    "resolutionFlag": BOOL,
    "issueFlag": BOOL,
    "internalFlag": BOOL,
    "externalFlag": BOOL,
    "customerUpdatedFlag": BOOL,
    "isMarkdownFlag": BOOL,
    "bundledFlag": BOOL,
    "mergedFlag": BOOL,
    "originalAuthor": STR,
    "createdBy": STR,
    "dateCreated": DATE,
    "timeStart": DATE,
    "timeEnd": DATE,
    **_MEMBER,
    **_ref("contact"),
    **_INFO,
}
BOARD: Final[Schema] = {
    "id": INT,
    "name": STR,
    "inactiveFlag": BOOL,
    "projectFlag": BOOL,
    **_ref("department"),
    **_ref("location"),
    **_INFO,
}
BOARD_STATUS: Final[Schema] = {
    "id": INT,
    "name": STR,
    **_ref("board"),
    "sortOrder": INT,
    "displayOnBoard": BOOL,
    "inactive": BOOL,
    "closedStatus": BOOL,
    "timeEntryNotAllowed": BOOL,
    "defaultFlag": BOOL,
    "customerPortalFlag": BOOL,
    **_ref("emailTemplate"),
    **_INFO,
}
BOARD_TYPE: Final[Schema] = {"id": INT, "name": STR, "inactiveFlag": BOOL, **_ref("board"), **_INFO}
PRIORITY: Final[Schema] = {"id": INT, "name": STR, "color": STR, "sortOrder": INT, "defaultFlag": BOOL, **_INFO}
MEMBER: Final[Schema] = {
    "id": INT,
    "identifier": STR,
    "firstName": STR,
    "lastName": STR,
    "title": STR,
    "officeEmail": STR,
    "primaryEmail": STR,
    "defaultEmail": STR,
    "inactiveFlag": BOOL,
    "licenseClass": STR,
    **_INFO,
}
MEMBER_INFO: Final[Schema] = {
    "id": INT,
    "identifier": STR,
    "firstName": STR,
    "lastName": STR,
    "fullName": STR,
    "defaultEmail": STR,
    "licenseClass": STR,
    **_INFO,
}
COMPANY: Final[Schema] = {
    "id": INT,
    "identifier": STR,
    "name": STR,
    "deletedFlag": BOOL,
    **_ref("status"),
    "addressLine1": STR,
    "city": STR,
    "phoneNumber": STR,
    "website": STR,
    **_INFO,
}
SITE: Final[Schema] = {
    "id": INT,
    "name": STR,
    "addressLine1": STR,
    "city": STR,
    "phoneNumber": STR,
    "inactiveFlag": BOOL,
    **_ref("company", identifier=STR),
    **_INFO,
}
CONTACT: Final[Schema] = {
    "id": INT,
    "firstName": STR,
    "lastName": STR,
    "title": STR,
    "inactiveFlag": BOOL,
    **_ref("company", identifier=STR),
    **_ref("site"),
    "defaultPhoneNbr": STR,
    **_INFO,
}
CONTACT_ITEMS: Final[dict[str, Schema]] = {
    "communicationItems": {
        "id": INT,
        "value": STR,
        "communicationType": STR,
        "defaultFlag": BOOL,
        **_ref("type"),
    }
}
CONFIGURATION: Final[Schema] = {
    "id": INT,
    "name": STR,
    **_ref("type"),
    **_ref("status"),
    **_ref("company", identifier=STR),
    **_ref("contact"),
    **_ref("site"),
    **_ref("manufacturer"),
    "modelNumber": STR,
    "serialNumber": STR,
    "tagNumber": STR,
    "deviceIdentifier": STR,
    "ipAddress": STR,
    "macAddress": STR,
    "osType": STR,
    "osInfo": STR,
    "lastLoginName": STR,
    "activeFlag": BOOL,
    **_INFO,
}
SCHEDULE: Final[Schema] = {
    "id": INT,
    "objectId": INT,
    "name": STR,
    **_MEMBER,
    **_ref("type", identifier=STR),
    **_ref("status"),
    "dateStart": DATE,
    "dateEnd": DATE,
    "doneFlag": BOOL,
    "hours": NUM,
    **_INFO,
}
SCHEDULE_TYPE: Final[Schema] = {"id": INT, "name": STR, "identifier": STR, "systemFlag": BOOL, **_INFO}
TIME: Final[Schema] = {
    "id": INT,
    "chargeToId": INT,
    "chargeToType": STR,
    **_MEMBER,
    **_ref("company", identifier=STR),
    **_ref("workType"),
    **_ref("workRole"),
    "timeStart": DATE,
    "timeEnd": DATE,
    "actualHours": NUM,
    "billableOption": STR,
    "notes": STR,
    "internalNotes": STR,
    "addToDetailDescriptionFlag": BOOL,
    "addToInternalAnalysisFlag": BOOL,
    "addToResolutionFlag": BOOL,
    "status": STR,
    **_INFO,
}
DOCUMENT: Final[Schema] = {
    "id": INT,
    "title": STR,
    "fileName": STR,
    "size": INT,
    "publicFlag": BOOL,
    "owner": STR,
    **_INFO,
}
CALLBACK: Final[Schema] = {
    "id": INT,
    "url": STR,
    "objectId": INT,
    "level": STR,
    "type": STR,
    "inactiveFlag": BOOL,
    "isSoapCallbackFlag": BOOL,
}
REFERENCE: Final[Schema] = {"id": INT, "name": STR, "deviceIdentifier": STR, **_INFO}


def kind_of(schema: Schema, path: str) -> FieldType:
    """The type of `path`; an unknown name raises the vendor's 400."""
    found = schema.get(path)
    if found is None:
        raise bad_condition(f"'{path[:100]}' is not a recognized field name.")
    return found
