"""Every fact the guide promotes rests on words that are really there, and names nothing that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.pilot.guide.driver import Session
from tests.pilot.guide.test_sessions import _answer_one, _cases, _start

from resolutionflow.flows.definition import Action, Decision
from resolutionflow.flows.starter import load_starter_flows
from resolutionflow.flows.validation import VARIABLE
from resolutionflow.pilot.contract import LaneItemView, TicketContext
from resolutionflow.pilot.grounding import ground


def _texts(session: Session, message: str) -> Iterator[str]:
    yield message
    for item in session.lane:
        yield from _item_texts(item)
    if isinstance(session.ticket, TicketContext):
        yield session.ticket.summary
        yield session.ticket.description
        yield from (note.text for note in session.ticket.notes)


def _item_texts(item: LaneItemView) -> Iterator[str]:
    yield item.answer or ""
    yield item.output or ""


@pytest.mark.parametrize("case", [param.values[1] for param in _cases()], ids=[str(param.id) for param in _cases()])
def test_facts_quote_and_name_only_what_is_there(case: dict[str, Any]) -> None:
    session = _start(case)
    message = case.get("message", "")
    for _ in range(8):
        reply = session.turn(message)
        texts = list(_texts(session, message))
        for fact in reply.facts:
            quote = str(fact["evidence"])
            assert quote
            assert any(quote in text for text in texts), fact
            item = next((item for item in session.lane if str(item.id) == fact["source_ref"]), None)
            assert (item is None) == (fact["source_type"] == "ai_synthesis")
            grounded = ground(str(fact["text"]), [quote, *texts, *([item.text] if item is not None else [])])
            assert grounded.verified, (fact["text"], grounded.missing)
            assert 3 <= len(str(fact["summary"]).split()) <= 8
        if reply.fix is not None or not session.open():
            break
        message = ""
        _answer_one(session, case["knows"])


_FLOWS = {flow.slug: flow for flow in load_starter_flows()}


@pytest.mark.parametrize("slug", sorted(_FLOWS))
def test_the_fact_of_every_option_names_only_what_question_and_option_name(slug: str) -> None:
    for node in _FLOWS[slug].definition.nodes:
        if isinstance(node, Decision):
            for option in node.options:
                assert option.fact, (node.id, option.id)
                assert not ground(option.fact, [node.question, option.label]).missing, (node.id, option.fact)


@pytest.mark.parametrize("slug", sorted(_FLOWS))
def test_the_fact_of_every_result_names_only_what_check_and_result_name(slug: str) -> None:
    for node in _FLOWS[slug].definition.nodes:
        if isinstance(node, Action):
            for result in node.results:
                assert result.fact, (node.id, result.label)
                shown = [str(pattern) for pattern in result.evidence_patterns]
                fact = VARIABLE.sub("", result.fact)
                proof = [node.title, result.label, node.expected_outcome, *shown, "YES NO True False"]
                assert not ground(fact, proof).missing, (node.id, fact)
