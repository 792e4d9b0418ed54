"""The pick lists of this database, made from the demo world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolutionflow.demo.autotask.schema import ENTITIES
from resolutionflow.demo.world import World

NEW: Final = 1
COMPLETE: Final = 5
FIRST_QUEUE: Final = 29_683_000
ALL_USERS: Final = 1
INTERNAL: Final = 2
TASK_NOTES: Final = 3
WORKFLOW: Final = 13
PROFESSIONAL: Final = 1
STANDARD_HOURS: Final = 1
ROUND_THE_CLOCK: Final = 2
API_USER: Final = 7
#: The service's own numbers for its four levels.
PRIORITIES: Final = {1: 4, 2: 1, 3: 2, 4: 3}
_FIRST_STATUS: Final = 8
_HOOKED: Final = {"TicketWebhookFields": "Tickets", "TicketNoteWebhookFields": "TicketNotes"}


@dataclass(frozen=True, slots=True)
class Pick:
    value: int
    label: str
    active: bool = True
    system: bool = False
    default: bool = False


Lists = dict[tuple[str, str], tuple[Pick, ...]]


def queue_of(board_id: int) -> int:
    return FIRST_QUEUE + board_id


def lists_of(world: World) -> Lists:
    """By entity and field."""
    hooked = {
        (name, "fieldID"): tuple(Pick(place, one.name) for place, one in enumerate(ENTITIES[about].fields, start=1))
        for name, about in _HOOKED.items()
    }
    kinds = sorted({item.type for company in world.companies for item in company.configurations})
    return {
        ("Tickets", "status"): _statuses(world),
        ("Tickets", "priority"): tuple(
            Pick(PRIORITIES[one.level], one.name, default=one.level == 3) for one in world.priorities
        ),
        ("Tickets", "queueID"): tuple(
            Pick(queue_of(board.id), board.name, active=not board.inactive)
            for board in world.boards
            if not board.project
        ),
        ("Tickets", "ticketType"): (
            Pick(1, "Service Request"),
            Pick(2, "Incident"),
            Pick(3, "Problem"),
            Pick(4, "Change Request"),
            Pick(5, "Alert"),
        ),
        ("Tickets", "serviceLevelAgreementID"): (
            Pick(STANDARD_HOURS, "Standard hours"),
            Pick(ROUND_THE_CLOCK, "Round the clock"),
        ),
        ("Tickets", "source"): (Pick(-1, "Other"), Pick(2, "Phone"), Pick(4, "Email"), Pick(8, "Monitoring Alert")),
        ("TicketNotes", "noteType"): (
            Pick(1, "Task Summary"),
            Pick(2, "Task Detail"),
            Pick(TASK_NOTES, "Task Notes"),
            Pick(WORKFLOW, "Workflow Rule Note - Task", system=True),
            Pick(16, "Old Portal Note", active=False),
        ),
        ("TicketNotes", "publish"): (
            Pick(ALL_USERS, "All Autotask Users"),
            Pick(INTERNAL, "Internal Project Team"),
            Pick(4, "Internal & Co-Managed"),
        ),
        ("Resources", "licenseType"): (Pick(PROFESSIONAL, "Professional"), Pick(API_USER, "API User (API-only)")),
        ("Companies", "companyType"): (Pick(1, "Customer"),),
        ("ConfigurationItems", "configurationItemType"): tuple(
            Pick(place, kind) for place, kind in enumerate(kinds, start=1)
        ),
        **hooked,
    }


def _statuses(world: World) -> tuple[Pick, ...]:
    """One list for all queues: the open statuses of all boards by name, and one that is complete."""
    names: dict[str, bool] = {}
    for board in world.boards:
        if board.project or board.inactive:
            continue
        for status in board.statuses:
            if not status.closed and status.name != "New":
                names[status.name] = names.get(status.name, False) or not status.inactive
    others = tuple(
        Pick(number, name, active=active) for number, (name, active) in enumerate(names.items(), start=_FIRST_STATUS)
    )
    return (Pick(NEW, "New", system=True), *others, Pick(COMPLETE, "Complete", system=True))


def value_of(picks: tuple[Pick, ...], label: str) -> int:
    """The value of an entry by its words; raises `KeyError`."""
    for pick in picks:
        if pick.label == label:
            return pick.value
    raise KeyError(label)
