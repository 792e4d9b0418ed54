"""Every family of providers over the wire with the vendor's own library: answers, counts, faults, limits."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from resolutionflow.demo.models import Reply
from resolutionflow.llm import client, errors
from resolutionflow.llm.contract import Caller, CallNotice, Finished, Image, ModelMessage, TextPiece, tier_of
from tests.llm.conftest import PROVIDERS, REQUEST, Asker

pytestmark = pytest.mark.anyio
each_provider = pytest.mark.parametrize("provider", PROVIDERS)
TEXT = "One two three four five six seven. «Ä» done"


@each_provider
async def test_an_answer_arrives_in_pieces_and_is_counted(asker: Asker, provider: str) -> None:
    asker.models.script.queue(Reply(text=TEXT, piece=7))
    events = await asker.ask(asker.config(provider))
    pieces = [event.text for event in events if isinstance(event, TextPiece)]
    assert "".join(pieces) == TEXT and len(pieces) > 3
    last = events[-1]
    assert isinstance(last, Finished) and last.stop_reason == "end" and last.model == "large-1"
    assert last.usage.output == -(-len(TEXT.encode()) // 4) and last.usage.sent > 5
    (record,) = asker.sink.records
    assert record.outcome == "ok" and record.usage == last.usage and record.attempts == 1
    assert record.tier == "standard" and record.first_token_ms is not None and record.first_token_ms <= record.total_ms
    expected = Decimal(last.usage.input * 3 + last.usage.output * 15) / 1_000_000
    assert record.cost == expected and record.cost > 0
    assert not asker.sink.open
    assert asker.sink.intents[0].estimated_cost is not None


@each_provider
async def test_what_is_sent_holds_instructions_conversation_and_pictures(asker: Asker, provider: str) -> None:
    picture = Image("image/png", b"\x89PNG-not-really")
    request = replace(REQUEST, messages=(*REQUEST.messages[:-1], ModelMessage("user", "Look", (picture,))))
    await asker.ask(asker.config(provider), request)
    sent = asker.models.requests[0]
    for words in ("How to behave", "What is known", "Earlier words", "An answer", "Look"):
        assert sent.text.count(words) == 1
    assert "iVBORy1ub3QtcmVhbGx5" in sent.text.replace("\\u003d", "=") or "iVBORy1ub3QtcmVhbGx5"[:-2] in sent.text
    assert "image/png" in sent.text


async def test_anthropic_marks_what_may_be_kept(asker: Asker) -> None:
    await asker.ask(asker.config("anthropic"))
    body = asker.models.requests[0].body
    assert body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in body["system"][1]
    assert body["messages"][1]["content"][-1]["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in json.dumps(body["messages"][2])


@each_provider
async def test_a_second_call_reads_the_cache(asker: Asker, provider: str) -> None:
    long = replace(REQUEST, system=(replace(REQUEST.system[0], text="A rule. " * 1200), REQUEST.system[1]))
    await asker.ask(asker.config(provider), long)
    again = replace(long, messages=(*long.messages[:2], ModelMessage("user", "Something else")))
    await asker.ask(asker.config(provider), again)
    first, second = (record.usage for record in asker.sink.records)
    assert first.cache_read == 0 and second.cache_read > 2000
    assert second.input < 400
    if provider == "anthropic":
        assert first.cache_write >= second.cache_read > 0


FAULTS: tuple[tuple[str, Reply, type[errors.LlmError], str, bool], ...] = (
    ("a wrong key", Reply(status=401, message="invalid key"), errors.KeyRefused, "", False),
    ("an unknown model", Reply(status=404, message="no such model"), errors.BadModelRequest, "", False),
    ("a redirect", Reply(status=307), errors.AddressNotAllowed, "", False),
    ("too much asked", Reply(status=429, retry_after=3600), errors.OverLimit, "", False),
    ("silence from the start", Reply(stall_after=0), errors.TimedOut, "", False),
    ("silence in the middle", Reply(text=TEXT, piece=7, stall_after=2), errors.TimedOut, TEXT[:14], True),
    ("a cut connection", Reply(text=TEXT, piece=7, drop_after=2), errors.CutOff, TEXT[:14], True),
    ("half an event", Reply(text=TEXT, piece=7, half_after=2), errors.CutOff, TEXT[:14], True),
    ("no end", Reply(text=TEXT, cut_short=True), errors.CutOff, TEXT, True),
    ("an error in the stream", Reply(text=TEXT, piece=7, error_after=2), errors.ProviderOverloaded, TEXT[:14], True),
    ("a refusal", Reply(refuse=True), errors.RefusedContent, "", False),
)


@each_provider
@pytest.mark.parametrize("name,reply,expected,text,shown", FAULTS, ids=[fault[0] for fault in FAULTS])
async def test_every_fault_has_its_meaning(
    asker: Asker, provider: str, name: str, reply: Reply, expected: type[errors.LlmError], text: str, shown: bool
) -> None:
    asker.models.script.queue(reply)
    patient = asker.hurried() if "silence" in name else asker
    given, error = await patient.pieces(asker.config(provider))
    assert type(error) is expected, error
    assert given == text and error.shown is shown
    if reply.message:
        assert reply.message in error.provider_message
    (record,) = asker.sink.records
    assert record.outcome == error.outcome and not asker.sink.open
    assert len(asker.models.requests) == 1, "never sent again"
    assert (record.usage.output > 1) is shown


@each_provider
async def test_a_key_that_google_calls_a_bad_request_and_nothing_of_it_in_the_settings(
    asker: Asker, provider: str
) -> None:
    config = asker.config(provider, api_key="not-the-key-we-know")
    assert "not-the-key-we-know" not in repr(config)
    _, error = await asker.pieces(config)
    assert isinstance(error, errors.KeyRefused) and "invalid x-api-key" in error.provider_message


async def test_a_bad_google_key_is_a_key_error(asker: Asker) -> None:
    asker.models.script.queue(Reply(status=400, message="API key not valid. Please pass a valid API key."))
    _, error = await asker.pieces(asker.config("google"))
    assert isinstance(error, errors.KeyRefused)


@each_provider
@pytest.mark.parametrize("status", [429, 500, 503, 529])
async def test_trouble_before_the_first_piece_is_tried_once_more(asker: Asker, provider: str, status: int) -> None:
    asker.models.script.queue(Reply(status=status, retry_after=0), Reply(text=TEXT))
    given, error = await asker.pieces(asker.config(provider))
    assert error is None and given == TEXT
    assert asker.sink.records[0].attempts == 2 and len(asker.sink.records) == 1
    asker.models.script.queue(Reply(status=status), Reply(status=status), Reply(text=TEXT))
    _, error = await asker.pieces(asker.config(provider))
    assert isinstance(error, errors.LlmError) and len(asker.models.requests) == 4


async def test_the_pause_is_as_long_as_asked(asker: Asker) -> None:
    asker.models.script.queue(Reply(status=429, retry_after=0.25), Reply(text=TEXT))
    await asker.ask(asker.config("anthropic"))
    assert asker.sink.records[0].total_ms >= 250


@each_provider
async def test_nobody_at_the_address(asker: Asker, provider: str) -> None:
    url = "http://127.0.0.1:9" if provider != "openai_compatible" else "http://127.0.0.1:9/v1"
    _, error = await asker.pieces(asker.config(provider, base_url=url))
    assert isinstance(error, errors.Unreachable) and asker.sink.records[0].attempts == 2


@each_provider
@pytest.mark.parametrize(
    "url",
    [
        "http://model.example",
        "https://10.0.0.7/v1",
        "https://169.254.169.254/",
        "ftp://x",
        "http://localhost.example:80",
    ],
)
async def test_forbidden_addresses_get_no_byte(asker: Asker, provider: str, url: str) -> None:
    _, error = await asker.pieces(asker.config(provider, base_url=url))
    assert isinstance(error, errors.AddressNotAllowed)
    on_the_net = replace(asker, settings=asker.settings.model_copy(update={"loopback_only": False}))
    _, error = await on_the_net.pieces(asker.config(provider))
    assert isinstance(error, errors.AddressNotAllowed) and not asker.models.requests


async def test_localhost_is_this_machine_and_private_hosts_need_the_operator(asker: Asker) -> None:
    local = asker.config("anthropic", base_url=asker.models.url.replace("127.0.0.1", "localhost"))
    _, error = await asker.pieces(local)
    assert error is None
    named = replace(
        asker,
        settings=asker.settings.model_copy(
            update={"loopback_only": False, "llm_private_hosts": f"http://localhost:{asker.models.port}"}
        ),
    )
    _, error = await named.pieces(local)
    assert error is None and len(asker.models.requests) == 2


async def test_no_money_no_call(asker: Asker) -> None:
    asker.sink.exhausted = True
    _, error = await asker.pieces(asker.config("anthropic"))
    assert isinstance(error, errors.OverBudget) and not asker.models.requests and not asker.sink.records


@each_provider
async def test_a_caller_who_walks_away_ends_the_call_and_leaves_a_record(asker: Asker, provider: str) -> None:
    asker.models.script.queue(Reply(text=TEXT * 50, piece=4, every=0.01))
    async with aclosing(asker.open(asker.config(provider))) as events:
        async for event in events:
            assert isinstance(event, TextPiece)
            break
    (record,) = asker.sink.records
    assert record.outcome == "cancelled" and record.usage.output > 0 and not asker.sink.open

    async def wait_for_it() -> None:
        await asker.ask(asker.config(provider))

    asker.models.script.queue(Reply(stall_after=0))
    task = asyncio.create_task(wait_for_it())
    async with asyncio.timeout(5):
        while len(asker.models.requests) < 2:
            await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asker.sink.records[-1].outcome == "cancelled" and not asker.sink.open


async def test_documentation_is_used_where_allowed(asker: Asker) -> None:
    asker.models.script.queue(Reply(text=TEXT, docs_tool="microsoft_docs_search"))
    request = replace(REQUEST, use_docs=True)
    await asker.ask(asker.config("anthropic", ms_learn=True), request)
    sent = asker.models.requests[0]
    assert sent.body["mcp_servers"][0]["url"] == "https://learn.microsoft.com/api/mcp"
    assert "mcp-client" in sent.headers["anthropic-beta"]
    docs = asker.sink.records[0].docs
    assert docs.available and docs.invoked and docs.tools == ("microsoft_docs_search",) and not docs.fallback
    await asker.ask(asker.config("anthropic"), request)
    assert "mcp_servers" not in asker.models.requests[1].body


async def test_documentation_that_fails_is_done_without(asker: Asker) -> None:
    asker.models.script.default = Reply(text=TEXT, mcp_down=True)
    events = await asker.ask(asker.config("anthropic", ms_learn=True), replace(REQUEST, use_docs=True))
    assert [event.kind for event in events if isinstance(event, CallNotice)] == ["docs_unavailable"]
    assert "".join(event.text for event in events if isinstance(event, TextPiece)) == TEXT
    assert len(asker.models.requests) == 2 and "mcp_servers" not in asker.models.requests[1].body
    assert asker.sink.records[0].docs.fallback


async def test_thinking_is_a_sign_of_life_but_never_shown(asker: Asker) -> None:
    asker.models.script.queue(Reply(text=TEXT, thinking=3))
    given, error = await asker.pieces(asker.config("anthropic"))
    assert error is None and given == TEXT


async def test_a_server_that_counts_nothing_is_estimated(asker: Asker) -> None:
    asker.models.script.queue(Reply(text=TEXT, without_usage=True))
    await asker.ask(asker.config("openai_compatible"))
    assert asker.sink.records[0].usage.input > 0 and asker.sink.records[0].usage.output > 0


async def test_a_server_that_wants_the_other_name_of_the_limit(asker: Asker) -> None:
    asker.models.script.queue(Reply(status=400, message="Use 'max_completion_tokens' instead of 'max_tokens'."))
    _, error = await asker.pieces(asker.config("openai_compatible"))
    assert error is None
    first, second = (request.body for request in asker.models.requests)
    assert first["max_tokens"] == 500 and second["max_completion_tokens"] == 500 and "max_tokens" not in second


async def test_the_action_decides_the_model(asker: Asker) -> None:
    for action in ("title", "fact_synthesis", "variable_inference"):
        assert tier_of(action) == "fast"
        await asker.ask(asker.config("anthropic"), replace(REQUEST, action=action))  # type: ignore[arg-type]
    await asker.ask(asker.config("anthropic"), replace(REQUEST, tier="fast"))
    assert {request.body["model"] for request in asker.models.requests} == {"small-1"}
    assert {record.cost for record in asker.sink.records} == {None}, "no price is not free"
    assert tier_of("something_new") == "standard"


async def test_what_the_environment_says_changes_nothing(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile: dict[str, Any] = {
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_API_KEY": "other", "ANTHROPIC_AUTH_TOKEN": "other",
        "OPENAI_BASE_URL": "http://127.0.0.1:9", "OPENAI_API_KEY": "other", "GOOGLE_API_KEY": "other",
        "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9", "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
    }  # fmt: skip
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    for provider in PROVIDERS:
        _, error = await asker.pieces(asker.config(provider))
        assert error is None


@each_provider
async def test_a_whole_answer_is_one_good_call(asker: Asker, provider: str) -> None:
    asker.models.script.queue(Reply(text=TEXT))
    done = await client.complete(
        asker.settings, asker.lines, asker.config(provider), REQUEST, caller=Caller(uuid4()), sink=asker.sink
    )
    assert done.text == TEXT and done.stop_reason == "end"
    assert [record.outcome for record in asker.sink.records] == ["ok"]
