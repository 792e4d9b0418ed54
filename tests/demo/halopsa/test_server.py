"""The state file, the seed and the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from resolutionflow.demo.halopsa import STATE_FILE, Credentials, SimServer, run
from resolutionflow.demo.simkit.psa import Asked
from resolutionflow.demo.world import World
from tests.demo.halopsa.client import HaloClient

TICKET = 2052


def made_action(server: SimServer, text: str) -> int:
    with httpx2.Client(base_url=server.url, timeout=5) as http:
        number: int = HaloClient(http, server.credentials).act(TICKET, note_html=text).json()["id"]
        return number


def test_state_survives_a_restart_and_the_seed_moves_the_ids(world: World, tmp_path: Path) -> None:
    file = tmp_path / STATE_FILE
    with SimServer(world, state_file=file) as server:
        first = made_action(server, "<p>Before the restart</p>")
    with SimServer(world, state_file=file) as server:
        with httpx2.Client(base_url=server.url, timeout=5) as http:
            seen = HaloClient(http, server.credentials).ticket(TICKET)["actions"]
        assert "Before the restart" in seen[0]["note_html"]
        assert made_action(server, "<p>After</p>") > first
    with SimServer(world, seed=2) as server:
        assert made_action(server, "<p>Elsewhere</p>") != first


@pytest.mark.parametrize(
    "content", [b"{", b'{"format": 1, "tables": {}, "next_id": 1, "denied": [], "mail": [], "api_agent": 5}']
)
def test_a_damaged_state_file_starts_afresh(world: World, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / STATE_FILE
    file.write_bytes(content)
    with SimServer(world, state_file=file) as server, httpx2.Client(base_url=server.url, timeout=5) as http:
        assert len(HaloClient(http, server.credentials).rows("/Tickets", "tickets")) == 60


def test_a_system_without_tenants_asks_for_none(world: World) -> None:
    keys = Credentials(tenant="")
    with SimServer(world, credentials=keys) as server, httpx2.Client(base_url=server.url, timeout=5) as http:
        assert http.post("/auth/token", data=form(keys)).status_code == 200
        assert http.post("/auth/token?tenant=x", data=form(keys)).status_code == 400


def form(keys: Credentials) -> dict[str, str]:
    known = {"client_id": keys.client_id, "client_secret": keys.client_secret}
    return {"grant_type": "client_credentials", "scope": "all", **known}


def test_command_line_prints_address_and_stops_on_interrupt(tmp_path: Path) -> None:
    arguments = ["sim", "halopsa", "--port", "0", "--json", "--data-dir", str(tmp_path)]
    process = subprocess.Popen([sys.executable, "-m", "resolutionflow", *arguments], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        shown = json.loads(process.stdout.readline())
        keys = Credentials(shown["tenant"], shown["client_id"], shown["client_secret"])
        with httpx2.Client(base_url=shown["url"], timeout=5) as http:
            assert HaloClient(http, keys).get("/Tickets", pageinate="true", page_size=1).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=15) == 0
    assert (tmp_path / STATE_FILE).exists()


def test_command_line_says_why_it_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"kind": "move_zone"}')
    assert run(Asked(0, 1, None, faults, as_json=False)) == 2
    assert "move_zone" in capsys.readouterr().err
