"""The engineer's message that *Send* makes out of answered and finished items."""

from __future__ import annotations

from collections.abc import Iterable

from resolutionflow.pilot.contract import LaneItemView


def compose_send(items: Iterable[LaneItemView], message: str = "") -> str:
    """Every settled item not yet sent, then what is still open, then the engineer's own words.

    Empty when no item is new: there is nothing to send.
    """
    known = list(items)
    settled = [_settled(item) for item in known if item.is_new and item.state in ("answered", "done", "skipped")]
    if not settled:
        return ""
    still_open = [f"- {item.text}" for item in known if item.state == "open"]
    parts = ["\n\n".join(settled)]
    if still_open:
        parts.append("Not yet done:\n" + "\n".join(still_open))
    if message.strip():
        parts.append(message.strip())
    return "\n\n".join(parts)


def _settled(item: LaneItemView) -> str:
    if item.state == "skipped":
        return f"{item.text}\nSkipped."
    if item.kind == "question":
        return f"{item.text}\n{_answer(item)}"
    if item.output and item.output.strip():
        return f"{item.text}\n```\n{item.output.strip(chr(10))}\n```"
    return f"{item.text}\n" + ("Done, no output." if item.command else "Done.")


def _answer(item: LaneItemView) -> str:
    if item.answer_kind == "unknown":
        return "I don't know."
    return item.answer or "No answer."
