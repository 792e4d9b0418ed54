"""The embedded server survives what machines do to it. Each test has a database of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from resolutionflow.db.embedded import (
    DataDirectoryInUseError,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    cluster,
    leftovers,
    runas,
)

pytestmark = pytest.mark.anyio

_HOLDER = """
import asyncio, sys
from pathlib import Path
from resolutionflow.db.embedded import EmbeddedPostgres

async def main():
    server = EmbeddedPostgres(Path(sys.argv[1]))
    await server.start()
    print(server.postmaster_pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database files made once; each test works on a copy."""
    directory = tmp_path_factory.mktemp("template")

    async def make() -> None:
        async with EmbeddedPostgres(directory):
            pass

    asyncio.run(make())
    return directory


@pytest.fixture
def directory(made_once: Path, tmp_path: Path) -> Path:
    target = tmp_path / "data"
    subprocess.run(["cp", "-a", str(made_once), str(target)], check=True)
    return target


async def _run(server: EmbeddedPostgres, sql: str) -> object:
    connection = await asyncpg.connect(server.superuser_dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def _until(condition: object, *, within: float = 10.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.01)


async def test_a_second_server_on_the_same_directory_is_refused_by_name(directory: Path) -> None:
    async with EmbeddedPostgres(directory) as first:
        with pytest.raises(DataDirectoryInUseError, match=f"process {os.getpid()}"):
            await EmbeddedPostgres(directory).start()
        assert await _run(first, "SELECT 7") == 7


async def test_files_that_are_no_database_are_refused_and_kept(tmp_path: Path) -> None:
    foreign = tmp_path / "postgres" / "thesis.txt"
    foreign.parent.mkdir()
    foreign.write_text("years of work")
    with pytest.raises(EmbeddedPostgresError, match="holds files but no database"):
        await EmbeddedPostgres(tmp_path).start()
    assert foreign.read_text() == "years of work"


async def test_a_database_of_another_version_is_refused(directory: Path) -> None:
    (directory / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 9"):
        await EmbeddedPostgres(directory).start()


async def test_a_server_that_cannot_start_says_why_and_frees_the_directory(directory: Path) -> None:
    control = directory / "postgres" / "global" / "pg_control"
    kept = control.read_bytes()
    owner = control.stat()
    control.write_bytes(b"")
    with pytest.raises(EmbeddedPostgresError, match="pg_control"):
        await EmbeddedPostgres(directory).start()
    control.write_bytes(kept)
    os.chown(control, owner.st_uid, owner.st_gid)
    async with EmbeddedPostgres(directory) as server:
        assert await _run(server, "SELECT 1") == 1


async def test_it_is_closed_to_others_and_never_trades_safety_for_speed(directory: Path) -> None:
    async with EmbeddedPostgres(directory) as server:
        assert await _run(server, "SHOW listen_addresses") == ""
        assert await _run(server, "SHOW synchronous_commit") == "on"
        assert await _run(server, "SHOW fsync") == "on"
        assert server.socket_directory.stat().st_mode & 0o077 == 0
        assert (directory / "postgres").stat().st_mode & 0o077 == 0
        assert not [c for c in psutil.Process(server.postmaster_pid).net_connections() if c.family.name != "AF_UNIX"]


async def test_it_takes_as_many_connections_as_it_was_told(directory: Path) -> None:
    async with EmbeddedPostgres(directory, connections=90) as server:
        assert await _run(server, "SHOW max_connections") == "90"


async def test_files_are_made_on_first_use_only_and_an_interrupted_making_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "half").write_text("interrupted")
    async with EmbeddedPostgres(tmp_path) as first:
        assert first.created
        await _run(first, "CREATE TABLE kept AS SELECT 3 AS n")
    await first.stop()
    async with EmbeddedPostgres(tmp_path) as second:
        assert not second.created
        assert await _run(second, "SELECT n FROM kept") == 3


async def test_a_killed_postmaster_comes_back_with_every_acknowledged_row(directory: Path) -> None:
    async with EmbeddedPostgres(directory) as server:
        watch = asyncio.create_task(server.supervise())
        await _run(server, "CREATE TABLE acknowledged (n int)")
        for round_number in range(3):
            await _run(server, f"INSERT INTO acknowledged VALUES ({round_number})")
            began = time.monotonic()
            os.kill(server.postmaster_pid or 0, signal.SIGKILL)
            await _until(lambda wanted=round_number + 1: server.restarts == wanted)
            assert time.monotonic() - began < 10
            assert await _run(server, "SELECT count(*) FROM acknowledged") == round_number + 1
        await server.stop()
        await watch


async def test_backends_that_outlive_their_postmaster_do_not_block_the_next(directory: Path) -> None:
    async with EmbeddedPostgres(directory) as server:
        watch = asyncio.create_task(server.supervise())
        connection = await asyncpg.connect(server.superuser_dsn)
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        os.kill(backend, signal.SIGSTOP)
        os.kill(server.postmaster_pid or 0, signal.SIGKILL)
        await _until(lambda: server.restarts == 1)
        assert _gone(backend)
        assert await _run(server, "SELECT 1") == 1
        connection.terminate()
        await server.stop()
        await watch


async def test_a_server_whose_application_was_killed_ends_and_the_next_start_works(directory: Path) -> None:
    for _ in range(2):
        holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(directory)], stdout=subprocess.PIPE, text=True)
        assert holder.stdout
        with holder.stdout:
            postmaster = int(await asyncio.to_thread(holder.stdout.readline))
            holder.kill()
            holder.wait()
        async with EmbeddedPostgres(directory) as server:
            assert await _run(server, "SELECT 1") == 1
            assert _gone(postmaster)


async def test_an_orphaned_server_is_ended_and_its_data_kept(directory: Path) -> None:
    where = cluster.layout(directory)
    user = runas.choose(where.cluster, cluster.bin_dir())
    orphan = subprocess.Popen(
        user.command(cluster.bin_dir() / "postgres", *cluster.server_arguments(where)),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=cluster.environment(),
    )
    await _until(lambda: leftovers.living_postmaster(where.cluster) is not None)
    async with EmbeddedPostgres(directory) as server:
        assert server.postmaster_pid != orphan.pid
        assert await _run(server, "SELECT 1") == 1
    orphan.wait()


@pytest.mark.parametrize("kind", ["dead", "zombie", "stranger", "garbage", "empty"])
async def test_a_stale_lock_file_does_not_block_the_start(directory: Path, kind: str) -> None:
    where = cluster.layout(directory)
    with contextlib.ExitStack() as stack:
        ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
        stack.callback(ended.wait)
        await _until(lambda: psutil.Process(ended.pid).status() == psutil.STATUS_ZOMBIE)
        if kind == "dead":
            ended.wait()
        pid = {"dead": ended.pid, "zombie": ended.pid, "stranger": os.getpid()}.get(kind)
        first = "" if kind == "empty" else "not a number" if pid is None else str(pid)
        lines = f"{first}\n{where.cluster}\n1700000000\n5432\n{where.sockets}\n\n  1234567  12345\nready   \n"
        for stale in (where.cluster / "postmaster.pid", where.sockets / ".s.PGSQL.5432.lock"):
            stale.write_text("" if kind == "empty" else lines)
        where.socket_file.touch()
        async with EmbeddedPostgres(directory) as server:
            assert await _run(server, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["x" * 150, "with, commas", "with spaces & ünicode"])
async def test_a_directory_with_an_awkward_name_works(made_once: Path, tmp_path: Path, name: str) -> None:
    directory = tmp_path / name
    subprocess.run(["cp", "-a", str(made_once), str(directory)], check=True)
    async with EmbeddedPostgres(directory) as server:
        assert await _run(server, "SELECT 1") == 1
        assert server.socket_directory.stat().st_mode & 0o077 == 0
        sockets = server.socket_directory
    assert not sockets.exists() or sockets.is_relative_to(directory)


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server_itself(directory: Path) -> None:
    async with EmbeddedPostgres(directory) as server:
        assert os.getsid(server.postmaster_pid or 0) != os.getsid(0)


async def test_it_never_runs_as_root(directory: Path) -> None:
    async with EmbeddedPostgres(directory) as server:
        assert 0 not in psutil.Process(server.postmaster_pid).uids()


async def test_it_runs_for_an_ordinary_user(tmp_path: Path) -> None:
    """As root, the test becomes one first (with the right to read the interpreter, wherever it lies)."""
    directory = tmp_path / "mine"
    directory.mkdir()
    user = runas.RunAs(uid=65534, gid=65534, capability=2) if os.geteuid() == 0 else runas.RunAs()
    user.give(directory)
    holder = subprocess.Popen(
        user.command(Path(sys.executable), "-c", _HOLDER, str(directory)), stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    with holder.stdout:
        try:
            postmaster = int(await asyncio.to_thread(holder.stdout.readline))
            assert psutil.Process(postmaster).uids() == psutil.Process(holder.pid).uids()
        finally:
            holder.kill()
            holder.wait()
    await _until(lambda: _gone(postmaster))
