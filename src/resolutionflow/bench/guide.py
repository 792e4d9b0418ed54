"""How often the Guide reaches the right solution, over the scripted sessions of all starter flows and paraphrases of their tickets."""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections import Counter
from pathlib import Path

from resolutionflow.evals.paraphrase import paraphrases
from resolutionflow.evals.play import Library, Played, play
from resolutionflow.evals.scenario import Scenario, flow_sessions
from resolutionflow.pilot.engines.guide import GuideEngine

SESSIONS = Path(__file__).parents[3] / "tests/pilot/guide/sessions"
AS_WRITTEN = "as written"
TARGET_REACHED, TARGET_MEDIAN, TARGET_WRONG = 95.0, 4, 1.0


def run(misses: int = 0) -> dict[str, object]:
    """Play everything once; the same figures every time. `misses` = 1 prints each miss with what was suggested."""
    if not SESSIONS.is_dir():
        msg = f"{SESSIONS} is missing: this bench runs from a checkout, with the sessions its tests use"
        raise RuntimeError(msg)
    told = [
        (register, case)
        for scenario in flow_sessions(SESSIONS)
        for register, case in ((AS_WRITTEN, scenario), *paraphrases(scenario))
    ]
    played = asyncio.run(_play(told))
    if misses:
        _print_misses(played)
    return figures(played)


async def _play(told: list[tuple[str, Scenario]]) -> list[tuple[str, Played]]:
    engine, library = GuideEngine(), Library()
    return [(register, await play(case, engine, library)) for register, case in told]


def figures(played: list[tuple[str, Played]]) -> dict[str, object]:
    """The shares in per cent, the counts of questions of cases that were reached, and where the misses are."""
    everything = [one for _, one in played]
    written = [one for register, one in played if register == AS_WRITTEN]
    missed = [(register, one) for register, one in played if not one.reached]
    asked = sorted(one.asked for one in everything if one.reached)
    reached, wrong = _share(everything, "reached"), _share(everything, "wrong_first")
    median = statistics.median(asked) if asked else None
    return {
        "flows": len({one.scenario.flow for one in written}),
        "tickets": len(written),
        "paraphrases": len(everything) - len(written),
        "reached %": reached,
        "reached % as written": _share(written, "reached"),
        "wrong fix first %": wrong,
        "questions median": median,
        "questions p90": asked[int(0.9 * (len(asked) - 1))] if asked else None,
        "unsupported sentences": sum(len(one.unsupported) for one in everything),
        "misses by flow": dict(Counter(one.scenario.flow for _, one in missed).most_common()),
        "misses by register": dict(Counter(register for register, _ in missed).most_common()),
        "targets met": reached >= TARGET_REACHED
        and wrong < TARGET_WRONG
        and median is not None
        and median <= TARGET_MEDIAN,
    }


def _share(played: list[Played], what: str) -> float:
    return round(100 * sum(bool(getattr(one, what)) for one in played) / len(played), 1) if played else 0.0


def _print_misses(played: list[tuple[str, Played]]) -> None:
    bad = [(register, one) for register, one in played if not one.reached or one.wrong_first]
    for register, one in sorted(bad, key=lambda entry: (entry[1].scenario.name, entry[0])):
        case = one.scenario
        words = case.message or (f"{case.ticket.summary} / {case.ticket.description}" if case.ticket else "")
        said = f"suggested {', '.join(one.fixes)}" if one.fixes else "suggested nothing"
        state = "wrong first" if one.reached else "missed"
        sys.stdout.write(
            f"  {case.name} [{register}] {state} after {one.asked}, {said}\n    {' '.join(words.split())[:200]}\n"
        )
