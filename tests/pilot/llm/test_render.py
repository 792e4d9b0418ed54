"""What the model is told of an output that the product can read by itself."""

from __future__ import annotations

import re

import orjson
from tests.pilot.guide.driver import name_id

from resolutionflow.pilot.contract import LaneItemView, SessionView, TurnContext
from resolutionflow.pilot.engines.llm.render import render

OUTPUT = "TcpTestSucceeded       : False\nComputerName           : fs01\nRemotePort             : 445"


def state_of(*items: LaneItemView) -> dict[str, list[dict[str, object]]]:
    context = TurnContext(session=SessionView(title="Shares do not open"), message="Here it is", lane=items)
    newest = render(context, history_tokens=1000).request.messages[-1].text
    dumped = re.search(r'<untrusted kind="state">\n(.*)\n</untrusted>', newest)
    assert dumped is not None
    return orjson.loads(dumped[1])


def check(*, is_new: bool, output: str = OUTPUT) -> LaneItemView:
    command = "Test-NetConnection fs01 -Port 445"
    item = name_id("check", is_new, output)
    return LaneItemView(
        item, "check", "Test the port", "done", command=command, shell="powershell", output=output, is_new=is_new
    )


def test_facts_read_from_a_new_output_come_with_their_quotes() -> None:
    read = state_of(check(is_new=True))["lane"][0]["read_from_output"]
    assert isinstance(read, list) and read
    assert all(entry["quote"] in OUTPUT for entry in read)
    assert any("445" in entry["fact"] for entry in read)


def test_an_output_that_was_sent_before_or_is_unknown_is_not_read_again() -> None:
    old, unknown = state_of(check(is_new=False), check(is_new=True, output="nothing of note"))["lane"]
    assert "read_from_output" not in old
    assert "read_from_output" not in unknown
