"""Asking once for many, and not at all for nobody."""

from __future__ import annotations

import asyncio

import pytest

from resolutionflow.psa.providers.together import Together

pytestmark = pytest.mark.anyio


class Question:
    """Something that takes until it is told to end."""

    def __init__(self) -> None:
        self.begun = 0
        self.taken_back = 0
        self.end = asyncio.Event()

    async def load(self) -> str:
        self.begun += 1
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.taken_back += 1
            raise
        return f"answer {self.begun}"


async def begun(question: Question, count: int) -> None:
    async with asyncio.timeout(5):
        while question.begun < count:
            await asyncio.sleep(0)


async def test_equal_questions_share_one_answer_and_later_ones_do_not() -> None:
    together, question = Together[str](), Question()
    askers = [asyncio.ensure_future(together.ask("same", question.load)) for _ in range(3)]
    await begun(question, 1)
    question.end.set()
    assert await asyncio.gather(*askers) == ["answer 1"] * 3
    assert await together.ask("same", question.load) == "answer 2"


async def test_one_who_leaves_takes_nothing_from_the_others() -> None:
    together, question = Together[str](), Question()
    leaving, staying = (asyncio.ensure_future(together.ask("same", question.load)) for _ in range(2))
    await begun(question, 1)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    question.end.set()
    assert await staying == "answer 1"
    assert question.taken_back == 0


async def test_a_question_nobody_waits_for_is_over_before_its_asker_is() -> None:
    together, question = Together[str](), Question()
    asker = asyncio.ensure_future(together.ask("same", question.load))
    await begun(question, 1)
    asker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asker
    assert question.taken_back == 1


async def test_an_error_reaches_everybody() -> None:
    together = Together[str]()

    async def fail() -> str:
        await asyncio.sleep(0)
        raise ValueError("no")

    found = await asyncio.gather(*(together.ask("same", fail) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in found] == [ValueError] * 3


async def test_after_a_change_everything_is_asked_anew() -> None:
    together, question = Together[str](), Question()
    before = asyncio.ensure_future(together.ask("same", question.load))
    await begun(question, 1)
    together.part()
    after = asyncio.ensure_future(together.ask("same", question.load))
    await begun(question, 2)
    question.end.set()
    await asyncio.gather(before, after)
    assert question.begun == 2
