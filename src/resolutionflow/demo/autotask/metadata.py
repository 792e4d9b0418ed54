"""What the service says of its own entities."""

from __future__ import annotations

from resolutionflow.demo.autotask.call import Call, Reply
from resolutionflow.demo.autotask.picks import Pick
from resolutionflow.demo.autotask.schema import Entity, Field
from resolutionflow.demo.simkit.records import Record


def information(call: Call, entity: Entity) -> Reply:
    """`GET {Entity}/entityInformation`: also what the caller may do, without having to try it."""
    access = "None" if entity.right in call.state.denied else "All"
    info: Record = {
        "name": entity.name,
        "canCreate": entity.create,
        "canUpdate": entity.update,
        "canDelete": False,
        "canQuery": True,
        "hasUserDefinedFields": False,
        "supportsWebhookCallouts": entity.name in ("Tickets", "TicketNotes"),
        "userAccessForCreate": access if entity.create else "None",
        "userAccessForQuery": access,
        "userAccessForUpdate": access if entity.update else "None",
        "userAccessForDelete": "None",
    }
    return Reply({"info": info})


def fields(call: Call, entity: Entity) -> Reply:
    """`GET {Entity}/entityInformation/fields`."""
    call.need(entity.right, "query this entity type")
    return Reply({"fields": [_field(one, call.lists.get((entity.name, one.name), ())) for one in entity.fields]})


def _field(one: Field, picks: tuple[Pick, ...]) -> Record:
    return {
        "name": one.name,
        "dataType": one.kind,
        "length": one.length,
        "isRequired": one.required,
        "isReadOnly": not one.write,
        "isQueryable": True,
        "isReference": one.kind == "integer" and one.name.endswith("ID"),
        "referenceEntityType": "",
        "isPickList": bool(picks),
        "picklistValues": [_pick(pick, place) for place, pick in enumerate(picks)] if picks else None,
        "picklistParentValueField": "",
        "isSupportedWebhookField": True,
    }


def _pick(pick: Pick, place: int) -> Record:
    """Values are texts here and numbers in records."""
    return {
        "value": str(pick.value),
        "label": pick.label,
        "isDefaultValue": pick.default,
        "sortOrder": place,
        "parentValue": "",
        "isActive": pick.active,
        "isSystem": pick.system,
    }
