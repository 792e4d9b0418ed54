"""`python -m resolutionflow.bench NAME [options]`: one measurement, its figures as JSON on the last lines."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from typing import cast

BENCHES = {
    "guide": "how often the Guide finds the right solution, in how many questions, tickets paraphrased. Option: --misses",
    "api": "session view and list through the whole app against the same SQL bare (P1, P4)",
    "fairness": "more clients than connections: p99 over p50, time-outs (P2)",
    "middleware": "what all middleware costs together (P5)",
    "turn": "first delta and finished turn with the Guide, overhead over the engine",
    "filter": "the marker filter, MB/s whole and byte by byte",
    "redaction": "the redactor: recall on made-up secrets, false hits on clean text and the demo tickets, MB/s on a log (R12)",
    "stream": "a model's stream through the product: added time to the first token, 100 streams at once (P8). Option: --rounds N",
    "jobs": "the job queue: jobs that do nothing a second, how soon a single one is begun (P14)",
    "cache": "a replayed session of ten turns: billed over uncached input, broken prefixes (P9)",
    "search": "search and list pages at 1x, 10x and 100x the sessions (P10). Options: --sessions N (the largest) --rounds N",
    "render": "a reply of 5,000 words at 200 tokens/s in a real browser: frames, long tasks (P13). Options: --slowdown N --messages N",
    "tickets": "ticket list, its first paint and the ticket panel over a PSA that answers slowly",
    "psa-search": "random texts in the ticket search of every simulated PSA: no error, no row outside the filter. Options: --texts N --seed N",
    "start": "up to ready: warm and first time, memory when idle (P15)",
    "psa-faults": "writes to every simulated PSA under faults, workers killed at each step: nothing twice, nothing lost. Option: --runs N",
    "psa-storm": "writes to the simulated PSAs, 30 % of answers wrong: none lost, none doubled (R7). Options: --writes N, a vendor by name",
    "psa-drain": "a long queue of writes, three workers: limits kept, a person goes first. Options: --writes N, a vendor by name",
    "psa-previews": "random plans on the simulated PSAs: shown is sent, field by field. Options: --plans N, a vendor by name",
    "psa-hooks": "forged calls of the simulated PSAs: none believed (R8). Options: --calls N, a vendor by name",
    "chaos": "kill -9 of every part under load; nothing acknowledged lost, nothing doubled (R3). Options: --rounds N --seed N",
}


def main() -> int:
    """Run the named bench."""
    if len(sys.argv) < 2 or sys.argv[1] not in BENCHES:
        print("Usage: ./rf bench NAME\n")
        for name, text in BENCHES.items():
            print(f"  {name:<11} {text}")
        return 0 if len(sys.argv) < 2 else 2
    name, options = sys.argv[1], _options(sys.argv[2:])
    run = importlib.import_module(f"resolutionflow.bench.{name.replace('-', '_')}").run
    known = inspect.signature(run).parameters
    unknown = sorted(set(options) - set(known))
    if unknown:
        print(f"{name} has no option --{unknown[0]}", file=sys.stderr)
        return 2
    figures = cast("dict[str, object]", run(**options))
    print(json.dumps({"bench": name, **figures}, indent=2, default=str))
    return 1 if figures.get("failed") else 0


def _options(words: list[str]) -> dict[str, int]:
    """`--rounds 20 --misses` as numbers; an option without one is 1."""
    found: dict[str, int] = {}
    for word, following in zip(words, [*words, "--"][1:], strict=True):
        if word.startswith("--"):
            found[word.removeprefix("--").replace("-", "_")] = 1 if following.startswith("--") else int(following)
    return found


if __name__ == "__main__":
    sys.exit(main())
