"""`resolutionflow doctor`: looks at everything that must be right, changes nothing, and says how to mend what is not."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from resolutionflow.db.embedded import Holder
    from resolutionflow.db.session import DatabaseUrls
    from resolutionflow.settings import Settings

Status = Literal["ok", "note", "broken"]
_LEAST_SPACE = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is the line that puts it right; empty when nothing is wrong."""

    check: str
    status: Status
    detail: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """For `--json`."""
        return asdict(self)


async def examine(data_dir: Path | None, port: int) -> list[Finding]:
    """Every finding, in the order in which things depend on each other."""
    findings = [_python()]
    settings = _settings(data_dir, findings)
    if settings is None:
        return findings
    running = _running(settings.data_dir)
    findings += [
        _data_dir(settings.data_dir),
        _space(settings.data_dir),
        _secret_key(settings),
        _static_app(),
        _port(port, running),
    ]
    findings += await _database(settings, running)
    return findings


def render(findings: list[Finding]) -> str:
    """The findings as text for a person."""
    marks = {"ok": "ok    ", "note": "note  ", "broken": "BROKEN"}
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{marks[finding.status]}  {finding.check}: {finding.detail}")
        if finding.mend:
            lines.append(f"        mend: {finding.mend}")
    broken = sum(finding.status == "broken" for finding in findings)
    lines.append("Everything is in order." if not broken else f"{broken} to mend.")
    return "\n".join(lines)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036 - an installation may be moved to an older interpreter
        return Finding(
            "Python",
            "broken",
            f"{version} is too old",
            "install Python 3.11 or newer, then remove .venv and run ./rf up",
        )
    return Finding("Python", "ok", version)


def _settings(data_dir: Path | None, findings: list[Finding]) -> Settings | None:
    from pydantic import ValidationError

    from resolutionflow.cli.doctor_settings import faults
    from resolutionflow.settings import Settings

    overrides = {} if data_dir is None else {"data_dir": data_dir.expanduser().absolute()}
    try:
        settings = Settings.model_validate({**Settings().model_dump(), **overrides})
    except ValidationError as wrong:
        for error in wrong.errors():
            name = f"RF_{'_'.join(map(str, error['loc'])).upper()}"
            findings.append(
                Finding(
                    "Settings", "broken", f"{name}: {error['msg']}", f"unset {name}, or give it a value of that kind"
                )
            )
        return None
    wrong = [Finding("Settings", "broken", detail, mend) for detail, mend in faults(settings)]
    findings += wrong or [Finding("Settings", "ok", f"data directory {settings.data_dir}")]
    return settings


def _running(data_dir: Path) -> Holder | None:
    """The live process that holds the data directory, if any."""
    from resolutionflow.db.embedded import DirectoryLock

    lock = DirectoryLock(data_dir / "up.lock")
    if not (data_dir / "up.lock").exists():
        return None
    with contextlib.suppress(OSError):
        if lock.acquire():
            lock.release()
            return None
    return lock.holder()


def _data_dir(data_dir: Path) -> Finding:
    nearest = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    if not nearest.is_dir():
        return Finding("Data directory", "broken", f"{nearest} is a file", f"mv {nearest} {nearest}.old")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            "Data directory", "broken", f"{nearest} cannot be written", f'sudo chown -R "$(id -u)" {nearest}'
        )
    if not data_dir.exists():
        return Finding("Data directory", "note", f"{data_dir} will be made by the first start")
    return Finding("Data directory", "ok", str(data_dir))


def _space(data_dir: Path) -> Finding:
    nearest = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(nearest).free
    text = f"{free // (1024 * 1024):,} MB free"
    if free < _LEAST_SPACE:
        return Finding(
            "Disk", "broken", text, f"free at least 500 MB on the disk of {nearest}, or use --data-dir elsewhere"
        )
    return Finding("Disk", "ok", text)


def _secret_key(settings: Settings) -> Finding:
    path = settings.data_dir / "secret.key"
    if settings.secret_key.get_secret_value():
        if len(settings.secret_key.get_secret_value()) < 16:
            mend = "export RF_SECRET_KEY=\"$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')\""
            return Finding("Secret key", "broken", "RF_SECRET_KEY is shorter than 16 characters", mend)
        return Finding("Secret key", "ok", "from RF_SECRET_KEY")
    if not path.exists():
        return Finding("Secret key", "note", "will be made by the first start")
    if path.stat().st_mode & 0o077:
        return Finding("Secret key", "broken", f"{path} can be read by others", f"chmod 600 {path}")
    if path.stat().st_size < 16:
        mend = (
            f"put {path} back from a backup; without one: rm {path}, and enter the keys of the ticketing systems again"
        )
        return Finding("Secret key", "broken", f"{path} was cut off", mend)
    return Finding("Secret key", "ok", str(path))


def _static_app() -> Finding:
    from resolutionflow.static_app import FOLDER

    if (FOLDER / "index.html").exists():
        return Finding("Web app", "ok", "built")
    return Finding("Web app", "broken", "not built; the API works, the pages do not", "./rf up")


def _port(port: int, running: Holder | None) -> Finding:
    if running is not None:
        return Finding("Running", "ok", f"process {running.pid}, {running.url or 'still starting'}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as refused:
            return Finding(
                "Port", "broken", f"{port}: {refused.strerror}", "start with --port 0, or stop what listens there"
            )
    return Finding("Port", "ok", f"{port} is free")


async def _database(settings: Settings, running: Holder | None) -> list[Finding]:
    from resolutionflow.up.errors import CannotStartError
    from resolutionflow.up.processes import external_urls

    try:
        urls = external_urls(settings)
    except CannotStartError as wrong:
        return [
            Finding(
                "Database",
                "broken",
                str(wrong),
                "unset RF_DATABASE_OWNER_URL RF_DATABASE_APP_URL RF_DATABASE_SYSTEM_URL",
            )
        ]
    if urls is not None:
        return await _look_into(
            urls, "check host, port, user and password in RF_DATABASE_URL, and that the server runs"
        )
    return await _embedded(settings, running)


async def _embedded(settings: Settings, running: Holder | None) -> list[Finding]:
    from resolutionflow.db.bootstrap import RolePasswords, urls_for
    from resolutionflow.db.embedded import EmbeddedPostgres, EmbeddedPostgresError, cluster, runas
    from resolutionflow.up.processes import DATABASE

    try:
        programs = cluster.bin_dir()
        user = runas.choose(cluster.layout(settings.data_dir).cluster, programs, make_account=False)
    except EmbeddedPostgresError as wrong:
        return [
            Finding(
                "PostgreSQL", "broken", str(wrong), "see the text; RF_DATABASE_URL names an external server instead"
            )
        ]
    findings = [
        Finding("PostgreSQL", "ok", f"embedded, runs as {'this user' if user.uid is None else f'user id {user.uid}'}")
    ]
    if running is None:
        made = (settings.data_dir / "postgres" / "PG_VERSION").exists()
        text = "made; start the product to look inside" if made else "will be made by the first start"
        return [*findings, Finding("Database", "note", text)]
    dsn = EmbeddedPostgres(settings.data_dir).superuser_dsn
    return [
        *findings,
        *await _look_into(urls_for(dsn, DATABASE, RolePasswords()), "stop the running process and start it again"),
    ]


async def _look_into(urls: DatabaseUrls, mend_unreachable: str) -> list[Finding]:
    """Is it there, are the roles harmless, is the schema ours?"""
    import asyncpg

    from resolutionflow.db.driver import connect
    from resolutionflow.db.migrate import head_revision
    from resolutionflow.db.selfcheck import UnsafeDatabaseError, check

    try:
        connection = await connect(urls.app, timeout=5)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as reason:
        return [Finding("Database", "broken", f"cannot be reached: {reason}", mend_unreachable)]
    try:
        version = int(await connection.fetchval("SELECT current_setting('server_version_num')::int"))
        known = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        revision = await connection.fetchval("SELECT version_num FROM alembic_version") if known else None
    finally:
        await connection.close()
    findings = [_server_version(version)]
    try:
        await check(urls.app)
        findings.append(Finding("Roles", "ok", "the application's role sees its own tenant only"))
    except UnsafeDatabaseError as unsafe:
        findings.append(
            Finding(
                "Roles", "broken", str(unsafe), "run the statement above as a superuser, then: resolutionflow migrate"
            )
        )
    head = head_revision()
    if revision == head:
        findings.append(Finding("Schema", "ok", f"revision {head}"))
    else:
        findings.append(
            Finding(
                "Schema", "broken", f"revision {revision or 'none'}, this release has {head}", "resolutionflow migrate"
            )
        )
    return findings


def _server_version(version: int) -> Finding:
    if version < 160000:
        return Finding("Database", "broken", f"PostgreSQL {version // 10000} is too old", "use PostgreSQL 16 or newer")
    return Finding("Database", "ok", f"reachable, PostgreSQL {version // 10000}")
