"""`resolutionflow up` as a person meets it: real processes, a real browser's requests, real signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from tests.support.scratch import scratch_root

from resolutionflow.settings import Settings
from resolutionflow.up.runner import public_url

_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 5.0


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "resolutionflow", *arguments]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RF_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


class Up:
    """One `up` process on `data`."""

    def __init__(self, data: Path, *options: str) -> None:
        self.ready_file = data / "ready-for-test.json"
        self.ready_file.unlink(missing_ok=True)
        self._lines: list[str] = []
        self._announced = threading.Event()
        # The last line it announces itself with.
        self._last = "First account"
        self.process = subprocess.Popen(
            _command("up", "--data-dir", str(data), "--port", "0", "--ready-file", str(self.ready_file), *options),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.append(line)
            if line.startswith(self._last):
                self._announced.set()
        self._announced.set()

    def said(self) -> str:
        return "".join(self._lines)

    def ready(self) -> dict[str, Any]:
        assert self._announced.wait(_STARTS_WITHIN), f"not ready in time\n{self.said()}"
        assert self.ready_file.exists(), self.said()
        return json.loads(self.ready_file.read_text())

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(_STOPS_WITHIN)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout
        self._reader.join(_STOPS_WITHIN)
        self.process.stdout.close()


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory that is gone afterwards, with a space in its path."""
    with tempfile.TemporaryDirectory(prefix="rf up ", dir=scratch_root()) as folder:
        yield Path(folder) / "data"


@pytest.fixture
def start() -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def one(data: Path, *options: str) -> Up:
        data.mkdir(exist_ok=True)
        started.append(Up(data, *options))
        return started[-1]

    yield one
    for up in started:
        up.close()


def _get(url: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers.items())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(), dict(refusal.headers.items())


def _sign_in(url: str, email: str, password: str) -> int:
    request = urllib.request.Request(
        f"{url}/api/v1/auth/login",
        data=json.dumps({"email": email, "password": password}).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def test_first_run_second_up_and_ctrl_c(data: Path, start: Callable[..., Up]) -> None:
    up = start(data)
    ready = up.ready()

    assert ready["pid"] == up.process.pid
    assert f"Ready: {ready['url']}" in up.said()
    assert f"Demo sign-in: {ready['demo']['email']} / {ready['demo']['password']}" in up.said()
    assert _get(f"{ready['url']}/readyz")[0] == 200
    assert _get(f"{ready['connectwise']['control_url']}/state")[0] == 200
    assert sorted(user["role"] for user in ready["demo"]["users"]) == [
        "admin",
        "engineer",
        "engineer",
        "engineer",
        "owner",
        "viewer",
    ]
    for user in ready["demo"]["users"]:
        assert _sign_in(ready["url"], user["email"], user["password"]) == 200
    assert up.ready_file.stat().st_mode & 0o077 == 0
    assert f"First account (works once, for 24 hours): {ready['welcome']}" in up.said()
    assert _get(f"{ready['url']}/api/v1/auth/welcome", **{"x-forwarded-for": "203.0.113.9"})[1] == '{"ready":false}'
    link = {"x-forwarded-for": "203.0.113.9", "x-welcome-link": ready["welcome"].split("#")[1]}
    assert _get(f"{ready['url']}/api/v1/auth/welcome", **link)[1] == '{"ready":true}'

    _the_demo_is_made_once_and_reset_while_it_runs(ready, data)

    again = data / "again.json"
    second = subprocess.run(
        _command("up", "--data-dir", str(data), "--port", "0", "--ready-file", str(again)),
        capture_output=True,
        text=True,
        timeout=30,
        env=_environment(),
        check=False,
    )
    assert second.returncode == 0, second.stderr
    assert "Already running" in second.stdout
    assert ready["url"] in second.stdout
    assert json.loads(again.read_text()) == ready

    family = up.family()
    assert family
    assert up.stop() == 0
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    with pytest.raises(OSError, match=r"refused|urlopen"):
        urllib.request.urlopen(ready["url"], timeout=2)
    # Stopped, the command starts the database for itself.
    assert _seed_demo(data, "--reset") == "The demo workspace is in its first state.\n"


def _seed_demo(data: Path, *options: str) -> str:
    done = subprocess.run(
        _command("seed-demo", "--data-dir", str(data), *options),
        capture_output=True,
        text=True,
        timeout=60,
        env=_environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _the_demo_is_made_once_and_reset_while_it_runs(ready: dict[str, Any], data: Path) -> None:
    """What was done in the workspace and in its PSA is gone after `--reset` only; who was signed in still is."""
    sign_in = {"email": ready["demo"]["email"], "password": ready["demo"]["password"], "transport": "token"}
    with httpx2.Client(base_url=f"{ready['url']}/api/v1", trust_env=False, timeout=20) as client:
        token = client.post("/auth/login", json=sign_in).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        made = client.post("/ai-sessions", json={"title": "Soon gone"}).json()["session"]["id"]
        act = {"action": "status", "ticket_id": 48285, "status": "In progress", "member": "tmarsh"}
        control = ready["connectwise"]["control_url"]
        first = client.get(f"{control}/state?ticket_id=48285").json()["ticket"]["status"]["name"]
        assert client.post(f"{control}/person", json=act).status_code == 200

        assert _seed_demo(data) == "There is a demo workspace already.\n"
        assert client.get(f"/ai-sessions/{made}").status_code == 200
        assert _seed_demo(data, "--reset") == "The demo workspace is in its first state.\n"
        assert client.get(f"/ai-sessions/{made}").status_code == 404
        assert client.get("/auth/me").json()["user"]["email"] == sign_in["email"]
        assert client.get("/integrations/psa/tickets/48285").json()["ticket"]["status"]["name"] == first


def test_a_killed_up_leaves_nothing_that_stops_the_next(data: Path, start: Callable[..., Up]) -> None:
    first = start(data, "--no-demo")
    assert first.ready()["demo"] is None
    first.process.kill()
    first.process.wait()

    second = start(data, "--no-demo")
    family = second.family()
    ready = second.ready()
    assert ready["connectwise"] is None
    assert "Demo sign-in" not in second.said()
    assert _get(f"{ready['url']}/api/v1/auth/demo")[0] == 404

    # The whole tree at once, as a machine that loses power.
    for process in (second.process, *second.family(), *family):
        try:
            process.kill()
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue
    second.process.wait()
    third = start(data, "--no-demo")
    url = third.ready()["url"]
    _the_first_account_is_made_by_command_and_once(data, url)
    assert third.stop(signal.SIGTERM) == 0


def _the_first_account_is_made_by_command_and_once(data: Path, url: str) -> None:
    """Also while `up` runs, which then offers no welcome any more."""

    def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            _command(*arguments, "--data-dir", str(data)),
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            env=_environment(),
            check=False,
        )

    create = ("create-admin", "--account", "Oakmere IT", "--name", "Rin Halloway", "--email", "rin@oakmere.example")
    made = run(*create, "--json", said="seven quiet herons\n")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["email"] == "rin@oakmere.example"
    assert _sign_in(url, "rin@oakmere.example", "seven quiet herons") == 200
    again = run(*create, said="seven quiet herons\n")
    assert again.returncode == 1
    assert "has its first account already" in again.stderr
    assert _get(f"{url}/api/v1/auth/welcome")[0] == 404
    assert "First account" not in run("up", "--no-demo").stdout


def test_a_taken_port_is_said_at_once_and_starts_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        tried = subprocess.run(
            _command("up", "--data-dir", str(tmp_path), "--port", str(port)),
            capture_output=True,
            text=True,
            timeout=30,
            env=_environment(),
            check=False,
        )
    assert tried.returncode == 1
    assert f"Port {port}" in tried.stderr
    assert "--port 0" in tried.stderr
    assert "Traceback" not in tried.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (("serve", "--port", "0"), {}, "Set RF_DATABASE_URL"),
        (("worker",), {}, "Set RF_DATABASE_URL"),
        (("up", "--port", "0"), {"RF_DATABASE_URL": "postgresql://rf@127.0.0.1:1/rf"}, "cannot be used"),
        (("up", "--port", "0"), {"RF_DATABASE_APP_URL": "postgresql://rf@127.0.0.1:1/rf"}, "Set all three"),
        (("up", "--port", "0"), {"RF_POOL_SIZE": "many"}, "RF_POOL_SIZE"),
        (("up", "--port", "0", "--host", "no.such.host.example."), {}, "is not known"),
    ],
)
def test_what_cannot_start_says_why_without_a_trace(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], words: str
) -> None:
    tried = subprocess.run(
        _command(*arguments, "--data-dir", str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=30,
        env={**_environment(), **variables},
        check=False,
    )
    assert tried.returncode == 1
    assert words in tried.stderr
    assert "Traceback" not in tried.stderr


def test_help_is_quick_and_names_what_exists() -> None:
    shown = subprocess.run(
        _command("--help"), capture_output=True, text=True, timeout=30, env=_environment(), check=True
    )
    for verb in ("up", "serve", "worker", "migrate", "doctor", "create-admin", "seed-demo", "openapi", "sim"):
        assert verb in shown.stdout
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, resolutionflow.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=30,
        env=_environment(),
        check=True,
    )
    assert not {"fastapi", "sqlalchemy", "asyncpg", "uvicorn"} & set(loaded.stdout.split())


def test_what_the_operator_calls_the_place_stays_behind_a_proxy(settings: Settings) -> None:
    here = "http://127.0.0.1:41234"
    assert public_url(settings, here) == here
    named = settings.model_copy(update={"base_url": "https://desk.example"})
    assert public_url(named, here) == "https://desk.example"
