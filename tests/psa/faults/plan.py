"""Which trouble meets which write: the whole table, and a share of it in a fixed random order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import Literal

from tests.psa.contract.harness import Operation

Kind = Literal["resolution", "note", "time", "create", "assign", "join", "unassign", "status"]
Kill = Literal["no", "before", "after", "answer"]

#: The writes and reads of each kind that can meet trouble.
OPERATIONS: dict[Kind, tuple[Operation, ...]] = {
    "resolution": ("get_ticket", "list_notes", "add_note", "add_time", "set_status"),
    "note": ("list_notes", "add_note"),
    "time": ("add_time", "list_time"),
    "create": ("create_ticket", "get_ticket", "assign_primary"),
    "assign": ("assign_primary",),
    "join": ("assign_additional", "list_assignees"),
    "unassign": ("unassign_primary",),
    "status": ("set_status",),
}
#: Trouble that leaves open whether the write arrived, trouble that passes, and refusals.
DOUBTS = ("reply_lost", "timeout", "commit_late", "500", "502_html", "503", "truncated_json", "wrong_shape")
REFUSALS = ("401", "403", "409")
FAULTS = (*DOUBTS, "429", *REFUSALS)
KILLS: tuple[Kill, ...] = ("no", "before", "after", "answer")
MOST_COMMITS = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One write. The worker dies `before` or `after` its `commit`-th commit, or with the `answer` of the operation in its hands."""

    kind: Kind
    operation: Operation
    fault: str
    kill: Kill
    commit: int


def table() -> list[Case]:
    """Every combination, the moment of death drawn for each."""
    draw = random.Random(20)
    cases = [
        Case(kind, operation, fault, kill, draw.randint(1, MOST_COMMITS))
        for kind, operations in OPERATIONS.items()
        for operation, fault, kill in product(operations, FAULTS, KILLS)
    ]
    draw.shuffle(cases)
    return cases


def share(runs: int) -> list[Case]:
    """The first `runs` of them, every kind and every fault among them early; over and over when there are fewer than `runs`."""
    cases = table()
    first = _covering(cases)
    ordered = [*first, *(case for case in cases if case not in set(first))]
    return [ordered[number % len(ordered)] for number in range(runs)]


def _covering(cases: list[Case]) -> list[Case]:
    """For each kind of write a death with the answer in hand, then each fault once, around a commit or without a death."""
    wanted = [next(case for case in cases if case.kind == kind and case.kill == "answer") for kind in OPERATIONS]
    for number, fault in enumerate(FAULTS):
        kill = KILLS[number % 3]
        wanted.append(next(case for case in cases if case.fault == fault and case.kill == kill))
    return list(dict.fromkeys(wanted))
