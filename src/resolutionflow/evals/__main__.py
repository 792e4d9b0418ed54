"""`./rf eval`: the scenarios against the Guide or a language model. See docs/evals.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from resolutionflow.accounts.ai.service import platform_config
from resolutionflow.evals.models import CostSink, model_engine
from resolutionflow.evals.play import Library, Played, play
from resolutionflow.evals.scenario import Scenario, ScenarioError, load_scenarios
from resolutionflow.llm.contract import LlmConfig
from resolutionflow.llm.lines import Lines
from resolutionflow.pilot.contract import EngineFailed, EngineUnavailable
from resolutionflow.pilot.engines.guide import GuideEngine
from resolutionflow.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and print. 0 when all scenarios passed, 1 when some did not, 2 when it could not be done."""
    options = _parser().parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        scenarios = _chosen(load_scenarios(options.folder), options.only)
        settings = _settings(options)
        config = _config(settings) if options.engine == "llm" else None
        played, sink = asyncio.run(_run(scenarios, settings, config))
    except (ScenarioError, ValueError, EngineUnavailable, EngineFailed) as problem:
        sys.stderr.write(f"eval: {problem}\n")
        return 2
    summary = _summary(played, sink, config)
    sys.stdout.write(json.dumps(summary, indent=2) + "\n" if options.json else _table(played, summary))
    return 0 if all(one.passed for one in played) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./rf eval", description="Play the scenarios against an engine.")
    parser.add_argument("--engine", choices=("guide", "llm"), default="guide")
    parser.add_argument("--provider", choices=("anthropic", "google", "openai_compatible"), help="or RF_LLM_PROVIDER")
    parser.add_argument("--model", help="or RF_LLM_MODEL_STANDARD")
    parser.add_argument("--base-url", help="or RF_LLM_BASE_URL; the key is read from RF_LLM_API_KEY alone")
    parser.add_argument("--only", default="", help="play only scenarios with these words in their name")
    parser.add_argument("--folder", type=Path, help="scenario files of your own")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    named = {
        "llm_provider": options.provider,
        "llm_model_standard": options.model,
        "llm_base_url": options.base_url,
    }
    return Settings().model_copy(update={key: value for key, value in named.items() if value})


def _config(settings: Settings) -> LlmConfig:
    config = platform_config(settings, None)
    if config is None:
        msg = (
            "no model is named. Give --provider and --model (and --base-url for an OpenAI-compatible server), "
            "and put the key into RF_LLM_API_KEY. Nothing was sent."
        )
        raise ValueError(msg)
    return config


def _chosen(scenarios: tuple[Scenario, ...], words: str) -> tuple[Scenario, ...]:
    found = tuple(scenario for scenario in scenarios if words.casefold() in scenario.name.casefold())
    if not found:
        msg = f"no scenario has {words!r} in its name; there are: {'; '.join(one.name for one in scenarios)}"
        raise ScenarioError(msg)
    return found


async def _run(
    scenarios: tuple[Scenario, ...], settings: Settings, config: LlmConfig | None
) -> tuple[list[Played], CostSink]:
    sink, library, lines = CostSink(), Library(), Lines()
    try:
        played = [
            await play(
                scenario, GuideEngine() if config is None else model_engine(settings, lines, config, sink), library
            )
            for scenario in scenarios
        ]
    finally:
        await lines.aclose()
    return played, sink


def _summary(played: list[Played], sink: CostSink, config: LlmConfig | None) -> dict[str, object]:
    asked = [one.asked for one in played if one.reached and one.scenario.reaches is not None]
    return {
        "engine": "guide" if config is None else f"{config.provider} {config.model_standard}",
        "scenarios": len(played),
        "passed": sum(one.passed for one in played),
        "reached": sum(one.reached for one in played),
        "wrong fix first": sum(one.wrong_first for one in played),
        "questions median": statistics.median(asked) if asked else None,
        "unsupported sentences": sum(len(one.unsupported) for one in played),
        "markers dropped": sum(one.dropped for one in played),
        **sink.figures(),
        "results": [
            {
                "name": one.scenario.name,
                "passed": one.passed,
                "reached": one.reached,
                "wrong fix first": one.wrong_first,
                "questions": one.asked,
                "turns": one.turns,
                "fixes": list(one.fixes),
                "unsupported": list(one.unsupported),
                "missing": list(one.missing),
                "forbidden": list(one.forbidden),
            }
            for one in played
        ],
    }


def _table(played: list[Played], summary: dict[str, object]) -> str:
    lines = [f"{'scenario':<42} {'result':<12} questions  unsupported"]
    for one in played:
        result = "passed" if one.passed else "not reached" if not one.reached else "failed"
        lines.append(f"{one.scenario.name[:42]:<42} {result:<12} {one.asked:>9}  {len(one.unsupported):>11}")
        lines += [f"    wrong first: {', '.join(one.fixes)}"] if one.wrong_first else []
        lines += [f"    missing: {pattern}" for pattern in one.missing]
        lines += [f"    must not appear: {pattern}" for pattern in one.forbidden]
        lines += [f"    unsupported: {sentence}" for sentence in one.unsupported]
    lines += ["", *(f"{name}: {value}" for name, value in summary.items() if name != "results"), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
