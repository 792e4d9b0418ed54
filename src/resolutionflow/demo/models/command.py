"""`resolutionflow sim models`: a model to try the engine on without a key of a provider."""

from __future__ import annotations

import json
import sys
import threading
from typing import Final

from resolutionflow.demo.models.script import Reply, Rule
from resolutionflow.demo.models.server import ModelServer

STANDARD: Final = "sim-large"
FAST: Final = "sim-small"
_FIRST: Final = (
    "This is the simulated model of this machine: it knows no case, and shows how an answer comes in. Two questions would tell"
    " most about how far the problem reaches.\n\n"
    '[QUESTIONS][{"text": "Does it happen to one person or to several?", "options": ["One person", "Several"]},'
    ' {"text": "Did it ever work on this device?", "options": ["Yes", "No"]}][/QUESTIONS]'
)
_NEXT: Final = (
    "The simulated model has read that. A look at the device comes next, then a fix can be tried.\n\n"
    '[ACTIONS][{"label": "Read the system events of the last hour", "description": "Errors at the moment it fails.",'
    ' "shell": "powershell", "command": "Get-WinEvent -FilterHashtable @{LogName=\'System\'; Level=2} -MaxEvents 20"}][/ACTIONS]\n'
    '[SUGGEST_FIX]{"title": "Restart the device and try again", "description": "1. Save what is open.\\n2. Restart.\\n3. Try again.",'
    ' "confidence": 55}[/SUGGEST_FIX]'
)
# What the engine itself said before stands in the conversation of a later turn.
_ANSWERED: Final = "This is the simulated model of this machine"


def run(port: int, *, json_out: bool) -> int:
    """Print addresses and key, answer until interrupted. Gives the exit code."""
    server = ModelServer(port=port)
    server.script.default = _said(_FIRST)
    server.script.rules.append(Rule(contains=_ANSWERED, reply=_said(_NEXT)))
    try:
        server.start()
    except OSError as error:
        problem = f"The model server cannot listen on port {port}: {error.strerror}. Choose another with --port."
        sys.stderr.write(f"{problem}\n")
        return 2
    try:
        _introduce(server, json_out=json_out)
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
    return 0


def _said(text: str) -> Reply:
    """As fast as a person reads along."""
    return Reply(text=text, piece=14, every=0.02)


def _introduce(server: ModelServer, *, json_out: bool) -> None:
    shown = {
        "key": server.script.key,
        "model_standard": STANDARD,
        "model_fast": FAST,
        **{f"{name}_base_url": server.base_url(name) for name in ("anthropic", "google", "openai_compatible")},
    }
    if json_out:
        text = json.dumps(shown)
    else:
        lines = (f"  {name.replace('_', ' '):<27} {value}" for name, value in shown.items())
        text = "\n".join(("A simulated model on this machine. Enter under Account > Engines (own key):", *lines))
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
