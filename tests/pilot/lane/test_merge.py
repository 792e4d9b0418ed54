"""A reply changes the lane and never loses an item."""

from __future__ import annotations

import uuid
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.contract import LaneState
from resolutionflow.pilot.lane import ExistingItem, LaneMerge, WantedItem, match_hash, merge_block, wanted
from resolutionflow.pilot.markers import Action, Question

NAMESPACE = uuid.UUID(int=7)


def stored(
    text: str, state: LaneState = "open", kind: Literal["question", "check"] = "question", position: int = 0
) -> ExistingItem:
    return ExistingItem(uuid.uuid5(NAMESPACE, kind + text), kind, match_hash(text), state, position)


def asked(*texts: str) -> tuple[WantedItem, ...]:
    return wanted([Question(text) for text in texts], [])


def test_a_reply_without_lane_block_changes_nothing() -> None:
    assert merge_block([stored("Who?")], ()) == LaneMerge()


def test_open_items_of_both_kinds_that_are_not_repeated_are_retired() -> None:
    who, check, answered = stored("Who?"), stored("Ping", kind="check"), stored("Since when?", "answered")
    merge = merge_block([who, check, answered], asked("What changed?"))
    assert merge.retired == (who.id, check.id)
    assert [item.text for _, item in merge.created] == ["What changed?"]


def test_a_repeated_item_keeps_its_id_and_an_answer_stands() -> None:
    items = [stored("A", "answered"), stored("B", "retired"), stored("C", "skipped"), stored("D")]
    merge = merge_block(items, asked(" A ".strip(), "B", "C", "D"))
    assert [(r.id, r.state, r.reopened, r.refresh) for r in merge.repeated] == [
        (items[0].id, "answered", False, False),
        (items[1].id, "open", True, True),
        (items[2].id, "open", True, True),
        (items[3].id, "open", False, True),
    ]
    assert merge.created == merge.retired == ()


def test_the_same_words_as_question_and_check_are_two_items() -> None:
    merge = merge_block([stored("Ping")], wanted([], [Action("Ping", "", "ping -n 4 192.0.2.1", "cmd")]))
    assert [item.kind for _, item in merge.created] == ["check"]
    assert len(merge.retired) == 1


def test_new_items_come_after_the_old_ones() -> None:
    merge = merge_block([stored("A", position=4)], asked("B", "C"))
    assert [position for position, _ in merge.created] == [5, 6]


def test_only_outer_blanks_are_ignored_in_recognising() -> None:
    assert match_hash(" Who? \n") == match_hash("Who?")
    assert match_hash("who?") != match_hash("Who?")
    assert len(match_hash("\ud800")) == 64


texts = st.sampled_from("ABCDE")


@given(st.dictionaries(texts, st.sampled_from(["open", "answered", "skipped", "retired"])), st.lists(texts, max_size=6))
def test_every_item_is_accounted_for(before: dict[str, LaneState], reply: list[str]) -> None:
    existing = [stored(text, state, position=n) for n, (text, state) in enumerate(before.items())]
    merge = merge_block(existing, asked(*reply))
    touched = {repeated.id for repeated in merge.repeated} | set(merge.retired)
    for item, text in zip(existing, before, strict=True):
        assert (text in reply) == any(repeated.id == item.id for repeated in merge.repeated)
        assert item.id in touched or item.state != "open" or not reply
    assert sorted(item.text for _, item in merge.created) == sorted(set(reply) - set(before))
