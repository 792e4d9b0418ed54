"""How well and how fast secrets are masked: recall, false hits, and the cost of a log at 1x, 10x and 100x."""

from __future__ import annotations

import time
from importlib import resources
from pathlib import Path
from typing import Final, TypedDict

import yaml

from resolutionflow.bench.secrets_corpus import clean, leaks, log_lines, secrets, texts_of
from resolutionflow.pilot.redaction import Redactor, find_secrets

_SEED: Final = 20261121
_ROUNDS: Final = 5
_LINES: Final = 300
_RECALL: Final = 0.99
_FALSE: Final = 0.01


class RedactionFigures(TypedDict):
    """Shares between 0 and 1; speeds in MB per second of processor time, so that other work beside it counts less."""

    secrets: int
    recall: float
    clean_texts: int
    false_share: float
    demo_texts: int
    demo_changed_share: float
    log_1x_mb_s: float
    log_10x_mb_s: float
    log_100x_mb_s: float
    growth_1x_to_100x: float
    failed: bool


def run() -> RedactionFigures:
    """Measure, print one line a figure, and return the figures."""
    redactor = Redactor(b"key of one measurement")
    cases = list(secrets(_SEED, 40))
    missed = sum(leaks(case, redactor.redact(case.text).text) for case in cases)
    plain = list(clean(_SEED, 40))
    hits = sum(bool(find_secrets(text)) for text in plain)
    demo = _demo_texts()
    changed = sum(bool(find_secrets(text)) for text in demo)
    recall, false_share = 1 - missed / len(cases), hits / len(plain)
    speeds = [_speed(_LINES * factor) for factor in (1, 10, 100)]
    figures = RedactionFigures(
        secrets=len(cases),
        recall=round(recall, 4),
        clean_texts=len(plain),
        false_share=round(false_share, 4),
        demo_texts=len(demo),
        demo_changed_share=round(changed / len(demo), 4),
        log_1x_mb_s=speeds[0],
        log_10x_mb_s=speeds[1],
        log_100x_mb_s=speeds[2],
        growth_1x_to_100x=round(speeds[0] / speeds[2], 2),
        failed=recall < _RECALL or false_share >= _FALSE or changed / len(demo) >= _FALSE,
    )
    for name, value in figures.items():
        print(f"{name:22} {value:>10}")
    return figures


def _demo_texts() -> list[str]:
    """Tickets and contacts of the demo world; a few hand over a password on purpose."""
    folder = Path(str(resources.files("resolutionflow"))) / "demo" / "world" / "data"
    return [
        text for file in sorted(folder.rglob("*.yaml")) for text in texts_of(yaml.safe_load(file.read_text("utf-8")))
    ]


def _speed(lines: int) -> float:
    log = "\n".join(log_lines(_SEED, lines))
    best = min(_seconds(log) for _ in range(_ROUNDS))
    return round(len(log) / 1e6 / best, 1)


def _seconds(log: str) -> float:
    repeat = max(1, 200_000 // len(log))
    started = time.process_time()
    for _ in range(repeat):
        find_secrets(log)
    return (time.process_time() - started) / repeat
