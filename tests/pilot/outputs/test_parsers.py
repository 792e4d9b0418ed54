"""Any text at all: parsers never raise, never guess, stay inside the text and need time in step with its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pilot.outputs.test_corpus import cases

from resolutionflow.pilot.outputs import PARSERS, command_error, failed_output, observations, parse_output, recognise

PROSE = [
    "",
    "\n\n",
    "hello there",
    "The user says it does not work: nothing happens.",
    "PS C:\\> ",
    "Status: running slow since Monday, name: unknown",
    "State: please call her back. Signal: weak on her phone",
    "The ping to the server worked, then the request timed out in the browser",
    "Source: ticket 4711. Name: Dana Quill. Address: 12 Mill Lane",
    "We failed test after test, and the printer status is anybody's guess",
    "Die Adresse lautet 10.20.0.5, das Standardgateway 10.20.0.1 antwortet nicht.",
    "Carte Ethernet Ethernet :\n   Adresse IPv4. . . . . .: 192.168.40.23\n   Passerelle par d\u00e9faut. . . : 192.168.40.1",
    "Stopped working this morning, running fine before",
    "Ping wird ausgef\u00fchrt f\u00fcr 10.20.4.1 mit 32 Bytes Daten:\nZeit\u00fcberschreitung der Anforderung.",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_and_other_languages_are_nobodys_output(text: str) -> None:
    assert recognise(text) == ()
    assert observations(text, "ipconfig /all") == ()


@given(st.text(max_size=400), st.sampled_from(sorted(PARSERS)))
def test_no_text_breaks_a_parser_and_spans_stay_inside(text: str, command: str) -> None:
    for entry in parse_output(command, text):
        assert 0 <= entry.start <= entry.at <= entry.until <= entry.end <= len(text)


@given(st.sampled_from(cases()), st.text(max_size=60), st.integers(0, 900), st.integers(0, 900))
def test_damaged_and_cut_output_breaks_nothing(case: dict[str, str], noise: str, at: int, cut: int) -> None:
    text = case["text"]
    for damaged in (text[:at] + noise + text[at:], text[:cut], text[cut:], text[:at] + text[cut:]):
        for claim in recognise(damaged, case.get("asked")):
            for entry in claim.fields:
                assert 0 <= entry.start <= entry.at <= entry.until <= entry.end <= len(damaged)
        for said in observations(damaged, case.get("asked")):
            assert damaged[said.start : said.end] == said.quote


HOSTILE: dict[str, Callable[[int], str]] = {
    "dots": lambda size: "Default Gateway " + ". " * (size // 2),
    "many labels on a line": lambda size: "DNS Servers : " * (size // 14),
    "many pascal labels": lambda size: "TcpTestSucceeded : True " * (size // 24),
    "blanks": lambda size: " " * size + "x",
    "blanks between words": lambda size: ("a" + " " * 90) * (size // 91),
    "dashes": lambda size: "Name\n" + "- " * (size // 2),
    "dash columns": lambda size: "Name\n" + "-- " * 2000 + "\n" + "x y z \n" * (size // 7),
    "digits": lambda size: "1" * size,
    "numbers": lambda size: "1 2 3 4 " * (size // 8),
    "addresses": lambda size: "0.0.0.0 " * (size // 8),
    "colons": lambda size: "a:" * (size // 2),
    "colon lines": lambda size: "a : b\n" * (size // 6),
    "prompts": lambda size: "PS C:\\> ping x\nReply\n" * (size // 21),
    "almost prompts": lambda size: "C:\\" + "a" * size,
    "reply marks": lambda size: "> " * (size // 2),
    "hops": lambda size: " 1 <1 ms <1 ms <1 ms 10.0.0.1\n" * (size // 30),
    "half hops": lambda size: "1 * " * (size // 4),
    "sockets": lambda size: "  TCP    10.0.0.1:1  10.0.0.2:2  ESTABLISHED  4\n" * (size // 48),
    "tests": lambda size: ".............. DC01 failed test X" * (size // 32),
    "events": lambda size: "<Event><System>" * (size // 15),
    "lookups": lambda size: "Name:  a.example Address:  10.0.0.1 " * (size // 36),
    "service words": lambda size: "Running a " * (size // 10),
    "tasks": lambda size: "a b c d e 1 Services 0 1 " * (size // 25),
    "lines": lambda size: "\n" * size,
    "words": lambda size: "word " * (size // 5),
    "one word": lambda size: "x" * size,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_time_is_in_step_with_the_length(name: str) -> None:
    text = HOSTILE[name](200_000)
    begun = time.process_time()
    recognise(text, "ipconfig /all")
    # Well under a second on an idle machine; the bound leaves room for a busy one and still fails on anything quadratic.
    assert time.process_time() - begun < 2.5


@pytest.mark.parametrize(
    "text",
    [
        "'dsregcmd' is not recognized as an internal or external command,\noperable program or batch file.",
        "Get-ADUser : The term 'Get-ADUser' is not recognized as the name of a cmdlet",
        "System error 5 has occurred.\n\nAccess is denied.",
        "Get-ADUser : Cannot find an object with identity: 'x'\nAt line:1 char:1\n+ ~~~~~~~~~~~~\n    + CategoryInfo          : ObjectNotFound: (x:ADUser)",
        "PS C:\\> repadmin /replsummary\nAccess is denied.\nPS C:\\>",
        "bash: nmcli: command not found",
    ],
)
def test_a_failed_command_proves_nothing(text: str) -> None:
    assert command_error(text)
    assert failed_output(text)


@pytest.mark.parametrize("case", cases(), ids=[f"{case['command']}: {case['name']}" for case in cases()])
def test_a_real_output_is_no_failure(case: dict[str, str]) -> None:
    assert not failed_output(case["text"]) or recognise(case["text"])


def test_an_unknown_parser_gives_nothing() -> None:
    assert parse_output("no-such-parser", "Status : Running") == ()


def test_several_commands_in_one_paste_are_each_read() -> None:
    text = (
        "C:\\Users\\kit>ipconfig\nIPv4 Address. . . . : 10.20.4.31\n\nC:\\Users\\kit>sc query spooler\nSERVICE_NAME: spooler\n"
        "        STATE              : 4  RUNNING\nC:\\Users\\kit>ping 10.20.4.1\nPinging 10.20.4.1 with 32 bytes of data:\nRequest timed out.\n"
    )
    assert [claim.parser.name for claim in recognise(text)] == ["ipconfig", "service", "ping"]
    assert [said.text for said in observations(text)] == [
        "The address of the device is 10.20.4.31",
        "The service spooler is running",
        "10.20.4.1 did not answer ping",
    ]
