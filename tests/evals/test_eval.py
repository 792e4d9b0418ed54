"""`./rf eval`: every scenario against the Guide, one against a model over HTTP."""

from __future__ import annotations

import json

import pytest

from resolutionflow.demo.models import ModelServer, Reply
from resolutionflow.evals.__main__ import main

ASKS = (
    "The queue will tell. "
    '[ACTIONS][{"label": "Look at the queue", "description": "Jobs that do not move", "command": "Get-PrintJob -PrinterName Desk",'
    ' "shell": "powershell"}][/ACTIONS]'
)
FIXES = (
    "Server XQ-GHOST-99 holds seven jobs. "
    '[SUGGEST_FIX]{"title": "Clear the print queue", "description": "Remove the stuck jobs.", "confidence": 85}[/SUGGEST_FIX]'
)


@pytest.fixture(autouse=True)
def no_model_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROVIDER", "API_KEY", "BASE_URL", "MODEL_STANDARD", "MODEL_FAST", "PRICES"):
        monkeypatch.delenv(f"RF_LLM_{name}", raising=False)


def test_without_a_model_it_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--engine", "llm"]) == 2
    assert "RF_LLM_API_KEY" in capsys.readouterr().err


def test_an_unknown_scenario_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no such case"]) == 2
    assert "printer, stuck jobs" in capsys.readouterr().err


def test_the_guide_passes_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--json"])
    found = json.loads(capsys.readouterr().out)
    assert [one for one in found["results"] if not one["passed"]] == []
    assert status == 0
    assert found["scenarios"] >= 12
    assert found["unsupported sentences"] == 0
    assert found["wrong fix first"] == 0


def test_a_model_is_asked_over_http_and_judged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ModelServer() as server:
        server.script.queue(Reply(text=ASKS), Reply(text=FIXES))
        monkeypatch.setenv("RF_LLM_API_KEY", server.script.key)
        monkeypatch.setenv("RF_LLM_PRICES", '{"large-1": {"input": 3, "output": 15}}')
        address = server.base_url("openai_compatible")
        options = ["--engine", "llm", "--provider", "openai_compatible", "--model", "large-1", "--base-url", address]
        status = main([*options, "--only", "printer, stuck jobs", "--json"])
        sent = [request.text for request in server.requests]
    found = json.loads(capsys.readouterr().out)
    assert status == 0
    (result,) = found["results"]
    assert result["reached"]
    assert result["questions"] == 1
    assert any("XQ-GHOST-99" in sentence for sentence in result["unsupported"])
    assert "JobCount" in sent[1]
    assert found["calls"] == 2
    assert float(found["cost USD"]) > 0


def test_a_refused_key_ends_it_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ModelServer() as server:
        monkeypatch.setenv("RF_LLM_API_KEY", "wrong-key-0001")
        address = server.base_url("anthropic")
        options = ["--engine", "llm", "--provider", "anthropic", "--model", "large-1", "--base-url", address]
        assert main([*options, "--only", "printer, stuck jobs"]) == 2
    told = capsys.readouterr().err
    assert "key" in told
    assert "wrong-key-0001" not in told
