"""What a whole reply asks for, once "how many" and "last valid wins" are applied."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from resolutionflow.pilot.markers.parse import MAX_ACTIONS, MAX_QUESTIONS
from resolutionflow.pilot.markers.types import (
    Action,
    Actions,
    Dropped,
    DropReason,
    FixOutcome,
    Fork,
    Marker,
    MarkerName,
    Promote,
    Question,
    Questions,
    SuggestFix,
)

_EMPTY_FENCE: Final = re.compile(r"^```[a-zA-Z]*[ \t]*\n\s*```[ \t]*$", re.MULTILINE)
_MANY_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True, slots=True)
class ReplyMarkers:
    """The markers of one reply, ready to be applied.

    `has_lane_block` = the lane of the session is replaced by these items.
    """

    questions: tuple[Question, ...] = ()
    actions: tuple[Action, ...] = ()
    promotes: tuple[Promote, ...] = ()
    fix: SuggestFix | None = None
    outcome: FixOutcome | None = None
    fork: Fork | None = None
    dropped: tuple[Dropped, ...] = ()

    @property
    def has_lane_block(self) -> bool:
        return bool(self.questions or self.actions)

    @property
    def is_bare(self) -> bool:
        """Whether the reply carries none of the blocks one of which every reply must carry."""
        return not (self.has_lane_block or self.fix or self.outcome)


def collect(parsed: Iterable[Marker | Dropped]) -> ReplyMarkers:
    """Put the parsed blocks of a reply together, in the order they came. Two blocks of questions count as one."""
    questions: dict[str, Question] = {}
    actions: dict[str, Action] = {}
    promotes: list[Promote] = []
    dropped: list[Dropped] = []
    fix: SuggestFix | None = None
    outcome: FixOutcome | None = None
    fork: Fork | None = None
    for marker in parsed:
        match marker:
            case Questions():
                for question in marker.items:
                    questions.setdefault(question.text, question)
            case Actions():
                for action in marker.items:
                    actions.setdefault(action.label, action)
            case Promote():
                promotes.append(marker)
            case SuggestFix():
                dropped += _replaced(fix, MarkerName.SUGGEST_FIX)
                fix = marker
            case FixOutcome():
                dropped += _replaced(outcome, MarkerName.FIX_OUTCOME)
                outcome = marker
            case Fork():
                dropped += _replaced(fork, MarkerName.FORK)
                fork = marker
            case Dropped():
                dropped.append(marker)
            case _:
                assert_never(marker)
    return ReplyMarkers(
        questions=tuple(questions.values())[:MAX_QUESTIONS],
        actions=tuple(actions.values())[:MAX_ACTIONS],
        promotes=tuple(promotes),
        fix=fix,
        outcome=outcome,
        fork=fork,
        dropped=tuple(dropped),
    )


def _replaced(earlier: Marker | None, name: MarkerName) -> list[Dropped]:
    return [] if earlier is None else [Dropped(name, DropReason.REPLACED)]


def tidy_display(text: str) -> str:
    """The display text of a finished reply without the gaps and empty code fences that blocks leave behind."""
    return _MANY_BLANK_LINES.sub("\n\n", _EMPTY_FENCE.sub("", text)).strip()
