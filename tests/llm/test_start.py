"""Model libraries are loaded on first use: starting imports none of them and opens no socket."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("a socket at import")
socket.socket.connect = socket.socket.bind = socket.create_connection = refuse
from resolutionflow.app import create_api
from resolutionflow.registry import import_jobs, import_models
import resolutionflow.cli, resolutionflow.llm.client
create_api(None)
import_jobs()
found = sorted(name for name in sys.modules if name.split(".")[0] in {"anthropic", "openai"} or name.startswith("google.genai"))
assert not found, found
from resolutionflow.llm.providers import load
for name in ("anthropic", "google", "openai_compatible"):
    load(name)
"""


def test_starting_imports_no_model_library_and_no_import_opens_a_socket() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
