"""The lock files install anywhere: no registry address in them, hashes for every Python package, every platform's web packages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "tools/bootstrap.lock"])
def test_python_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = (_ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    pinned = re.findall(r"^[a-z0-9][^\s=]*==\S+.*(?:\n    --hash=\S+.*)*", text, re.MULTILINE | re.IGNORECASE)
    assert pinned
    assert not [one.split("\n")[0] for one in pinned if "--hash=" not in one]


def test_the_web_lock_names_no_registry() -> None:
    assert "resolved" not in (_ROOT / "web/package-lock.json").read_text()


def test_the_web_lock_is_whole_for_every_platform() -> None:
    """`npm ci` refuses a lock that lacks an optional package: `.venv/bin/python tools/complete_lock.py` adds them."""
    packages = json.loads((_ROOT / "web/package-lock.json").read_text())["packages"]
    wanted = {
        name
        for entry in packages.values()
        for name, version in entry.get("optionalDependencies", {}).items()
        if re.fullmatch(r"\d+\.\d+\.\d+\S*", version)
    }
    assert not {name for name in wanted if not any(where.endswith(f"node_modules/{name}") for where in packages)}
