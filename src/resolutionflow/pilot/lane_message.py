"""The engineer message composed from settled lane items (sessions-api.md 5, Send). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from resolutionflow.pilot.contract import LaneItemView

FENCE = "```"


def compose_send(items: Sequence[LaneItemView], message: str = "") -> str:
    """Questions with their answers and checks with their outputs, then what is not yet done, then the own words.

    Empty when no item is new: there is nothing to send.
    """
    settled = [_item(item) for item in items if item.is_new]
    if not settled:
        return ""
    still_open = [f"- {item.text}" for item in items if item.state == "open"]
    if still_open:
        settled.append("Not yet done:\n" + "\n".join(still_open))
    if message.strip():
        settled.append(message.strip())
    return "\n\n".join(settled)


def _item(item: LaneItemView) -> str:
    if item.state == "skipped":
        return f"{item.text}\nSkipped."
    if item.kind == "question":
        return f"{item.text}\n{'I don’t know.' if item.answer_kind == 'unknown' else item.answer or ''}"
    output = (item.output or "").strip("\r\n")
    if not output.strip():
        return f"{item.text}\nDone."
    fence = FENCE
    while fence in output:
        fence += "`"
    return f"{item.text}\n{fence}\n{output}\n{fence}"
