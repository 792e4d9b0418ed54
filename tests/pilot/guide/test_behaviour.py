"""What an engineer notices of the guide over several turns."""

from __future__ import annotations

import re

import pytest
from tests.pilot.guide.driver import Reply, Session, ticket

from resolutionflow.pilot.contract import TicketContext
from resolutionflow.pilot.engines.guide import GuideEngine

pytestmark = pytest.mark.anyio

OUTLOOK = ticket(
    "Outlook keeps asking for password",
    "The login box pops up every few minutes.",
    contact_email="dana.quill@quillmere.example",
)
PRT_YES = "AzureAdJoined : YES\r\nAzureAdPrt : YES\r\n"
STORED = "Currently stored credentials:\r\n\r\n    Target: LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:dana\r\n"


def _at_fix() -> Session:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.press("Outlook on the web", "opens normally")
    session.paste("device sign-in", PRT_YES)
    session.paste("stored Windows", STORED)
    reply = session.turn()
    assert reply.fix is not None
    assert reply.fix["title"] == "Remove the stored Office credentials"
    return session


def _sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?=\s|$)", re.sub(r"“[^”]*”", "x", text)))


# Asking


def test_the_first_reply_is_short_names_the_evidence_and_asks() -> None:
    reply = Session(ticket=OUTLOOK).turn()
    assert "Outlook keeps asking for a password" in reply.text
    assert 1 <= _sentences(reply.text) <= 3
    assert 1 <= len(reply.questions or []) <= 3
    assert 1 <= len(reply.checks or []) <= 4
    assert reply.fix is None


def test_the_word_for_a_machine_that_thinks_is_never_said() -> None:
    session = _at_fix()
    session.apply_fix()
    session.turn("still testing")
    session.turn("No change, it still asks.")
    for reply in session.replies:
        assert not re.search(r"\bAI\b|\bmodel\b", reply.raw.replace("ai_drafted", ""))


def test_what_the_ticket_says_is_not_asked() -> None:
    session = Session(
        ticket=ticket("Outlook password prompt", "Outlook keeps asking for the password. Webmail works fine.")
    )
    reply = session.turn()
    assert all("Outlook on the web" not in str(question["text"]) for question in reply.questions or [])
    assert [fact["evidence"] for fact in reply.facts] == ["Webmail works fine."]
    assert reply.facts[0]["source_type"] == "ai_synthesis"
    assert reply.facts[0]["source_ref"] is None


def test_a_question_in_the_ticket_is_no_statement() -> None:
    session = Session(
        ticket=ticket("Outlook password prompt", "Outlook keeps asking for the password. Does webmail work?")
    )
    assert session.turn().facts == []


def test_open_items_that_still_matter_come_back() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    before = {item.text for item in session.open()}
    session.turn("I am on it, one moment")
    assert {item.text for item in session.open()} == before


def test_nothing_is_asked_twice_when_nobody_knows_anything() -> None:
    session = Session(ticket=OUTLOOK)
    reply = session.turn()
    seen: set[str] = set()
    for _ in range(12):
        items = session.open()
        if not items or reply.fix is not None:
            break
        for item in items:
            assert item.text not in seen
            seen.add(item.text)
            if item.kind == "question":
                session.dont_know(item.text)
            else:
                session.skip(item.text)
        reply = session.turn()
        if "Gather what the next engineer needs" in {item.text for item in session.open()}:
            break
    assert reply.fix is None
    assert "escalate" in reply.text.lower()
    assert not session.facts


@pytest.mark.parametrize("words", ["don't know", "not sure", "no idea", "I can't tell", "n/a", "haven't checked", "?"])
def test_not_knowing_in_words_is_no_answer(words: str) -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.say("Outlook on the web", words)
    reply = session.turn()
    assert reply.facts == []
    assert all("Outlook on the web" not in str(question["text"]) for question in reply.questions or [])


def test_an_answer_that_fits_no_option_is_said_to_be_open() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.say("Outlook on the web", "purple elephants")
    reply = session.turn()
    assert "could not be placed" in reply.text
    assert reply.facts == []


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("webmail works fine", "Outlook on the web opened normally with the same account"),
        ("Yes", "Outlook on the web opened normally with the same account"),
        ("yep, opens fine in the browser", "Outlook on the web opened normally with the same account"),
        ("no", "The browser refused the sign-in too"),
        ("nope, the browser refuses it as well", "The browser refused the sign-in too"),
        ("not sure about the app, but webmail fails", "The browser refused the sign-in too"),
        ("conditional access says no", "The password was accepted, then access was blocked by a policy message"),
    ],
)
def test_free_words_are_read_as_the_option_they_mean(words: str, fact: str) -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.say("Outlook on the web", words)
    reply = session.turn()
    assert [entry["text"] for entry in reply.facts] == [fact]
    assert reply.facts[0]["evidence"] == words


def test_an_answer_typed_into_the_chat_counts_and_is_not_asked_again() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    reply = session.turn("The user says webmail works fine in the browser.")
    assert [fact["text"] for fact in reply.facts] == ["Outlook on the web opened normally with the same account"]
    assert all("Outlook on the web" not in str(question["text"]) for question in reply.questions or [])


def test_output_pasted_into_the_chat_answers_the_open_check() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    reply = session.turn(
        "C:\\Users\\dana>dsregcmd /status\r\n\r\n             AzureAdJoined : YES\r\n                AzureAdPrt : NO\r\n"
    )
    assert [fact["evidence"] for fact in reply.facts] == ["AzureAdPrt : NO"]


def test_a_composed_message_is_no_second_witness() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.press("Outlook on the web", "refuses")
    item = session.find("Outlook on the web")
    open_texts = "\n".join(f"- {entry.text}" for entry in session.open())
    reply = session.turn(f"{item.text}\n{item.answer}\n\nNot yet done:\n{open_texts}")
    assert [fact["text"] for fact in reply.facts] == ["The browser refused the sign-in too"]
    assert "contradicts" not in reply.text


def test_a_contradiction_is_named_and_keeps_both_ways_open() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.press("Outlook on the web", "refuses")
    reply = session.turn("Strange, she says webmail works in the browser.")
    assert "contradicts" in reply.text
    assert reply.fix is None
    asked = [item.text for item in session.open()]
    assert "What does the browser say after the password is typed?" in asked
    assert "Read the device sign-in state" in asked


def test_output_that_is_an_error_proves_nothing_and_is_asked_in_words() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.paste(
        "device sign-in",
        "'dsregcmd' is not recognized as an internal or external command,\r\noperable program or batch file.",
    )
    reply = session.turn()
    assert reply.facts == []
    assert "ended in an error" in reply.text
    assert "What did “Read the device sign-in state” show?" in [question["text"] for question in reply.questions or []]
    session.press("What did", "No primary refresh token")
    session.press("Outlook on the web", "opens normally")
    reply = session.turn()
    assert reply.fix is not None
    assert reply.fix["title"] == "Renew the device sign-in"


# Fixes


def test_a_fix_carries_confidence_steps_and_a_script_that_runs_as_it_stands() -> None:
    session = Session(
        ticket=ticket("Account locked out", "First time it happened.", contact_email="marco.pell@pellworth.example")
    )
    session.turn()
    session.paste("state of the account", "Enabled : True\nLockedOut : True\nPasswordExpired : False")
    reply = session.turn()
    assert reply.fix is not None
    assert 50 <= int(str(reply.fix["confidence"])) <= 95
    script = str(reply.fix["ai_drafted_script"])
    assert "$upn = 'marco.pell@pellworth.example'" in script
    assert "[VAR:" not in reply.raw
    assert reply.fix["ai_drafted_parameters"] == {"UserPrincipalName": "marco.pell@pellworth.example"}
    assert "**Steps**\n1. " in str(reply.fix["description"])


@pytest.mark.parametrize(
    "email", ["", "x'; Remove-Item C:\\ -Recurse; '@evil.example", "$(whoami)@evil.example", "a b@evil.example"]
)
def test_a_value_that_is_no_plain_name_never_reaches_a_command(email: str) -> None:
    session = Session(ticket=ticket("Account locked out", contact_email=email))
    reply = session.turn()
    command = str((reply.checks or [])[0]["command"])
    assert "Read-Host 'Sign-in name of the user'" in command
    assert "evil" not in command


def test_a_suggested_fix_stands_and_is_not_suggested_again() -> None:
    session = _at_fix()
    reply = session.turn("I will call the user in ten minutes")
    assert reply.fix is None
    assert "still stands" in reply.text
    assert reply.questions or reply.checks


def test_no_new_fix_while_one_is_being_verified() -> None:
    session = _at_fix()
    session.apply_fix()
    reply = session.turn("ran it, now testing")
    assert reply.fix is None
    assert reply.outcome is None
    assert "Did “Remove the stored Office credentials” solve it?" in [
        question["text"] for question in reply.questions or []
    ]
    assert reply.checks


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("That fixed it, thanks", "success"),
        ("It works now.", "success"),
        ("User confirmed, no more prompts.", "success"),
        ("No luck, it still asks for the password.", "failure"),
        ("The script didn't help", "failure"),
        ("nothing changed", "failure"),
        ("It is better but not completely fixed", "partial"),
        ("Works for most users, but two still can't log in.", "partial"),
    ],
)
def test_an_explicit_statement_proposes_the_outcome(words: str, outcome: str) -> None:
    session = _at_fix()
    session.apply_fix()
    reply = session.turn(words)
    assert reply.outcome is not None
    assert reply.outcome["outcome"] == outcome
    assert reply.outcome["fix_id"] == str(session.fixes[-1].id)
    assert reply.fix is None


@pytest.mark.parametrize(
    "words",
    [
        "still testing",
        "I'll let you know if it works",
        "Does it work now?",
        "It should work after a restart",
        "waiting for the user",
        "The printer works fine on another floor?",
        "Not tested yet",
        "running it now, hopefully that fixed it",
    ],
)
def test_no_outcome_is_proposed_while_testing_or_asking(words: str) -> None:
    session = _at_fix()
    session.apply_fix()
    assert session.turn(words).outcome is None


def test_no_outcome_for_a_fix_that_nobody_ran() -> None:
    session = _at_fix()
    assert session.turn("It works now.").outcome is None
    assert (session.turn("I ran the script and that fixed it.").outcome or {}).get("outcome") == "success"


def test_an_answered_outcome_question_stands() -> None:
    session = _at_fix()
    session.apply_fix()
    session.turn("done")
    session.press("solve it", "nothing changed")
    reply = session.turn()
    assert (reply.outcome or {}).get("outcome") == "failure"
    later = session.turn("what else?")
    assert "solve it" not in str(later.questions)
    assert later.fix is not None or later.checks


def test_after_a_failed_fix_comes_the_next_one() -> None:
    session = _at_fix()
    session.record("applied_failed")
    reply = session.turn("next?")
    assert "did not help" in reply.text
    assert reply.fix is None
    session.paste("modern authentication", "EnableADAL : 0\nDisableADALatopWAMOverride : not set")
    reply = session.turn()
    assert reply.fix is not None
    assert reply.fix["title"] == "Switch modern authentication back on"


def test_when_every_fix_failed_it_says_so_and_offers_escalation() -> None:
    session = _at_fix()
    session.record("applied_failed")
    titles = {session.fixes[-1].title}
    reply = session.turn()
    for _ in range(14):
        if reply.fix is not None:
            assert reply.fix["title"] not in titles
            titles.add(str(reply.fix["title"]))
            session.record("applied_failed")
        for item in session.open("check"):
            if "modern" in item.text:
                session.paste(item.text, "EnableADAL : 1\nDisableADALatopWAMOverride : 0")
            else:
                session.skip(item.text)
        for item in session.open("question"):
            session.dont_know(item.text)
        reply = session.turn()
        if reply.fix is None and "escalate" in reply.text.lower():
            break
    assert "escalate" in reply.text.lower()
    assert reply.checks
    assert "Remove the stored Office credentials" in reply.text


def test_a_dismissed_fix_is_not_suggested_again() -> None:
    session = _at_fix()
    session.record("dismissed")
    reply = session.turn("not that one")
    assert reply.fix is None or reply.fix["title"] != "Remove the stored Office credentials"


def test_after_success_it_points_to_the_note() -> None:
    session = _at_fix()
    session.record("applied_success")
    reply = session.turn("thanks")
    assert reply.fix is None
    assert "note" in reply.text


# Tickets without a flow

UNKNOWN = [
    ("Franking machine shows E12", ""),
    ("Please call me back", "It is urgent, thanks. Dana"),
    ("Something is wrong", "It does not work any more."),
    ("Computer slow", "My computer is slow since the weekend."),
    ("Teams call: nobody hears me", ""),
    ("Need a quote for two monitors", "27 inch if possible."),
    ("", ""),
]


@pytest.mark.parametrize(("summary", "description"), UNKNOWN)
def test_a_ticket_that_no_flow_knows_gets_scoping_questions_and_never_a_fix(summary: str, description: str) -> None:
    session = Session(ticket=ticket(summary, description))
    reply = session.turn()
    assert "no flow" in reply.text
    assert reply.questions
    assert session.engine.suggested_flows(session.context()) == ()
    asked: set[str] = set()
    for _ in range(6):
        for item in session.open():
            assert item.text not in asked
            asked.add(item.text)
            session.dont_know(item.text) if item.kind == "question" else session.skip(item.text)
        reply = session.turn()
        assert reply.fix is None
        assert reply.facts == []
        if "escalate" in reply.text:
            break
    assert "escalate" in reply.text


def test_scoping_answers_become_facts_and_what_is_known_is_not_asked() -> None:
    session = Session(
        ticket=ticket("Franking machine shows E12", "Since this morning, everyone in the post room is affected.")
    )
    reply = session.turn()
    texts = [str(question["text"]) for question in reply.questions or []]
    assert not any("Who is affected" in text or "Since when" in text for text in texts)
    session.say("What changed", "The power went off over night")
    reply = session.turn()
    assert [fact["text"] for fact in reply.facts] == ["Reported change before it began: The power went off over night"]
    assert reply.facts[0]["evidence"] == "The power went off over night"


def test_a_scoping_answer_can_lead_to_a_flow() -> None:
    session = Session(ticket=ticket("Please help", "It is broken."))
    session.turn()
    session.say("exact error", "The printer at the front desk, it shows offline and jobs stay in the print queue")
    reply = session.turn()
    assert "Printer does not print" in reply.text or any(
        "print spooler" in str(check["label"]) for check in reply.checks or []
    )


# The engine as the pipeline calls it


async def test_the_stream_is_the_reply_in_chunks() -> None:
    context = Session(ticket=OUTLOOK).context("hello")
    engine = GuideEngine()
    chunks = [chunk async for chunk in engine.run(context)]
    assert len(chunks) >= 3
    assert tuple(chunks) == engine.reply(context)
    assert engine.name == "guide"


def test_suggested_flows_name_the_fitting_flow() -> None:
    session = Session(ticket=OUTLOOK)
    assert session.engine.suggested_flows(session.context())[0].slug == "outlook-password-prompts"


def test_a_flow_that_cannot_be_read_is_left_out() -> None:
    from dataclasses import replace

    session = Session(ticket=OUTLOOK)
    broken = replace(session.flows[0], slug="broken", definition={"kind": "troubleshooting", "nodes": "none"})
    session.flows = (*session.flows, broken)
    assert session.turn().questions


def test_it_works_without_any_flow() -> None:
    reply = Session(ticket=OUTLOOK, flows=()).turn("help")
    assert isinstance(reply, Reply)
    assert reply.questions


def test_it_works_without_a_ticket_and_without_words() -> None:
    assert Session().turn("").questions
    assert Session(ticket=TicketContext("1", "#1", "")).turn("").questions


def test_no_two_flows_share_a_question_a_check_or_a_solution() -> None:
    from collections import Counter

    from resolutionflow.pilot.engines.guide.knowledge import compile_flows

    flows = compile_flows(Session().flows)
    texts = Counter(text for flow in flows for text in (*flow.questions, *flow.checks))
    titles = Counter(solution.title for flow in flows for solution in flow.solutions)
    assert [text for text, count in (texts + titles).items() if count > 1] == []


def test_what_does_not_matter_any_more_is_not_repeated() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.press("Outlook on the web", "refuses")
    session.turn()
    assert session.find("device sign-in state").state == "retired"
    assert session.find("What does the browser say").state == "open"


def test_an_unclear_lead_is_kept_as_hypotheses() -> None:
    session = Session(ticket=OUTLOOK)
    session.turn()
    session.press("Outlook on the web", "opens normally")
    reply = session.turn()
    assert reply.fork is not None
    options = reply.fork["options"]
    assert isinstance(options, list)
    assert 2 <= len(options) <= 4
    assert session.turn("one moment").fork is None


def test_an_own_version_of_a_flow_takes_the_place_of_the_platforms() -> None:
    from dataclasses import replace

    from tests.pilot.guide.driver import name_id

    session = Session(ticket=OUTLOOK)
    doubled = Session(ticket=OUTLOOK)
    own = [replace(flow, id=name_id("own", flow.slug), version=flow.version + 1) for flow in doubled.flows]
    doubled.flows = (*doubled.flows, *own)
    assert doubled.turn().raw == session.turn().raw


def test_a_session_led_in_the_chat_alone_reaches_its_fix() -> None:
    session = Session()
    session.turn("hey, a customer can't print since this morning")
    reply = session.turn("spooler is running, I checked")
    assert [fact["text"] for fact in reply.facts] == ["The print spooler was running"]
    reply = session.turn("it shows offline in windows")
    assert [fact["text"] for fact in reply.facts] == ["Windows showed the printer as offline"]
    reply = session.turn("ComputerName : 10.3.0.44\nRemotePort : 9100\nTcpTestSucceeded : True")
    assert reply.fix is not None
    assert reply.fix["title"] == "Correct the printer's port"


@pytest.mark.parametrize(
    "words",
    [
        "is the spooler running?",
        "not sure whether the spooler is running",
        "I restarted my own computer",
        "one moment, phone rings again",
    ],
)
def test_chat_that_answers_nothing_proves_nothing(words: str) -> None:
    session = Session()
    session.turn("a customer can't print")
    assert session.turn(words).facts == []
