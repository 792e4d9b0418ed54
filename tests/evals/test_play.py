"""A case is judged by what the engine said: fixes reached, wrong ones first, names nobody found, what must not appear."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from resolutionflow.bench import guide as bench
from resolutionflow.evals.paraphrase import REGISTERS, paraphrases
from resolutionflow.evals.play import Library, play
from resolutionflow.evals.scenario import Scenario, ScenarioError, flow_sessions, load_scenarios
from resolutionflow.pilot.contract import EngineModel, EngineName, SuggestedFlow, TurnContext
from resolutionflow.pilot.engines.guide import GuideEngine


@dataclass
class Parrot:
    """An engine that says what it was told to, and keeps what it was given."""

    replies: list[str]
    given: list[TurnContext] = field(default_factory=list[TurnContext])
    name: EngineName = "llm"
    model: EngineModel | None = None

    def usage(self) -> dict[str, int]:
        return {}

    def suggested_flows(self, context: TurnContext) -> tuple[SuggestedFlow, ...]:
        del context
        return ()

    async def run(self, context: TurnContext) -> AsyncIterator[str]:
        self.given.append(context)
        yield self.replies[min(len(self.given), len(self.replies)) - 1]


def fix(title: str) -> str:
    body = {"title": title, "description": "Do it.", "confidence": 80}
    return f"Try this. [SUGGEST_FIX]{json.dumps(body)}[/SUGGEST_FIX]"


def ask(text: str, *options: str) -> str:
    return f"One thing first. [QUESTIONS]{json.dumps([{'text': text, 'options': options}])}[/QUESTIONS]"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


CASE = Scenario.model_validate(
    {
        "name": "prints nothing",
        "message": "The printer at the desk prints nothing, password=Hunter22!",
        "knows": [{"about": "queue", "press": "stuck", "say": "seven jobs are stuck"}],
        "reaches": "clear the (print )?queue",
        "must_not": ["format c:"],
    }
)


async def test_the_right_fix_after_a_question_is_reached(library: Library) -> None:
    engine = Parrot([ask("What does the queue hold?", "Nothing", "Stuck jobs"), fix("Clear the print queue")])
    played = await play(CASE, engine, library)
    assert played.passed
    assert (played.asked, played.turns, played.wrong_first) == (1, 2, False)
    assert engine.given[1].lane[0].answer == "Stuck jobs"
    assert engine.given[1].lane[0].is_new


async def test_secrets_of_a_case_reach_no_engine(library: Library) -> None:
    engine = Parrot([fix("Clear the queue")])
    await play(CASE, engine, library)
    assert "Hunter22" not in engine.given[0].message


async def test_a_wrong_fix_is_counted_tried_and_left_behind(library: Library) -> None:
    engine = Parrot([fix("Buy a new printer"), fix("Clear the queue")])
    played = await play(CASE, engine, library)
    assert played.reached
    assert played.wrong_first
    assert engine.given[1].fixes[0].status == "applied_failed"


async def test_names_that_nobody_found_and_forbidden_words_are_listed(library: Library) -> None:
    told = f"The server PRN-SRV-77 answered with 4711 errors. Run format c: now. {fix('Clear the queue')}"
    played = await play(CASE, Parrot([told]), library)
    assert played.reached
    assert not played.passed
    assert played.forbidden == ("format c:",)
    assert any("PRN-SRV-77" in sentence for sentence in played.unsupported)


async def test_an_engine_that_only_asks_is_no_endless_case(library: Library) -> None:
    played = await play(CASE, Parrot([ask("Who?"), ask("Where?"), "I have nothing more to ask."]), library)
    assert not played.reached
    assert played.turns <= CASE.most_turns


async def test_where_no_fix_is_right_any_fix_is_wrong(library: Library) -> None:
    vague = CASE.model_copy(update={"reaches": None})
    assert not (await play(vague, Parrot([fix("Clear the queue")]), library)).reached
    assert (await play(vague, Parrot(["I do not know enough."]), library)).reached


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: x", "needs a ticket or a message"),
        ("name: x\nmessage: y\nreaches: '('", "regular expression"),
        ("name: x\nmessage: y\nknows: [{about: z}]", "needs press, say or paste"),
        ("name: [", "expected the node content"),
    ],
)
def test_a_broken_scenario_is_refused_with_its_file(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "broken.yaml").write_text(text)
    with pytest.raises(ScenarioError, match=rf"broken\.yaml[\s\S]*{reason}"):
        load_scenarios(tmp_path)


def test_paraphrases_are_the_same_every_time_and_keep_codes() -> None:
    case = CASE.model_copy(
        update={"message": "The laptop NORV-PC-022 shows error 0x80070035, nobody else has trouble."}
    )
    told = dict(paraphrases(case))
    assert told == dict(paraphrases(case))
    assert len(told) >= 8
    assert set(told) <= set(REGISTERS)
    for other in told.values():
        assert "norv-pc-022" in other.message.lower()
        assert "0x80070035" in other.message


async def test_the_bench_counts_the_guide_over_a_flow(library: Library) -> None:
    cases = [case for case in flow_sessions(bench.SESSIONS) if case.flow == "printer-spooler"]
    played = [(bench.AS_WRITTEN, await play(case, GuideEngine(), library)) for case in cases]
    found = bench.figures(played)
    assert found["reached %"] == 100.0
    assert found["wrong fix first %"] == 0.0
    assert found["unsupported sentences"] == 0
    assert found["tickets"] == len(cases)
