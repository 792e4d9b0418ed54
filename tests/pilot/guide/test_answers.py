"""Free words as answers: each option of each starter flow is found by its own words and by its label."""

from __future__ import annotations

import pytest
from tests.pilot.guide.driver import knowledge

from resolutionflow.flows.definition import Decision
from resolutionflow.pilot.engines.guide.answers import Unread, read_answer
from resolutionflow.pilot.engines.guide.knowledge import Branch, Probe, compile_flows

_PROBES = [(flow.slug, probe) for flow in compile_flows(knowledge()) for probe in flow.probes.values()]
_DECISIONS = [
    pytest.param(probe, id=f"{slug}: {probe.id}") for slug, probe in _PROBES if isinstance(probe.node, Decision)
]


@pytest.mark.parametrize("probe", _DECISIONS)
def test_every_keyword_means_its_option(probe: Probe) -> None:
    assert isinstance(probe.node, Decision)
    for index, option in enumerate(probe.node.options):
        for word in (*option.keywords, f"The user says: {option.keywords[0]}."):
            assert read_answer(word, probe.branches).branch == index, word


@pytest.mark.parametrize("probe", [pytest.param(probe, id=f"{slug}: {probe.id}") for slug, probe in _PROBES])
def test_every_label_typed_out_means_its_option(probe: Probe) -> None:
    for index, branch in enumerate(probe.branches):
        for words in (branch.label, branch.label.lower(), f"I think it is this - {branch.label}"):
            assert read_answer(words, probe.branches).branch == index, words


@pytest.mark.parametrize("probe", _DECISIONS)
@pytest.mark.parametrize("words", ["", "?", "I don't know", "no idea, sorry", "xyz", "yes and no"])
def test_what_says_nothing_is_no_option(probe: Probe, words: str) -> None:
    found = read_answer(words, probe.branches)
    if words == "yes and no":
        return
    assert found.branch is None
    assert found.unread is (Unread.UNCLEAR if words == "xyz" else Unread.UNKNOWN)


def _branch(label: str, *keywords: str) -> Branch:
    from resolutionflow.pilot.engines.guide.tokens import terms_of

    return Branch(label, label, "x", frozenset(), None, None, tuple(terms_of(word) for word in keywords), ())


YES_NO = (_branch("Yes, it prints"), _branch("No, it does not print"))


@pytest.mark.parametrize(
    ("words", "index"),
    [("yes", 0), ("Yes!", 0), ("yeah it does", 0), ("no", 1), ("Nope", 1), ("it doesn't", 1), ("not at all", 1)],
)
def test_yes_and_no(words: str, index: int) -> None:
    assert read_answer(words, YES_NO).branch == index


def test_a_negated_keyword_speaks_against_its_option() -> None:
    branches = (_branch("Cable", "cable"), _branch("Wireless", "wireless"))
    assert read_answer("it is not wireless, it is on a cable", branches).branch == 0
    assert read_answer("not wireless", branches).branch is None


def test_two_options_at_once_are_not_guessed() -> None:
    branches = (_branch("Cable", "cable"), _branch("Wireless", "wireless"))
    assert read_answer("cable and wireless", branches).branch is None
