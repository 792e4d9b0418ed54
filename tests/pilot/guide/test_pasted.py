"""Pasted output and late tickets: collapsed lines are read, unasked outputs become facts, a linked ticket is read like the first."""

from __future__ import annotations

import pytest
from tests.pilot.guide.driver import Session, ticket

ONE_LINE = (
    "Windows IP Configuration Ethernet adapter Ethernet: Connection-specific DNS Suffix . : DHCP Enabled. . . . : Yes "
    "Autoconfiguration IPv4 Address. . : 169.254.83.107(Preferred) Subnet Mask . . . . : 255.255.0.0 Default Gateway . . . :"
)


def test_an_output_collapsed_onto_one_line_answers_its_check() -> None:
    session = Session(ticket=ticket("No internet on my PC", "Everyone else in the office is fine."))
    session.turn()
    session.paste("network settings of the device", ONE_LINE)
    reply = session.turn()
    assert reply.fix is not None
    assert "169.254" in str([fact["evidence"] for fact in reply.facts])
    assert reply.text != session.replies[0].text


def test_an_output_no_flow_asked_about_becomes_facts_with_its_words() -> None:
    session = Session(ticket=ticket("Franking machine is broken"))
    session.turn()
    message = "I ran this: Leap Indicator: 3(not synchronized) Stratum: 0 (unspecified) Source: Local CMOS Clock"
    reply = session.turn(message)
    assert "The clock is not synchronized" in [fact["text"] for fact in reply.facts]
    assert all(str(fact["evidence"]) in message for fact in reply.facts)
    assert "The output says: The clock is not synchronized." in reply.text
    again = session.turn("and now?")
    assert again.facts == []


def test_a_failed_command_becomes_no_fact() -> None:
    session = Session(ticket=ticket("Franking machine is broken"))
    session.turn()
    assert (
        session.turn("C:\\>w32tm /query /status\nThe following error occurred: Access is denied. (0x80070005)").facts
        == []
    )


@pytest.mark.parametrize("new", [True, False])
def test_a_ticket_linked_later_is_read_like_the_first(new: bool) -> None:
    late = ticket("Outlook keeps asking for password", "Webmail works fine with the same password.")
    begun = Session(ticket=late).turn()
    assert begun.facts
    session = Session()
    session.turn("Outlook keeps asking for the password")
    session.ticket, session.ticket_is_new = late, new
    facts = [fact["text"] for fact in session.turn("the ticket is linked now").facts]
    assert (set(facts) >= {fact["text"] for fact in begun.facts}) == new
