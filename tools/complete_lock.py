"""Completes web/package-lock.json with the optional packages of other platforms.

A registry mirror that lacks a package for another operating system makes `npm install` leave it out of the lock file, and
`npm ci` then refuses the whole file. The entries added here name version and platform; npm installs them only there.
Run it after every change of web/package.json: `.venv/bin/python tools/complete_lock.py`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "web" / "package-lock.json"
SYSTEMS = (
    "android",
    "darwin",
    "freebsd",
    "linux",
    "netbsd",
    "openbsd",
    "openharmony",
    "win32",
    "sunos",
    "aix",
    "wasm32",
)
PROCESSORS = {
    "arm64": "arm64",
    "x64": "x64",
    "ia32": "ia32",
    "arm": "arm",
    "riscv64": "riscv64",
    "ppc64": "ppc64",
    "s390x": "s390x",
    "loong64": "loong64",
    "mips64el": "mips64el",
}


def platform(name: str) -> dict[str, list[str]]:
    """`os`, `cpu` and `libc` as such a package states them, read from its name."""
    words = re.split(r"[-/]", name)
    if "wasm32" in words:
        return {"cpu": ["wasm32"]}
    found: dict[str, list[str]] = {}
    system = next((word for word in words if word in SYSTEMS), None)
    processor = next((PROCESSORS[word] for word in words if word in PROCESSORS), None)
    if system:
        found["os"] = [system]
    if processor:
        found["cpu"] = [processor]
    if any("musl" in word for word in words):
        found["libc"] = ["musl"]
    elif "gnu" in words:
        found["libc"] = ["glibc"]
    return found


def missing(packages: dict[str, Any]) -> dict[str, Any]:
    """Entries for every optional dependency with an exact version that has none."""
    added: dict[str, Any] = {}
    for entry in packages.values():
        for name, version in entry.get("optionalDependencies", {}).items():
            where = f"node_modules/{name}"
            known = platform(name)
            # Without a platform in its name it is not one of these; leave it to npm.
            if where in packages or not known or not re.fullmatch(r"\d+\.\d+\.\d+\S*", version):
                continue
            added[where] = {
                "version": version,
                **({"dev": True} if entry.get("dev") else {}),
                "optional": True,
                **known,
            }
    return added


def main() -> int:
    """Write the completed file; say what was added."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    packages: dict[str, Any] = lock["packages"]
    added = missing(packages)
    root = {"": packages.pop("")}
    lock["packages"] = root | dict(sorted((packages | added).items()))
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(added)} entries added")
    return 0


if __name__ == "__main__":
    sys.exit(main())
