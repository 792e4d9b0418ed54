"""Outgoing requests: no socket to a forbidden address, no redirect followed, nothing sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.kit.http import AnswerTooLarge, GuardedClient, HttpOptions, RequestFailed, Timeouts
from resolutionflow.kit.netguard import UrlPolicy, UrlRefused, check_address, check_host, check_url

pytestmark = pytest.mark.anyio

HOSTILE_URLS = [
    ("", "malformed"),
    ("https://", "malformed"),
    ("https:///path", "malformed"),
    ("not a url", "malformed"),
    ("https://psa.example/\x00", "malformed"),
    ("https://psa.example\r\nHost: evil.example", "malformed"),
    ("https://psa.example\\@evil.example", "malformed"),
    ("https://psa.exаmple", "malformed"),
    ("https://psa。example", "malformed"),
    ("https://psa.example:99999", "malformed"),
    ("https://psa.example:port", "malformed"),
    ("https://[::1", "malformed"),
    ("http://psa.example", "scheme"),
    ("ftp://psa.example", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("gopher://psa.example", "scheme"),
    ("javascript:alert(1)", "scheme"),
    ("//psa.example", "scheme"),
    ("psa.example", "scheme"),
    ("http://127.0.0.1:8101", "scheme"),
    ("https://user@psa.example", "user_info"),
    ("https://user:pw@psa.example", "user_info"),
    ("https://psa.example@10.0.0.1", "user_info"),
    ("https://@psa.example", "user_info"),
    ("https://127.0.0.1", "ip_literal"),
    ("https://10.0.0.1", "ip_literal"),
    ("https://8.8.8.8", "ip_literal"),
    ("https://169.254.169.254/latest/meta-data", "ip_literal"),
    ("https://[::1]", "ip_literal"),
    ("https://[::ffff:127.0.0.1]", "ip_literal"),
    ("https://[fd00:ec2::254]", "ip_literal"),
    ("https://[2001:db8::1]", "ip_literal"),
    ("https://127.1", "ip_literal"),
    ("https://127.0.1", "ip_literal"),
    ("https://2130706433", "ip_literal"),
    ("https://0x7f000001", "ip_literal"),
    ("https://0x7f.0.0.1", "ip_literal"),
    ("https://0177.0.0.1", "ip_literal"),
    ("https://017700000001", "ip_literal"),
    ("https://0", "ip_literal"),
    ("https://1.2.3.4.5", "ip_literal"),
    ("https://psa.example.0x7f", "ip_literal"),
    ("https://psa.example:8443", "port"),
    ("https://psa.example:80", "port"),
    ("https://psa.example:22", "port"),
    ("https://psa.example:0", "port"),
    ("https://localhost", "host"),
    ("https://intranet", "host"),
    ("https://psa.example.", "host"),
    ("https://.example", "host"),
    ("https://psa..example", "host"),
    ("https://-psa.example", "host"),
    ("https://psa-.example", "host"),
    ("https://psa_x.example", "host"),
    ("https://psa%2eexample", "host"),
    ("https://psa.example%00.evil.example", "host"),
    (f"https://{'a' * 64}.example", "host"),
    (f"https://{'a.' * 130}example", "host"),
    ("https://psa.exam*ple", "host"),
    (f"https://psa.example/{'a' * 5000}", "malformed"),
]
HOSTILE_ADDRESSES = [
    ("127.0.0.1", "private_address"),
    ("127.255.255.254", "private_address"),
    ("0.0.0.0", "private_address"),
    ("10.1.2.3", "private_address"),
    ("172.16.0.1", "private_address"),
    ("172.31.255.255", "private_address"),
    ("192.168.1.1", "private_address"),
    ("100.64.0.1", "private_address"),
    ("192.0.2.7", "private_address"),
    ("198.51.100.7", "private_address"),
    ("203.0.113.7", "private_address"),
    ("198.18.0.1", "private_address"),
    ("192.88.99.1", "private_address"),
    ("224.0.0.1", "private_address"),
    ("240.0.0.1", "private_address"),
    ("255.255.255.255", "private_address"),
    ("169.254.1.1", "metadata_address"),
    ("169.254.169.254", "metadata_address"),
    ("100.100.100.200", "metadata_address"),
    ("192.0.0.192", "metadata_address"),
    ("::1", "private_address"),
    ("::", "private_address"),
    ("fe80::1", "metadata_address"),
    ("fe80::1%eth0", "metadata_address"),
    ("fc00::1", "private_address"),
    ("fd12:3456::1", "private_address"),
    ("fd00:ec2::254", "metadata_address"),
    ("fec0::1", "private_address"),
    ("ff02::1", "private_address"),
    ("2001:db8::1", "private_address"),
    ("::ffff:10.0.0.1", "private_address"),
    ("::ffff:169.254.169.254", "metadata_address"),
    ("::7f00:1", "private_address"),
    ("64:ff9b::a00:1", "private_address"),
    ("64:ff9b::a9fe:a9fe", "metadata_address"),
    ("2002:7f00:1::1", "private_address"),
    ("2002:808:808::1", "private_address"),
    ("2001:0:1::1", "private_address"),
]


@pytest.mark.parametrize(("url", "rule"), HOSTILE_URLS)
async def test_hostile_urls_are_refused_by_name(url: str, rule: str) -> None:
    with pytest.raises(UrlRefused) as caught:
        check_url(url, UrlPolicy())
    assert caught.value.rule == rule
    assert str(caught.value)


@pytest.mark.parametrize(("address", "rule"), HOSTILE_ADDRESSES)
async def test_a_name_that_leads_to_a_hostile_address_opens_no_socket(
    address: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    async def connect(self: object, host: str, *args: object, **more: object) -> httpcore2.AsyncNetworkStream:
        opened.append(host)
        raise httpcore2.ConnectError("not in tests")

    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", address]

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    async with GuardedClient(HttpOptions(resolver=resolver, retry_waits=())) as client:
        with pytest.raises(UrlRefused) as caught:
            await client.read("https://psa.example/x", headers={"authorization": "invented"})
    assert caught.value.rule == rule
    assert opened == []


async def test_a_public_address_is_the_one_connected_to_even_if_the_name_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    async def connect(self: object, host: str, *args: object, **more: object) -> httpcore2.AsyncNetworkStream:
        opened.append(host)
        raise httpcore2.ConnectError("not in tests")

    async def resolver(host: str, port: int) -> Sequence[str]:
        return next(answers)

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    async with GuardedClient(HttpOptions(resolver=resolver, retry_waits=(0.0,))) as client:
        with pytest.raises(UrlRefused):
            await client.read("https://psa.example/x", headers={})
    assert opened == ["93.184.216.34"]


async def test_metadata_stays_forbidden_for_hosts_the_operator_lists() -> None:
    policy = UrlPolicy(UrlPolicy.parse_hosts("psa.internal:8443, cw"))
    assert check_url("https://psa.internal:8443/x", policy).port == 8443
    assert check_url("https://cw/x", policy).host == "cw"
    with pytest.raises(UrlRefused):
        check_url("https://psa.internal:9999/x", policy)
    assert str(check_address("10.0.0.5", private_ok=True)) == "10.0.0.5"
    for metadata in ("169.254.169.254", "fe80::1", "fd00:ec2::254"):
        with pytest.raises(UrlRefused):
            check_address(metadata, private_ok=True)


@given(st.text(max_size=60))
async def test_no_text_passes_as_a_host_that_is_an_address(text: str) -> None:
    try:
        check_host(text.lower())
    except UrlRefused:
        return
    assert not text.replace(".", "").isdigit()
    assert ":" not in text
    assert "/" not in text


@asynccontextmanager
async def server(reply: bytes, *, seen: list[bytes] | None = None) -> AsyncIterator[str]:
    """A loopback server that answers every request with `reply` (nothing: it hangs up)."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(request)
        if reply:
            writer.write(reply)
            await writer.drain()
        writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}"


def local(**more: object) -> HttpOptions:
    return HttpOptions(
        policy=UrlPolicy(allow_loopback=True), timeouts=Timeouts(1, 1, 1), retry_waits=(0.0, 0.0), **more
    )  # type: ignore[arg-type]


async def test_redirects_are_never_followed() -> None:
    seen: list[bytes] = []
    reply = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
    async with server(reply, seen=seen) as url, GuardedClient(local()) as client:
        with pytest.raises(UrlRefused) as caught:
            await client.read(url, headers={})
    assert caught.value.rule == "redirect"
    assert len(seen) == 1


async def test_too_long_answers_are_cut_off() -> None:
    reply = b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n" + b"x" * 4000
    async with server(reply) as url, GuardedClient(local(max_answer=3000)) as client:
        with pytest.raises(AnswerTooLarge):
            await client.read(url, headers={})


async def test_a_write_is_sent_once_whatever_comes_back() -> None:
    for reply in (b"", b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", b"garbage\r\n\r\n"):
        seen: list[bytes] = []
        async with server(reply, seen=seen) as url, GuardedClient(local()) as client:
            try:
                await client.write("POST", url, headers={}, json={"a": 1})
            except RequestFailed as error:
                assert error.sent
        assert len(seen) == 1


async def test_a_read_is_repeated_after_503_and_not_after_500() -> None:
    for status, times in ((b"503 Busy", 3), (b"500 Oops", 1), (b"404 No", 1)):
        seen: list[bytes] = []
        async with server(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n", seen=seen) as url:
            async with GuardedClient(local()) as client:
                await client.read(url, headers={})
        assert len(seen) == times


async def test_a_question_sent_as_a_post_is_repeated_like_a_read() -> None:
    for status, times in ((b"503 Busy", 3), (b"500 Oops", 1)):
        seen: list[bytes] = []
        async with server(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n", seen=seen) as url:
            async with GuardedClient(local()) as client:
                await client.read(url, headers={}, json={"filter": []})
        assert len(seen) == times
        assert all(request.startswith(b"POST ") for request in seen)


async def test_a_connection_counts_as_signed_in_by_either_kind_of_header() -> None:
    for headers, proven in (
        ({"authorization": "invented"}, True),
        ({"Secret": "invented"}, True),
        ({"accept": "*"}, False),
    ):
        async with server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") as url, GuardedClient(local()) as client:
            await client.read(url, headers=headers)
            assert client.signed_in is proven


async def test_no_connection_means_certainly_not_sent() -> None:
    async with server(b"") as url:
        pass
    async with GuardedClient(local()) as client:
        with pytest.raises(RequestFailed) as caught:
            await client.write("POST", url, headers={}, json={})
    assert not caught.value.sent


async def test_loopback_needs_permission_and_only_as_127_0_0_1() -> None:
    policy = UrlPolicy(allow_loopback=True)
    assert check_url("http://127.0.0.1:8101/login", policy).loopback
    for url in (
        "http://localhost:8101",
        "http://127.0.0.2:8101",
        "http://[::1]:8101",
        "https://127.0.0.1",
        "http://psa.example",
    ):
        with pytest.raises(UrlRefused):
            check_url(url, policy)
