"""Which operating-system user the server runs as, and how it gets there.

PostgreSQL refuses to run as root. Started as root, its processes run as an ordinary system user; files stay where the
person put them. When a folder above is closed to that user (``/root`` is), the processes keep the single right to pass
it instead of us opening the folder to everyone.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from resolutionflow.db.embedded.errors import DataDirectoryOwnerError

_ACCOUNT = "resolutionflow"
_FALLBACK_ACCOUNTS = ("postgres", "nobody")
_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2
_LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user of the server's processes. ``uid`` None means: whoever we are, no change needed."""

    uid: int | None = None
    gid: int | None = None
    capability: int | None = None

    def command(self, program: Path, *arguments: str, die_with_parent: int | None = None) -> list[str]:
        """The command line that runs ``program`` as this user.

        ``die_with_parent``: the signal the program gets when our process ends, or None to outlive us.
        """
        orders = json.dumps(
            {
                "uid": self.uid,
                "gid": self.gid,
                "capability": self.capability,
                "parent": None if die_with_parent is None else os.getpid(),
                "signal": die_with_parent,
            }
        )
        return [sys.executable, "-I", "-S", str(_LAUNCHER), orders, str(program), *arguments]

    def give(self, path: Path) -> None:
        """Make ``path`` this user's own."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def choose(cluster: Path, bin_dir: Path, *, make_account: bool = True) -> RunAs:
    """The user for the cluster at ``cluster`` (which need not exist yet).

    As root a system account is made on first need, unless ``make_account`` is False. Raises
    :class:`DataDirectoryOwnerError` when we are an ordinary user and the files are someone else's.
    """
    owner = _owner(cluster)
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise DataDirectoryOwnerError(
                f"The database files in {cluster} belong to user {_name(owner)}, and this process runs as "
                f"{_name(os.geteuid())}. Nothing was changed. Run as that user, or make them yours: "
                f'sudo chown -R "$(id -u):$(id -g)" {cluster.parent}'
            )
        return RunAs()
    # A cluster made earlier keeps its user, also when an ordinary person made it.
    entry = pwd.getpwuid(owner) if owner else _system_account(make=make_account)
    return RunAs(uid=entry.pw_uid, gid=entry.pw_gid, capability=_needed_capability(entry, cluster, bin_dir))


def _owner(cluster: Path) -> int | None:
    try:
        return cluster.stat().st_uid or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _name(uid: int | None) -> str:
    if uid is None:
        return "unknown"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _system_account(*, make: bool) -> pwd.struct_passwd:
    """Our own system user, made on first need; else one that exists on any machine."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(_ACCOUNT)
    tool = shutil.which("useradd") or ("/usr/sbin/useradd" if Path("/usr/sbin/useradd").exists() else None)
    if make and tool is not None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(  # noqa: S603 - fixed arguments
                [tool, "--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", _ACCOUNT],
                check=True,
                capture_output=True,
                timeout=20,
            )
        # Two servers starting at once race here: the loser finds the account the winner made.
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(_ACCOUNT)
    for name in _FALLBACK_ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise DataDirectoryOwnerError(
        "PostgreSQL does not run as root and no ordinary system user could be found or made. "
        "Make one, then start again: useradd --system resolutionflow"
    )


def _needed_capability(entry: pwd.struct_passwd, cluster: Path, bin_dir: Path) -> int | None:
    """The right the user lacks to reach its own files and programs; None when it lacks nothing."""
    program = bin_dir / "postgres"
    can_run = _allows(program, entry, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH)
    if can_run and _reaches(bin_dir, entry) and _reaches(cluster.parent, entry):
        return None
    held = _held_capabilities()
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        # Only the stronger right lets a program run that is not executable for everyone.
        if held & (1 << capability) and (can_run or capability == _CAP_DAC_OVERRIDE):
            return capability
    raise DataDirectoryOwnerError(
        f"User {entry.pw_name}, as whom PostgreSQL runs, cannot pass the folders above {cluster} or {bin_dir}. "
        f"Choose a directory it can reach, for example --data-dir /var/lib/resolutionflow, or open the way: "
        f"chmod o+x on each folder above."
    )


def _reaches(directory: Path, entry: pwd.struct_passwd) -> bool:
    resolved = directory.resolve()
    existing = [folder for folder in (resolved, *resolved.parents) if folder.exists()]
    return all(_allows(folder, entry, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH) for folder in existing)


def _allows(path: Path, entry: pwd.struct_passwd, user_bit: int, group_bit: int, other_bit: int) -> bool:
    found = path.stat()
    if found.st_uid == entry.pw_uid:
        return bool(found.st_mode & user_bit)
    if found.st_gid == entry.pw_gid:
        return bool(found.st_mode & group_bit)
    return bool(found.st_mode & other_bit)


def _held_capabilities() -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    for line in lines:
        if line.startswith("CapPrm:"):
            return int(line.split()[1], 16)
    return 0
