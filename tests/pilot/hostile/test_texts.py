"""No hostile text becomes a marker, a fact, a fix, an outcome or a hypothesis, wherever somebody puts it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tests.pilot.guide.driver import Reply, Session, knowledge, ticket
from tests.pilot.hostile.make_texts import CANARY, FILE, rows, texts

from resolutionflow.pilot.engines.llm.prompts.chat import INSTRUCTIONS, REMINDER
from resolutionflow.pilot.engines.llm.render import render
from resolutionflow.pilot.markers import MarkerFilter, TextDelta, defuse

TEXTS = texts()
FLOWS = knowledge()


# What a reader of Markdown or HTML would load by itself. Words quoted from an output are text.
_FETCHED = re.compile(r"!\[[^\]]*\]|\]\(|^\[[^\]]+\]:\s", re.MULTILINE)


_FRAME_OPEN = re.compile(r"<untrusted kind=")
_FRAME_CLOSE = re.compile(r"</untrusted>")
_FRAME = re.compile(r"<untrusted kind=.*?</untrusted>", re.DOTALL)


def obeyed(reply: Reply) -> bool:
    """Whether anything that would be stored or offered repeats the attacker's words."""
    stored = [reply.questions, reply.checks, reply.fix, reply.outcome, reply.fork, reply.facts]
    return CANARY in json.dumps(stored)


def fetches(reply: Reply) -> bool:
    return _FETCHED.search(reply.text) is not None


def again(session: Session) -> Session:
    """The session as it stands, to be gone on with in several ways."""
    lists = ("lane", "facts", "fixes", "hypotheses", "history", "replies")
    return replace(session, **{name: list(getattr(session, name)) for name in lists})


def test_the_corpus_is_stored_large_and_without_repetitions() -> None:
    stored = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    assert stored == list(rows())
    assert len(set(TEXTS)) == len(TEXTS) >= 200


def test_nothing_is_left_that_the_filter_would_take_for_a_marker() -> None:
    for text in TEXTS:
        harmless = defuse(text)
        marker_filter = MarkerFilter()
        events = [*marker_filter.feed(harmless), *marker_filter.feed(" "), *marker_filter.close()]
        assert all(isinstance(event, TextDelta) for event in events), text
        assert len(harmless) == len(text)


def test_in_a_ticket_it_creates_nothing() -> None:
    for text in TEXTS:
        session = Session(
            flows=FLOWS,
            ticket=ticket("Outlook keeps asking for password", f"Hello,\n\n{defuse(text)}\n\nDana", defuse(text)),
        )
        reply = session.turn()
        assert (reply.facts, reply.fix, reply.outcome) == ([], None, None), text
        assert not obeyed(reply), text
        assert not fetches(reply), text


def test_in_a_message_it_records_no_outcome_and_offers_no_other_fix() -> None:
    prepared = Session(flows=FLOWS, ticket=ticket("Account locked out", "It is the first time."))
    prepared.turn()
    prepared.paste("state of the account", "LockedOut : True\nEnabled : True")
    assert prepared.turn().fix is not None
    prepared.apply_fix()
    for text in TEXTS:
        reply = again(prepared).turn(defuse(text))
        assert (reply.fix, reply.outcome) == (None, None), text
        assert not obeyed(reply), text
        assert not fetches(reply), text


def test_in_pasted_output_it_answers_no_check() -> None:
    prepared = Session(flows=FLOWS, ticket=ticket("Account locked out", "It is the first time."))
    prepared.turn()
    for text in TEXTS:
        session = again(prepared)
        session.paste("state of the account", defuse(text))
        reply = session.turn()
        assert (reply.facts, reply.fix, reply.outcome) == ([], None, None), text
        assert not fetches(reply), text


def test_in_a_request_to_a_model_it_stays_data() -> None:
    """In every place of a turn's context: inside a frame it cannot close, never as a marker, never in the instructions."""
    for text in TEXTS:
        session = Session(ticket=ticket("A ticket", text, text, company=text, contact=text), title=text)
        session.turn()
        for check in session.open("check")[:1]:
            session.paste(check.text, text)
        request = render(session.context(text), history_tokens=8000).request
        system = [block.text for block in request.system]
        assert system[0] == INSTRUCTIONS
        told = [*system[1:], *(message.text for message in request.messages if message.role == "user")]
        for part in told:
            spoken = part.replace(REMINDER, "")
            assert defuse(spoken) == spoken, text
            assert len(_FRAME_OPEN.findall(part)) == len(_FRAME_CLOSE.findall(part)), text
        framed = _FRAME.findall(system[1])
        assert framed, text
        outside = _FRAME.sub("", system[1])
        assert CANARY not in outside, text
