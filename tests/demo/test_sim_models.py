"""`sim models`: what it prints can be entered, and answers as a provider does."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys

import httpx2
import pytest

from resolutionflow.demo.models.command import run
from resolutionflow.pilot.markers import Actions, MarkerBlock, MarkerFilter, Questions, SuggestFix, parse_block


def asked(shown: dict[str, str], *before: dict[str, str]) -> list[type]:
    """The kinds of blocks in the answer."""
    body = {
        "model": shown["model_standard"],
        "stream": True,
        "messages": [*before, {"role": "user", "content": "It fails"}],
    }
    answer = httpx2.post(
        f"{shown['openai_compatible_base_url']}/chat/completions",
        json=body,
        headers={"authorization": f"Bearer {shown['key']}"},
        timeout=20,
    )
    assert answer.status_code == 200
    events = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    choices = [choice for event in events for choice in json.loads(event)["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    reader = MarkerFilter()
    found = [*reader.feed(text), *reader.close()]
    return [type(parse_block(item)) for item in found if isinstance(item, MarkerBlock)]


def test_what_is_printed_can_be_used_until_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "resolutionflow", "sim", "models", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = json.loads(process.stdout.readline())
        assert asked(shown) == [Questions]
        said = {"role": "assistant", "content": "This is the simulated model of this machine: two questions"}
        assert asked(shown, said) == [Actions, SuggestFix]
        refused = httpx2.post(f"{shown['anthropic_base_url']}/v1/messages", json={}, headers={"x-api-key": "another"})
        assert refused.status_code == 401
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=15) == 0


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run(taken.getsockname()[1], json_out=False) == 2
    assert "--port" in capsys.readouterr().err
