"""Invented outputs of every known command: the fields read, whatever people and ticket systems did to the text on its way."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from resolutionflow.pilot.grounding import ground
from resolutionflow.pilot.outputs import PARSERS, Field, observations, parse_output, recognise

_FOLDER = Path(__file__).parent / "corpus"
_AS_A_MAILER: dict[str, Any] = {
    "break_long_words": False,
    "break_on_hyphens": False,
    "drop_whitespace": False,
    "expand_tabs": False,
}
_PROMPT = re.compile(r"^(?:PS )?[A-Z]:\\.*>|^[\w-]+#", re.MULTILINE)


@lru_cache(maxsize=1)
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(case for file in sorted(_FOLDER.glob("*.yaml")) for case in yaml.safe_load(file.read_text("utf-8")))


def _reply_marks(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _wrapped(text: str) -> str:
    return "\n".join(piece for line in text.split("\n") for piece in textwrap.wrap(line, 78, **_AS_A_MAILER) or [""])


def _numbered(text: str) -> str:
    return "\n".join(f"{number:>3}: {line}" for number, line in enumerate(text.split("\n"), 1))


SHAPES = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "trailing blanks": lambda text: "\n".join(f"{line}   \t" for line in text.split("\n")),
    "non-breaking blanks": lambda text: text.replace(" ", "\u00a0"),
    "behind a prompt": lambda text: f"PS C:\\Users\\kit> some-command -x\n{text}\nPS C:\\Users\\kit> ",
    "quoted in a mail": _reply_marks,
    "with line numbers": _numbered,
    "in a code fence": lambda text: f"Here is what it says:\n```\n{text}\n```\nRegards, Kit",
    "wrapped at 78 columns": _wrapped,
    "on one line": lambda text: " ".join(text.split()),
    "on one line, blanks kept": lambda text: re.sub(r"[\r\n]+", " ", text),
}


def _cases() -> Iterator[Any]:
    for case in cases():
        for shape in SHAPES:
            one_line = shape.startswith(("on one line", "wrapped"))
            if shape.startswith("wrapped") and not case.get("wrapped", True):
                continue
            if (one_line and not case.get("one_line", True)) or (
                shape == "with line numbers" and _PROMPT.search(case["text"])
            ):
                continue
            yield pytest.param(case, shape, id=f"{case['command']}: {case['name']}, {shape}")


@pytest.mark.parametrize(("case", "shape"), list(_cases()))
def test_an_output_is_read(case: dict[str, Any], shape: str) -> None:
    text = SHAPES[shape](case["text"])
    fields = parse_output(case["command"], text)
    for name, wanted in case["fields"].items():
        values = [field.value for field in fields if field.name == name]
        expected = wanted if isinstance(wanted, list) else [wanted]
        assert values[: max(1, len(expected))] == expected, name
        assert len(values) == len(expected) or not isinstance(wanted, list), name
    _check_spans(case["command"], text, fields)


def _check_spans(command: str, text: str, fields: tuple[Field, ...]) -> None:
    kinds = PARSERS[command].fields
    assert kinds is not None
    for field in fields:
        assert field.name in kinds, "a field that no flow could name"
        assert 0 <= field.start <= field.at <= field.until <= field.end <= len(text)
        assert text[field.start : field.end].strip() == text[field.start : field.end]
        said = text[field.at : field.until].replace("\u00a0", " ")
        kind = kinds[field.name].kind
        assert isinstance(field.value, {"text": str, "number": float, "flag": bool, "value": (str, float)}[kind]), field
        if kind == "text" and field.name not in DERIVED:
            assert "".join(str(field.value).lower().split()) in "".join(said.lower().split()), field


# Read from words that say it otherwise: the state of a lookup, the place that holds most, Windows' own names of states.
DERIVED = frozenset({"status", "largest", "active", "level", "linkspeed", "start_type", "drive"})


@pytest.mark.parametrize("case", cases(), ids=[f"{case['command']}: {case['name']}" for case in cases()])
def test_nobody_else_claims_the_output(case: dict[str, Any]) -> None:
    for shape in SHAPES.values():
        claimed = {claim.parser.name for claim in recognise(shape(case["text"]))}
        assert claimed <= {case["command"]}, claimed
    assert {claim.parser.name for claim in recognise(case["text"])} == {case["command"]}


@pytest.mark.parametrize("case", cases(), ids=[f"{case['command']}: {case['name']}" for case in cases()])
def test_what_is_said_stands_in_the_output(case: dict[str, Any]) -> None:
    for shape in SHAPES.values():
        text = shape(case["text"])
        for said in observations(text, case.get("asked")):
            assert text[said.start : said.end] == said.quote
            assert said.quote.strip()
            assert ground(said.text, [text]).verified, (said.text, ground(said.text, [text]).missing)
    told = [said.text for said in observations(case["text"], case.get("asked"))]
    for wanted in case.get("says", ()):
        assert wanted in told, told


def test_every_parser_has_its_outputs() -> None:
    shown = {case["command"] for case in cases()}
    assert shown == set(PARSERS) - {"list"}
    assert len(shown) >= 28


@pytest.mark.parametrize("case", [case for case in cases() if "asked" in case], ids=lambda case: case["name"])
def test_the_command_asked_for_names_its_parser(case: dict[str, Any]) -> None:
    assert PARSERS[case["command"]].asked.search(case["asked"])
