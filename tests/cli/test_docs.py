"""The commands in README.md and docs/ exist, with the options they are shown with; links lead somewhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer

from resolutionflow.bench.__main__ import BENCHES
from resolutionflow.cli import app
from resolutionflow.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]


def _commands(program: str) -> list[tuple[str, list[str]]]:
    """Every use of `program` in the pages: page name and the words after it, without a comment."""
    found: list[tuple[str, list[str]]] = []
    for page in _PAGES:
        for text in re.findall(rf"(?:^|`|\"){re.escape(program)} ([^`\"\n]*)", page.read_text(), re.MULTILINE):
            found.append((page.name, text.split("#")[0].split()))
    return found


def test_the_verbs_of_rf_exist() -> None:
    shown = subprocess.run(["/bin/sh", str(_ROOT / "rf"), "help"], capture_output=True, text=True, check=True).stdout
    verbs = set(re.findall(r"^  ([a-z-]+)", shown, re.MULTILINE))
    used = _commands("./rf")
    assert used
    assert not [(page, words) for page, words in used if words[0] not in verbs]
    assert not [words for _, words in used if words[0] == "bench" and words[1:] and words[1] not in BENCHES]


def test_an_unknown_verb_is_refused_with_the_list() -> None:
    tried = subprocess.run(["/bin/sh", str(_ROOT / "rf"), "fly"], capture_output=True, text=True, check=False)
    assert tried.returncode == 1
    assert "unknown verb: fly" in tried.stderr
    assert "./rf VERB" in tried.stderr


def test_the_commands_and_options_of_resolutionflow_exist() -> None:
    command = typer.main.get_command(app)
    used = _commands("resolutionflow")
    assert used
    for page, words in used:
        known = command.commands.get(words[0])  # type: ignore[attr-defined]
        assert known is not None, f"{page}: resolutionflow {words[0]}"
        options = {option for parameter in known.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert not [word for word in words[1:] if word.startswith("--") and word not in options], f"{page}: {words}"


def test_the_settings_named_in_the_pages_exist() -> None:
    known = {f"RF_{name.upper()}" for name in Settings.model_fields} | {"RF_DEMO_SIMULATOR_URL"}
    named = {name for page in _PAGES for name in re.findall(r"RF_[A-Z_]+[A-Z]", page.read_text())}
    assert named <= known


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists() or target.endswith("benchmarks.md"), target
