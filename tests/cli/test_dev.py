"""`./rf dev`: what it decides before it starts anything."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", Path(__file__).parents[2] / "tools" / "dev.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_port_stays_the_same_over_restarts(dev: ModuleType) -> None:
    assert dev.with_port([]) == ["--port", "8080"]
    assert dev.with_port(["--port", "9000", "--no-demo"]) == ["--port", "9000", "--no-demo"]
    chosen = dev.with_port(["--no-demo", "--port", "0", "--host", "127.0.0.1"])
    assert (chosen[:2], chosen[3:]) == (["--no-demo", "--port"], ["--host", "127.0.0.1"])
    assert int(chosen[2]) > 0


def test_a_change_of_what_the_server_reads_is_seen(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "SOURCE", tmp_path)
    (tmp_path / "static").mkdir()
    read = tmp_path / "flow.yaml"
    read.write_text("one")
    before = dev.state()
    (tmp_path / "static" / "built.py").write_text("of the web app")
    (tmp_path / "notes.txt").write_text("read by nobody")
    assert dev.state() == before
    read.unlink()
    assert dev.state() != before
