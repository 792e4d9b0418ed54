"""Becomes the server: give up rights, tie the life to the parent's, then replace itself by the program.

Run as ``python -I -S launch.py JSON program args...``. A separate small program rather than a hook between fork and
exec: the parent has threads, and nothing but plain system calls is safe there. Standard library only.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def _become(uid: int, gid: int, capability: int | None) -> None:
    """Switch to an ordinary user, keeping at most the one right that lets it reach files below a closed folder."""
    libc = ctypes.CDLL(None, use_errno=True) if capability is not None else None
    if libc is not None:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if libc is None or capability is None:
        return
    bit = 1 << capability
    header = _Header(_CAPABILITY_VERSION_3, 0)
    data = (_Data * 2)(_Data(bit, bit, bit), _Data(0, 0, 0))
    if libc.capset(ctypes.byref(header), ctypes.byref(data)) != 0:
        raise OSError(ctypes.get_errno(), "capset failed")
    if libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl PR_CAP_AMBIENT failed")


def _die_with(parent: int, signal_number: int) -> None:
    """Have the kernel send ``signal_number`` to this process when its parent ends, however it ends (Linux only)."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    # The parent may have died before the request was in place; then nobody would ever tell us.
    if os.getppid() != parent:
        os._exit(1)


def main() -> None:
    """Read the orders from the first argument and run the rest in this process."""
    orders = json.loads(sys.argv[1])
    os.umask(0o077)
    if orders["uid"] is not None:
        _become(orders["uid"], orders["gid"], orders["capability"])
    if orders["parent"] is not None:
        # After the switch of user: the kernel forgets the request when credentials change.
        _die_with(orders["parent"], orders["signal"])
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the whole purpose of this program


if __name__ == "__main__":
    main()
