"""What the model does beside the conversation: a session's name and its updates, both checked by code; and pictures on their way to it."""

from __future__ import annotations

import asyncio
import base64
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image
from tests.factories.sessions import make_item
from tests.pilot.llm.support import ANSWER, Case, answering

from resolutionflow.demo.models import Reply, Rule
from resolutionflow.sessions.intake import auto_title
from resolutionflow.sessions.naming import read_title
from resolutionflow.sessions.updates.model_writer import asked_only

WORDS = "Outlook asks Anna for her password again and again since the update of this morning, webmail works for her, nobody else has it"
NAMING = "You name an IT support case"
TELLING = "You tell a customer"
ASKING = "You ask a customer"


async def begin(case: Case) -> dict[str, Any]:
    """A session made without words, as the home page does."""
    async with case.live.client() as client:
        made = (await client.post("/api/v1/ai-sessions", json={})).json()["session"]
    case.sid = UUID(made["id"])
    return made


async def title_of(case: Case) -> str:
    return (await case.get(f"/ai-sessions/{case.sid}"))["title"]


async def named(case: Case, before: str) -> str:
    async with asyncio.timeout(15):
        while (title := await title_of(case)) == before:
            await asyncio.sleep(0.05)
    return title


async def calls_of(case: Case, action: str, count: int) -> list[dict[str, Any]]:
    """The settled calls of a kind, once there are so many."""
    async with asyncio.timeout(15):
        while (
            len(found := [one for one in await case.calls() if one["action"] == action and one["finished_at"]]) < count
        ):
            await asyncio.sleep(0.05)
    return found


@pytest.mark.anyio
async def test_the_first_turn_names_the_session_by_the_fast_model(case: Case) -> None:
    await case.use("anthropic")
    case.models.script.rules.append(Rule(contains=NAMING, reply=Reply(text="Outlook password prompt after update\n")))
    case.models.script.default = answering()
    await begin(case)
    await case.say(WORDS)
    assert await named(case, auto_title(WORDS)) == "Outlook password prompt after update"
    (call,) = await calls_of(case, "title", 1)
    assert (call["tier"], call["model"], call["outcome"]) == ("fast", "small-1", "ok")
    # It is asked once; a name a person gave is theirs.
    await case.say("webmail works")
    async with case.live.client() as client:
        assert (
            await client.patch(f"/api/v1/ai-sessions/{case.sid}", json={"title": "Anna's Outlook"})
        ).status_code == 200
    await case.say("still there")
    assert await title_of(case) == "Anna's Outlook" and len(await calls_of(case, "title", 1)) == 1


@pytest.mark.anyio
async def test_without_a_usable_name_the_first_words_stay(case: Case) -> None:
    await case.use("openai_compatible")
    case.models.script.rules += [
        Rule(contains=NAMING, reply=Reply(text="Mailbox of Bertrand on EXCH-07 locked"), times=1),
        Rule(contains=NAMING, reply=Reply(status=529, message="Overloaded")),
    ]
    case.models.script.default = answering()
    for number in (1, 2):
        await begin(case)
        await case.say(WORDS)
        await calls_of(case, "title", number)
        assert (await title_of(case)).startswith("Outlook asks Anna for her password")


@pytest.mark.parametrize(
    "answer,title",
    [
        ("**Outlook password prompt.**", "Outlook password prompt"),
        ("", None),
        ("Sure! Here is a name:\nOutlook", None),
        ("word " * 13, None),
        ("Server FS-99 does not answer", None),
    ],
)
def test_a_name_is_short_and_from_the_words(answer: str, title: str | None) -> None:
    assert read_title(answer, WORDS) == title


@pytest.mark.anyio
async def test_an_update_is_told_by_the_model_only_where_every_sentence_is_proven(case: Case) -> None:
    await case.use("google")
    good = "Webmail works for her. [[1]] We look at the saved password next. [[R]] We will call before noon. [[N]]"
    bad = "Webmail works for her. [[1]] The server EXCH-07 was restarted. [[1]]"
    case.models.script.rules += [
        Rule(contains=TELLING, reply=Reply(text=good), times=2),
        Rule(contains=TELLING, reply=Reply(text=bad), times=1),
        Rule(contains=TELLING, reply=Reply(text="Webmail works for her."), times=1),
        Rule(contains=TELLING, reply=Reply(status=500)),
    ]
    async with case.live.client() as client:
        base = f"/api/v1/ai-sessions/{case.sid}"
        await client.post(f"{base}/facts", json={"text": "Webmail works for her."})

        async def told(audience: str) -> dict[str, Any]:
            body = {"audience": audience, "note": "We will call before noon"}
            answer = await client.post(f"{base}/updates/preview", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        plain = "Webmail works for her. We look at the saved password next. We will call before noon."
        status = await told("status_update")
        assert (status["markdown"], status["engine"], status["model"]) == (plain, "llm", "large-1")
        mail = await told("email_draft")
        assert plain in mail["markdown"] and mail["markdown"].startswith("Hello") and mail["subject"]
        # A name nobody found, a sentence that rests on nothing, no answer: the built-in writer.
        for _ in range(3):
            builtin = await told("status_update")
            assert builtin["markdown"].startswith("Confirmed so far: Webmail works for her")
            assert "EXCH-07" not in builtin["markdown"] and (builtin["engine"], builtin["model"]) == ("builtin", None)
        # Nothing is open: there is nothing a model could ask for.
        asked = len(case.models.requests)
        request = await told("request_info")
        assert request["markdown"].startswith("To go on") and len(case.models.requests) == asked
        assert (request["engine"], request["model"]) == ("builtin", None)


@pytest.mark.anyio
async def test_a_request_is_worded_by_the_model_only_where_it_asks_the_open_questions(case: Case) -> None:
    await case.use("anthropic")
    owner, db = case.live.world.a["engineer"], case.live.services.db
    await make_item(db, owner, case.sid, text="Does a second profile work?", position=1)
    await make_item(db, owner, case.sid, text="What are the exact words of the error?", position=2)
    await make_item(db, owner, case.sid, text="Is it the only device?", position=3, state="answered", answer="Yes")
    good = "1. Could you try whether a second profile works? [[Q1]]\n- Which exact words does the error show? [[Q2]]\n"
    case.models.script.rules += [
        Rule(contains=ASKING, reply=Reply(text=good), times=1),
        Rule(contains=ASKING, reply=Reply(status=529, message="Overloaded")),
    ]
    async with case.live.client() as client:
        url = f"/api/v1/ai-sessions/{case.sid}/updates/preview"
        body = {"audience": "request_info", "note": "We call at noon"}
        worded = (await client.post(url, json=body)).json()
        builtin = (await client.post(url, json=body)).json()
    assert worded["markdown"] == (
        "To go on with this we need the following from you:\n\n1. Could you try whether a second profile works?\n"
        "2. Which exact words does the error show?\n\nWe call at noon."
    )
    assert (worded["engine"], worded["model"]) == ("llm", "large-1")
    assert "1. Does a second profile work?" in builtin["markdown"]
    assert (builtin["engine"], builtin["model"]) == ("builtin", None)
    assert "Is it the only device?" not in case.models.requests[0].text


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Does a second profile work? [[Q1]]",
        "Does a second profile work?\nWhat does the error say? [[Q2]]",
        "What does the error say? [[Q2]]\nDoes a second profile work? [[Q1]]",
        "Does a second profile work? [[Q1]]\nWhat does the error say? [[Q2]]\nWhich version is it? [[Q2]]",
        "Does a second profile work? [[Q1]]\nIs the coffee hot? [[Q2]]",
        "Does a second profile on EXCH-07 work? [[Q1]]\nWhat does the error say? [[Q2]]",
        "Does a second profile work, and what is the password? [[Q1]]\nWhat does the error say? [[Q2]]",
        f"Does a second profile work? {'Really? ' * 60}[[Q1]]\nWhat does the error say? [[Q2]]",
    ],
)
def test_what_asks_for_anything_else_is_no_request(answer: str) -> None:
    questions = ("Does a second profile work?", "What are the exact words of the error?")
    assert asked_only("Does a second profile work? [[Q1]]\nWhat does the error say? [[q2]]", questions) is not None
    assert asked_only(answer, questions) is None


@pytest.mark.anyio
async def test_a_picture_reaches_the_model_in_each_protocol_and_is_missed_aloud_when_turned_off(case: Case) -> None:
    shot = BytesIO()
    Image.new("RGB", (40, 30), (180, 20, 20)).save(shot, "PNG")

    async def show() -> list[Any]:
        async with case.live.client() as client:
            sent = await client.post("/api/v1/uploads", files={"file": ("error.png", shot.getvalue(), "image/png")})
            assert sent.status_code == 201, sent.text
            upload = sent.json()["id"]
            body = {"message": "This is what she sees", "client_turn_id": str(uuid4()), "upload_ids": [upload]}
            case.models.script.default = Reply(text=ANSWER)
            case.models.script.requests.clear()
            done = await client.post(
                f"/api/v1/ai-sessions/{case.sid}/chat", json=body, headers={"accept": "application/json"}
            )
            assert done.json()["status"] == "finished", done.text
            picture = (await client.get(f"/api/v1/uploads/{upload}/content")).content
        return [done.json(), base64.b64encode(picture).decode().rstrip("=")]

    for provider in ("anthropic", "google", "openai_compatible"):
        await case.new_session()
        await case.use(provider)
        turn, picture = await show()
        # Google's library writes Base64 with the letters for addresses.
        first = case.models.requests[0].text.translate(str.maketrans("-_", "+/"))
        assert first.count(picture) == 1 and "image/jpeg" in case.models.requests[0].text, provider
        assert turn["engine"] == "llm" and turn["notices"] == []
    await case.new_session()
    await case.use("anthropic", images_enabled=False)
    turn, picture = await show()
    assert picture not in case.models.requests[0].text and "This is what she sees" in case.models.requests[0].text
    (notice,) = turn["notices"]
    assert notice["text"].startswith("The pictures were not sent") and "Engines" in notice["text"]
