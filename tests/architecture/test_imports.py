"""Imports run one way: kit, db <- auth, jobs, realtime, llm, storage <- domains <- app, cli. Files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "resolutionflow"
LEVELS = {
    "errors": 0, "kit": 0, "settings": 0, "db": 0,
    "realtime": 1, "storage": 1, "services": 1, "auth": 1, "jobs": 1, "llm": 1, "accounts": 1, "audit": 1,
    "flows": 2, "pilot": 2, "psa": 2, "scripts": 2, "sessions": 2, "demo": 3,
    "registry": 4, "http": 4, "static_app": 4, "app": 5, "up": 6, "evals": 6, "cli": 7, "bench": 7, "__main__": 8, "__init__": 0,
}  # fmt: skip
# Each with its reason; the list only shrinks.
ALLOWED = {
    ("db/migrations/env.py", "registry"): "Alembic needs every table",
    ("jobs/worker.py", "registry"): "the worker loads the handlers it runs",
    ("services.py", "realtime"): "the bundle of a process holds the hub",
    ("accounts/models.py", "auth"): "roles",
    ("flows/service.py", "pilot"): "hands the pilot its knowledge in the pilot's words",
}
MAX_PYTHON, MAX_TSX = 400, 300


def modules() -> Iterator[tuple[str, str]]:
    """(file below src/resolutionflow, imported package of ours), whether the import stands at the top or in a function."""
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [
                    node.module if node.module != "resolutionflow" else f"resolutionflow.{alias.name}"
                    for alias in node.names
                ]
            for name in names:
                if name.startswith("resolutionflow."):
                    yield str(path.relative_to(SRC)), name.split(".")[1]


def package_of(file: str) -> str:
    return file.split("/", maxsplit=1)[0].removesuffix(".py")


def test_every_package_has_its_level() -> None:
    found = {package_of(str(path.relative_to(SRC))) for path in SRC.rglob("*.py")} - {"static"}
    assert found <= set(LEVELS), found - set(LEVELS)


def test_imports_run_one_way() -> None:
    wrong = [
        f"{file} imports {target}"
        for file, target in modules()
        if LEVELS[target] > LEVELS[package_of(file)] and (file, target) not in ALLOWED
    ]
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_the_database_package_knows_no_domain_and_the_simulator_no_provider() -> None:
    for file, target in modules():
        if file.startswith(("db/", "kit/")):
            assert LEVELS[target] == 0 or (file, target) in ALLOWED, f"{file} imports {target}"
        if file.startswith(("demo/connectwise/", "demo/halopsa/", "demo/autotask/", "demo/simkit/", "demo/world/")):
            assert target in {"demo", "kit"}, f"{file} imports {target}"


def test_only_the_domain_itself_uses_its_repository() -> None:
    """A domain uses another through its service. The pilot applies turns inside the sessions' own transaction and shares their rows."""
    shared = {("pilot", "sessions")}
    for path in sorted(SRC.rglob("*.py")):
        own = package_of(str(path.relative_to(SRC)))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("resolutionflow."):
                target = node.module.split(".")[1]
                parts = {*node.module.split(".")[2:], *(alias.name for alias in node.names)}
                if target != own and LEVELS.get(target) == 2 and LEVELS.get(own) == 2 and (own, target) not in shared:
                    assert "repository" not in parts, f"{path.relative_to(SRC)} reaches into {target}'s repository"


def sources(pattern: str, below: Path) -> list[Path]:
    return [
        path
        for path in sorted(below.rglob(pattern))
        if "node_modules" not in path.parts and "versions" not in path.parts
    ]


def test_files_stay_small() -> None:
    for path in sources("*.py", SRC):
        assert len(path.read_text("utf-8").splitlines()) <= MAX_PYTHON, path.relative_to(ROOT)
    for path in sources("*.tsx", ROOT / "web" / "src"):
        if path.name.endswith(".test.tsx"):
            continue
        assert len(path.read_text("utf-8").splitlines()) <= MAX_TSX, path.relative_to(ROOT)


SYSTEM_CALLERS = {
    "sessions/shares/public.py": "a visitor's link, looked up by its token's hash",
    "accounts/welcome/service.py": "makes the first account, when nobody can sign in yet",
    "auth/service.py": "sign-in look-up by address and token",
    "demo/router.py": "whether there is a demo account, asked before sign-in",
    "demo/seed.py": "makes the demo account",
    "flows/service.py": "writes the platform's own flows",
    "http/health.py": "migrations and worker heartbeats",
    "psa/webhooks.py": "a PSA's call, looked up by connection and its token's hash",
    "jobs/housekeeping.py": "deletes what has outlived its time",
    "jobs/worker.py": "worker heartbeats",
    "realtime/hub.py": "reads events of all tenants by id for this replica's streams",
    "up/keys.py": "puts the stored secrets of every account under the current key",
    "db/session.py": "defines it",
}


def test_few_places_pass_row_level_security() -> None:
    callers = {str(path.relative_to(SRC)) for path in SRC.rglob("*.py") if ".system()" in path.read_text("utf-8")}
    assert callers <= set(SYSTEM_CALLERS) | {"db/session.py"} | {f for f in callers if f.startswith("bench/")}, (
        callers - set(SYSTEM_CALLERS)
    )


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "web/package-lock.json",
        "pyproject.toml",
        "web/package.json",
        "web/.npmrc",
    ],
)
def test_no_registry_address_is_recorded(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for word in (
        "pypi.org",
        "registry.npmjs",
        "files.pythonhosted",
        "--index-url",
        "find-links",
        '"resolved"',
        "file:///",
    ):
        assert word not in text, f"{name} names {word}"
