"""`resolutionflow doctor` finds what was broken on purpose and says how to mend it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from resolutionflow import static_app
from resolutionflow.cli.doctor import Finding, examine, render
from resolutionflow.db.embedded import DirectoryLock, EmbeddedPostgres
from resolutionflow.db.session import DatabaseUrls

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("RF_") and name != "RF_TEST_SUPERUSER_DSN":
            monkeypatch.delenv(name)
    built = tmp_path / "static"
    built.mkdir()
    (built / "index.html").write_text("built")
    monkeypatch.setattr(static_app, "FOLDER", built)


def _of(findings: list[Finding], check: str) -> Finding:
    return next(finding for finding in findings if finding.check == check)


async def test_an_untouched_machine_is_in_order(tmp_path: Path) -> None:
    findings = await examine(tmp_path / "data", 0)
    assert not [finding for finding in findings if finding.status == "broken"]
    assert "Everything is in order." in render(findings)
    assert not (tmp_path / "data").exists()


async def test_a_setting_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RF_POOL_SIZE", "many")
    finding = _of(await examine(tmp_path, 0), "Settings")
    assert finding.status == "broken"
    assert "RF_POOL_SIZE" in finding.mend


async def test_a_file_where_the_data_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    finding = _of(await examine(tmp_path / "data", 0), "Data directory")
    assert finding.status == "broken"
    assert finding.mend.startswith("mv ")


async def test_a_key_others_can_read(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("x" * 40)
    (tmp_path / "secret.key").chmod(0o644)
    finding = _of(await examine(tmp_path, 0), "Secret key")
    assert (finding.status, finding.mend) == ("broken", f"chmod 600 {tmp_path / 'secret.key'}")


async def test_a_key_that_is_too_short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RF_SECRET_KEY", "short")
    assert _of(await examine(tmp_path, 0), "Secret key").status == "broken"


async def test_a_missing_web_app(tmp_path: Path) -> None:
    (static_app.FOLDER / "index.html").unlink()
    finding = _of(await examine(tmp_path, 0), "Web app")
    assert (finding.status, finding.mend) == ("broken", "./rf up")


async def test_a_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        finding = _of(await examine(tmp_path, other.getsockname()[1]), "Port")
    assert finding.status == "broken"
    assert "--port 0" in finding.mend


async def test_a_running_product_is_named(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path / "up.lock")
    assert lock.acquire()
    lock.describe(url="http://127.0.0.1:8080")
    try:
        findings = await examine(tmp_path, 0)
    finally:
        lock.release()
    assert "http://127.0.0.1:8080" in _of(findings, "Running").detail
    # It claims to run, but its database does not answer.
    assert _of(findings, "Database").status == "broken"


async def test_half_of_the_database_addresses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RF_DATABASE_APP_URL", "postgresql://rf_app@127.0.0.1/rf")
    finding = _of(await examine(tmp_path, 0), "Database")
    assert finding.status == "broken"
    assert "RF_DATABASE_APP_URL" in finding.mend


async def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RF_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/rf")
    assert _of(await examine(tmp_path, 0), "Database").status == "broken"


async def test_roles_and_schema(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own_urls: DatabaseUrls, superuser_dsn: str
) -> None:
    monkeypatch.setenv("RF_DATABASE_OWNER_URL", own_urls.owner)
    monkeypatch.setenv("RF_DATABASE_APP_URL", own_urls.app)
    monkeypatch.setenv("RF_DATABASE_SYSTEM_URL", own_urls.system)
    findings = await examine(tmp_path, 0)
    assert [_of(findings, check).status for check in ("Database", "Roles", "Schema")] == ["ok", "ok", "ok"]

    # The superuser in the application's place: the very mistake that would let tenants see each other.
    database = own_urls.app.split("?")[0].rsplit("/", 1)[1]
    monkeypatch.setenv("RF_DATABASE_APP_URL", superuser_dsn.replace("/postgres?", f"/{database}?"))
    finding = _of(await examine(tmp_path, 0), "Roles")
    assert finding.status == "broken"
    assert "superuser" in finding.detail

    monkeypatch.setenv("RF_DATABASE_APP_URL", superuser_dsn)
    finding = _of(await examine(tmp_path, 0), "Schema")
    assert (finding.status, finding.mend) == ("broken", "resolutionflow migrate")


async def test_a_database_of_a_running_product_is_looked_into(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path / "up.lock")
    assert lock.acquire()
    try:
        async with EmbeddedPostgres(tmp_path):
            finding = _of(await examine(tmp_path, 0), "Database")
    finally:
        lock.release()
    # A bare server: the product's database is not in it yet.
    assert finding.status == "broken"
    assert "rf_app" in finding.detail


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("RF_DATABSE_URL", "postgresql://rf@127.0.0.1/rf", "export RF_DATABASE_URL="),
        ("RF_POOL_SIZE", "0", "unset RF_POOL_SIZE"),
        ("RF_JOB_HEARTBEAT_TIMEOUT", "-1", "unset RF_JOB_HEARTBEAT_TIMEOUT"),
        ("RF_LOG_LEVEL", "chatty", "export RF_LOG_LEVEL=info"),
        ("FORWARDED_ALLOW_IPS", "*", "export FORWARDED_ALLOW_IPS=127.0.0.1"),
        ("RF_BASE_URL", "resolutionflow.example.com", "export RF_BASE_URL=https://"),
        ("RF_DEMO_SIMULATOR_URL", "localhost:8101", "unset RF_DEMO_SIMULATOR_URL"),
        ("RF_DATABASE_URL", "mysql://rf@127.0.0.1/rf", "export RF_DATABASE_URL=postgresql://"),
        ("RF_PSA_CA_BUNDLE", "/no/such/bundle.pem", "unset RF_PSA_CA_BUNDLE"),
    ],
)
async def test_a_setting_that_can_be_read_and_cannot_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, mend: str
) -> None:
    monkeypatch.setenv(name, value)
    findings = [finding for finding in await examine(tmp_path, 0) if finding.check == "Settings"]
    assert [finding.status for finding in findings] == ["broken"]
    assert name in findings[0].detail
    assert mend in findings[0].mend


async def test_plain_http_where_others_can_reach_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RF_LOOPBACK_ONLY", "false")
    finding = _of(await examine(tmp_path, 0), "Settings")
    assert finding.status == "broken"
    assert "RF_BASE_URL=https://" in finding.mend


async def test_a_kept_key_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch(mode=0o600)
    finding = _of(await examine(tmp_path, 0), "Secret key")
    assert finding.status == "broken"
    assert "backup" in finding.mend
