"""A replayed session of ten turns against the model server: what is billed over what an uncached conversation would cost (P9)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

from resolutionflow.demo.models import ModelServer, Reply
from resolutionflow.flows.starter import load_starter_flows
from resolutionflow.kit.ids import new_id
from resolutionflow.llm import client
from resolutionflow.llm.contract import Caller, LlmConfig, Usage
from resolutionflow.llm.lines import Lines
from resolutionflow.llm.sinks import OpenSink
from resolutionflow.pilot.contract import (
    FactView,
    FlowKnowledge,
    HistoryMessage,
    LaneItemView,
    SessionView,
    TicketContext,
    TicketNote,
    TurnContext,
)
from resolutionflow.pilot.engines.llm.render import render
from resolutionflow.settings import Settings

TURNS = 10
READ, WRITE = 0.1, 1.25
"""What a token read from or written to the cache costs, as a share of a fresh one (Anthropic's list)."""
SAID = (
    "Outlook keeps asking for the password every few minutes since this morning, webmail works fine for her",
    "It is only this laptop, her phone still gets mail. She changed the password yesterday evening at home",
    "The office build is 16.0.17928 and she is on the domain, the VPN was off when she changed it",
    "Here is the output of the sign-in check, the account is not locked and the token is from last week",
    "Removed nothing yet. There are three saved entries for the mail server in the credential store",
    "I deleted the two old entries and restarted the program, it asked once and took the new password",
    "Ten minutes now and no prompt, but the calendar of the shared mailbox still says it cannot connect",
    "The shared mailbox was added by hand, not by automapping, the entry for it is still the old one",
    "Removed it and added it again, the calendar is there. No prompt since half an hour",
    "She confirms that all is well, mail and calendar, also after a restart of the laptop",
)
OUTPUT = (
    "Currently stored credentials: Target: mail server, Type: Generic, User: someone, Saved for: this logon only. " * 5
)
REPLY = (
    "That points away from the mailbox and towards what the device kept. The next check tells the two apart without touching anything. "
    '[QUESTIONS][{"text": "Is it the same with a fresh profile?", "options": ["Yes", "No"]}][/QUESTIONS]'
    '[ACTIONS][{"label": "List saved entries", "command": "cmdkey /list", "description": "Shows what is kept", "shell": "cmd"}][/ACTIONS]'
)


def run() -> dict[str, object]:
    """Shares of billed input over uncached input, and how often a prefix broke by accident."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    lines, settings, used = Lines(), Settings.load(), list[Usage]()
    with ModelServer() as server:
        server.script.default = Reply(text=REPLY)
        config = LlmConfig(
            provider="anthropic",
            base_url=server.url,
            api_key=server.script.key,
            model_fast="small",
            model_standard="large",
        )
        for context in _contexts():
            request = render(context, history_tokens=settings.llm_history_tokens).request
            who = Caller(UUID(int=1))
            done = await client.complete(settings, lines, config, request, caller=who, sink=OpenSink())
            used.append(done.usage)
    await lines.aclose()
    billed = sum(one.input + READ * one.cache_read + WRITE * one.cache_write for one in used)
    breaks = sum(later.cache_read < earlier.cache_read + earlier.cache_write for earlier, later in pairwise(used))
    share = billed / sum(one.sent for one in used)
    return {
        "method": f"{TURNS} turns through the engine's own rendering; hits computed by the model server from the bytes it was sent",
        "input tokens of each turn": [one.sent for one in used],
        "read from the cache": [one.cache_read for one in used],
        "billed over uncached (floor 0.35, target 0.30)": round(share, 3),
        "accidental prefix breaks (floor 0)": breaks,
        "failed": share > 0.35 or breaks > 0,
    }


def _contexts() -> list[TurnContext]:
    """The session as each turn finds it: history, lane and facts grow, the ticket stays."""
    flows = tuple(
        FlowKnowledge(new_id(), flow.slug, flow.name, flow.version, flow.definition_json())
        for flow in load_starter_flows()
    )
    note = (
        "The user called again and asked when it will be solved. She has a meeting at noon and needs the calendar. " * 3
    )
    ticket = TicketContext(
        "4711",
        "4711",
        "Outlook asks for the password again and again",
        "Since this morning Outlook asks for the password every few minutes. " * 8,
        company="A client",
        contact="A person",
        notes=tuple(TicketNote("A colleague", "staff", note, None) for _ in range(4)),
    )
    start = TurnContext(SessionView("Outlook asks for the password"), SAID[0], ticket=ticket, flows=flows)
    shown = REPLY[: REPLY.index("[")].strip()
    found: list[TurnContext] = []
    for turn in range(TURNS):
        history = tuple(
            one
            for said in SAID[:turn]
            for one in (HistoryMessage(new_id(), "engineer", _sent(said)), HistoryMessage(new_id(), "pilot", shown))
        )
        lane = tuple(
            LaneItemView(
                new_id(),
                "check",
                f"Check number {number}",
                "done",
                output=OUTPUT,
                is_new=number == turn - 1,
            )
            for number in range(turn)
        )
        facts = tuple(
            FactView(new_id(), f"What was said in step {number} holds.", "diagnostic_check", None, "verified")
            for number in range(turn)
        )
        found.append(replace(start, message=_sent(SAID[turn]), history=history, lane=lane, facts=facts))
    return found


def _sent(said: str) -> str:
    """A message as the lane composes it: the words, and the output they are about."""
    return f"{said}\n\n{OUTPUT}"
