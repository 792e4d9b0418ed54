"""Every check of `./rf test`, run with sensible parallelism on two cores, and one summary at the end.

Standard library only. Each step writes its output below .rf/checks; the output of a failed one is shown.
`--only lint|types|gen` runs a part, `--step NAME` (repeatable) single steps, `--list` names them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
REPORTS = ROOT / ".rf" / "checks"
PYTHON = sys.executable
BIN = Path(PYTHON).parent
STEP_TIMEOUT = 1800
SHOWN_LINES = 80


@dataclass(frozen=True)
class Counts:
    """Tests of a step."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Step:
    """One check. `count` reads its report; without one the step counts as a single test."""

    name: str
    part: str
    command: Sequence[str]
    cwd: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)
    count: Callable[[], Counts] | None = None


@dataclass(frozen=True)
class Outcome:
    """How a step went."""

    step: Step
    ok: bool
    seconds: float
    counts: Counts
    log: Path


def junit(path: Path) -> Counts:
    """Counts of a pytest report."""
    suites = ET.parse(path).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Counts(total - failed - skipped, failed, skipped)


def vitest(path: Path) -> Counts:
    """Counts of a vitest report."""
    report = json.loads(path.read_text(encoding="utf-8"))
    broken_files = sum(
        1 for suite in report["testResults"] if suite["status"] == "failed" and not suite["assertionResults"]
    )
    return Counts(report["numPassedTests"], report["numFailedTests"] + broken_files, report["numPendingTests"])


def playwright(path: Path) -> Counts:
    """Counts of a Playwright report. A test that passed only when repeated counts as passed; the log names it as flaky."""
    stats = json.loads(path.read_text(encoding="utf-8"))["stats"]
    return Counts(stats["expected"] + stats["flaky"], stats["unexpected"], stats["skipped"])


def npm(*arguments: str) -> list[str]:
    """`npm run --silent ...` in web/."""
    return ["npm", "run", "--silent", *arguments]


def static_steps() -> tuple[list[Step], list[Step]]:
    """Steps of one core each: one lane for Python, one for the web app."""
    python = [
        Step("format", "lint", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("lint", "lint", [str(BIN / "ruff"), "check", "."]),
        Step(
            "types",
            "types",
            ["node", "web/node_modules/pyright/index.js", "--project", str(ROOT), "--pythonpath", PYTHON],
        ),
        Step("openapi", "api", [PYTHON, "-m", "resolutionflow", "openapi", "--check", "openapi.json"]),
    ]
    report = REPORTS / "vitest.json"
    web = [
        Step("web lint", "lint", npm("lint"), WEB),
        Step("web types", "types", npm("types"), WEB),
        Step("web API types", "api", npm("gen", "--", "--check"), WEB),
        Step(
            "web unit",
            "unit",
            npm("test", "--", "--reporter=default", "--reporter=json", f"--outputFile.json={report}"),
            WEB,
            count=lambda: vitest(report),
        ),
        Step("web budget", "budget", npm("budget"), WEB),
    ]
    return python, web


def whole_machine_steps() -> list[Step]:
    """Steps that use both cores, one after the other."""
    tests, journeys = REPORTS / "pytest.xml", REPORTS / "playwright.json"
    return [
        Step(
            "tests",
            "tests",
            [PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", f"--junitxml={tests}", "tests"],
            count=lambda: junit(tests),
        ),
        Step(
            "browser",
            "browser",
            npm("e2e", "--", "--reporter=line,json"),
            WEB,
            environment={"PLAYWRIGHT_JSON_OUTPUT_NAME": str(journeys), "PLAYWRIGHT_JSON_OUTPUT_FILE": str(journeys)},
            count=lambda: playwright(journeys),
        ),
    ]


def generate_steps() -> list[Step]:
    """What `./rf gen` writes anew."""
    return [
        Step("openapi.json", "gen", [PYTHON, "-m", "resolutionflow", "openapi", "--output", "openapi.json"]),
        Step("web types of the API", "gen", npm("gen"), WEB),
    ]


def run(step: Step) -> Outcome:
    """Run one step to its end; a step that hangs is ended and has failed."""
    log = REPORTS / f"{step.name.replace(' ', '-')}.log"
    began = time.monotonic()
    with log.open("wb") as out:
        try:
            code = subprocess.run(
                step.command,
                cwd=step.cwd,
                env={**os.environ, "CI": "1", "NO_COLOR": "1", **step.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=STEP_TIMEOUT,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\nended after {STEP_TIMEOUT} seconds without a result\n".encode())
            code = 124
        except OSError as missing:
            out.write(f"\n{missing}\n".encode())
            code = 127
    counts = Counts(1 if code == 0 else 0, 0 if code == 0 else 1)
    if step.count is not None:
        try:
            counts = step.count()
        except (OSError, KeyError, ValueError, ET.ParseError):
            # No report: whatever ran, it did not get to its end.
            counts = Counts(0, 1)
        if code != 0 and counts.failed == 0:
            counts = Counts(counts.passed, 1, counts.skipped)
    outcome = Outcome(step, code == 0 and counts.failed == 0, time.monotonic() - began, counts, log)
    print(f"  {'ok    ' if outcome.ok else 'FAILED'} {step.name} ({outcome.seconds:.1f} s)", flush=True)
    return outcome


def run_lane(steps: Sequence[Step]) -> list[Outcome]:
    """One after the other."""
    return [run(step) for step in steps]


def show_failure(outcome: Outcome) -> None:
    """The end of a failed step's output."""
    lines = outcome.log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
    print(f"\n--- {outcome.step.name}: {' '.join(map(str, outcome.step.command))}")
    if len(lines) > SHOWN_LINES:
        print(f"    (the last {SHOWN_LINES} of {len(lines)} lines; all of them: {outcome.log.relative_to(ROOT)})")
    print("\n".join(lines[-SHOWN_LINES:]))


def summary(outcomes: Sequence[Outcome], seconds: float) -> bool:
    """Print the table and the last line. True when nothing failed."""
    width = max(len(outcome.step.name) for outcome in outcomes)
    print(f"\n{'check':<{width}}  result  passed  failed  skipped  seconds")
    for outcome in outcomes:
        counts = outcome.counts
        print(
            f"{outcome.step.name:<{width}}  {'ok' if outcome.ok else 'FAILED':<6}  {counts.passed:>6}  {counts.failed:>6}"
            f"  {counts.skipped:>7}  {outcome.seconds:>7.1f}"
        )
    passed = sum(outcome.counts.passed for outcome in outcomes)
    failed = sum(outcome.counts.failed for outcome in outcomes)
    print(f"\nin {seconds / 60:.1f} minutes")
    print(f"{passed} passed, {failed} failed")
    return all(outcome.ok for outcome in outcomes)


def main() -> int:
    """Choose steps, run them, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", choices=["lint", "types", "gen"])
    parser.add_argument("--step", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    wanted = parser.parse_args()

    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.iterdir():
        old.unlink()
    python, web = static_steps()
    whole = whole_machine_steps()
    if wanted.list:
        print("\n".join(step.name for step in (*python, *web, *whole)))
        return 0
    if wanted.only == "gen":
        lanes, whole = [generate_steps()], []
    else:

        def chosen(steps: list[Step]) -> list[Step]:
            by_part = [step for step in steps if wanted.only in (None, step.part)]
            return [step for step in by_part if not wanted.step or step.name in wanted.step]

        lanes, whole = [chosen(python), chosen(web)], chosen(whole)
    if not any(lanes) and not whole:
        parser.error("no such step; --list names them")

    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = [outcome for lane in pool.map(run_lane, lanes) for outcome in lane]
    outcomes += run_lane(whole)
    for outcome in outcomes:
        if not outcome.ok:
            show_failure(outcome)
    return 0 if summary(outcomes, time.monotonic() - began) else 1


if __name__ == "__main__":
    sys.exit(main())
