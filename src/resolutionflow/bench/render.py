"""P13: a long reply streams into the session view of a real browser; frames and long tasks while it does."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

from resolutionflow.auth.deps import ACCESS_COOKIE, CSRF_COOKIE
from resolutionflow.auth.tokens import csrf_value
from resolutionflow.bench.scratch import Scratch, child, scratch
from resolutionflow.demo.models import ModelServer, Reply

WORDS = 5_000
RATE = 200
"""Tokens a second; a token is a word and its blank here."""
ASKED = '\n\n[QUESTIONS][{"text": "Is that clear?"}][/QUESTIONS]'
WEB = Path(__file__).parents[3] / "web"
BROWSER_SIDE = WEB / "scripts" / "render-bench.mjs"

_WORDS = tuple(
    "the account mailbox server profile token update policy client device network cache error log queue service".split()
)


def run(words: int = WORDS, rate: int = RATE, slowdown: int = 1, messages: int = 20) -> dict[str, object]:
    """Milliseconds. `slowdown` 4 is the processor of ui.md's budgets; `messages` stand in the conversation before the reply."""
    if not BROWSER_SIDE.exists():
        return {"failed": "This bench needs a checkout with web/ (and Node, and Chromium)."}
    return asyncio.run(_run(words, rate, slowdown, messages))


async def _run(words: int, rate: int, slowdown: int, messages: int) -> dict[str, object]:
    with ModelServer() as server:
        os.environ |= {
            "RF_LLM_PROVIDER": "anthropic",
            "RF_LLM_BASE_URL": server.url,
            "RF_LLM_API_KEY": server.script.key,
            "RF_LLM_MODEL_STANDARD": "large",
        }
        async with scratch(sessions=10, messages=messages) as ids, child("app", ids) as port:
            found: dict[str, object] = {}
            texts = {"mixed": mixed(words), "one paragraph": plain(words), "one listing": listing(words)}
            for name, text in texts.items():
                server.script.default = Reply(text=text + ASKED, piece=max(1, len(text) // words), every=1 / rate)
                found[name] = await _browser(ids, port, slowdown)
    return {
        "method": f"{words} words at {rate} tokens/s after {messages} messages, processor slowed {slowdown}x, "
        "1440x900; frames from one to the next as the page gets them",
        "load average at the start": round(os.getloadavg()[0], 1),
        **found,
    }


async def _browser(ids: Scratch, port: int, slowdown: int) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        return {"failed": "Node is not on the path."}
    asked = {
        "url": f"http://127.0.0.1:{port}",
        "session": str(ids.session_id),
        "cookies": {ACCESS_COOKIE: ids.token, CSRF_COOKIE: csrf_value(ids.settings, ids.auth_session_id)},
        "slowdown": slowdown,
    }
    process = await asyncio.create_subprocess_exec(
        node, str(BROWSER_SIDE), cwd=WEB, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate(json.dumps(asked).encode())
    return (
        json.loads(told) if process.returncode == 0 else {"failed": f"the browser side ended with {process.returncode}"}
    )


def mixed(words: int) -> str:
    """Paragraphs, lists, headings, listings and inline marks, as long answers have them."""
    chance = random.Random(13)
    parts: list[str] = []
    told = 0
    while told < words:
        kind = chance.choice(("paragraph", "paragraph", "list", "heading", "code"))
        size = {"paragraph": 70, "list": 50, "heading": 5, "code": 60}[kind]
        parts.append(_part(kind, _some(chance, size)))
        told += size
    return "\n\n".join(parts)


def _part(kind: str, said: list[str]) -> str:
    if kind == "list":
        return "\n".join(f"- **{row[0]}** " + " ".join(row[1:]) for row in _rows(said, 10))
    if kind == "heading":
        return "## " + " ".join(said)
    if kind == "code":
        return "```powershell\n" + "\n".join(" ".join(row) for row in _rows(said, 6)) + "\n```"
    return " ".join(f"`{word}`" if place % 12 == 5 else word for place, word in enumerate(said)) + "."


def plain(words: int) -> str:
    """Everything in one paragraph: no finished block to keep."""
    return " ".join(_some(random.Random(5), words)) + "."


def listing(words: int) -> str:
    """Everything in one listing of lines of ten words."""
    return "```text\n" + "\n".join(" ".join(row) for row in _rows(_some(random.Random(6), words), 10)) + "\n```"


def _some(chance: random.Random, count: int) -> list[str]:
    return [chance.choice(_WORDS) for _ in range(count)]


def _rows(said: list[str], width: int) -> list[list[str]]:
    return [said[at : at + width] for at in range(0, len(said), width)]
