"""The simulator shares nothing with the product's client, and its filters know every field it shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import resolutionflow.demo.autotask as autotask_package
import resolutionflow.demo.connectwise as simulator_package
import resolutionflow.demo.halopsa as halopsa_package
import resolutionflow.demo.simkit as kit_package
import resolutionflow.demo.world as world_package
from tests.demo.client import SimClient
from tests.demo.test_lists import LISTS

FILES = [
    file
    for package in (simulator_package, halopsa_package, autotask_package, kit_package, world_package)
    for file in Path(package.__path__[0]).glob("*.py")
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_nothing_of_the_product_is_imported(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        own = [name for name in names if name.startswith("resolutionflow")]
        allowed = tuple(f"resolutionflow.demo.{part}" for part in ("world", "simkit", file.parent.name))
        assert all(name.startswith(allowed) for name in own), own


def paths_of(value: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from paths_of(inner, f"{prefix}{key}/")
        elif not isinstance(inner, list):
            yield prefix + key


@pytest.mark.parametrize("path", LISTS)
def test_every_field_shown_can_be_asked_about(sim: SimClient, path: str) -> None:
    rows = sim.get(path, pageSize=1000).json()
    shown = sorted({name for row in rows for name in paths_of(row)})
    for name in shown:
        answer = sim.get(path, conditions=f"{name} != null", pageSize=1)
        assert answer.status_code == 200, (name, answer.text)
        assert answer.json(), name
    assert sim.get(path, fields=",".join(shown), pageSize=1000).json()
