"""Ticket search with random texts on every simulated PSA: no text is an error in a filter, and none lets a row through that the filter excludes.

The real providers talk to the real simulators, inside this process and without a network.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx2
from starlette.types import ASGIApp

from resolutionflow.demo import autotask, connectwise, halopsa
from resolutionflow.demo.autotask.sim import Credentials as AutotaskKeys
from resolutionflow.demo.connectwise.sim import Credentials as ConnectWiseKeys
from resolutionflow.demo.simkit.sim import Options
from resolutionflow.demo.world import World, load
from resolutionflow.errors import AppError
from resolutionflow.kit.http import GuardedClient, HttpOptions
from resolutionflow.kit.netguard import UrlPolicy
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.providers.contract import Bases, ProviderName, PsaProvider, TicketFilter, TicketSummary
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.providers.vendor import Opening

SITE = "http://127.0.0.1:8100"
_GRAMMAR = (
    '"', "'", "\\", "(", ")", "[", "]", "{", "}", "%", "_", "*", "=", "!=", "<", ">", ",", ";", "--", "/*", "`", "$", "&", "|", "#", "\n",
    "\r", "\t", "\x00", "\x1b", "\u2028", "\u202e", "\ufeff", "and", "or", "not", "null", "contains", "in", "like", "true", "id", "closedFlag",
    "summary", "[2026-11-01T00:00:00Z]", "' or '1'='1", '" or id > 0 or summary = "', "\\u0022", "%22", "&search=", "&status_id=1",
    '"}],"filter":[{"op":"gte","field":"id","value":0}', "🖨️", "ß", "İ", "e\u0301", "عربي", "日本", "\ud7ff", "-1", "0", "99999999999999999999",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulated:
    """A vendor to search: its simulator and how to sign in."""

    app: ASGIApp
    config: Mapping[str, str]
    secrets: Mapping[str, str]


class InProcess(GuardedClient):
    """The product's client with an application in the place of the network."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(HttpOptions(policy=UrlPolicy(allow_loopback=True)))
        self._client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), trust_env=False)


def _connectwise(world: World) -> Simulated:
    keys = ConnectWiseKeys()
    app = connectwise.create_app(world, credentials=keys, options=Options())
    config = {"site": SITE, "company_id": keys.company_id, "client_id": keys.client_id}
    return Simulated(app, config, {"public_key": keys.public_key, "private_key": keys.private_key})


def _halopsa(world: World) -> Simulated:
    keys = halopsa.Credentials()
    app = halopsa.create_app(world, credentials=keys, options=Options())
    config = {"site": SITE, "tenant": keys.tenant, "client_id": keys.client_id}
    return Simulated(app, config, {"client_secret": keys.client_secret})


def _autotask(world: World) -> Simulated:
    keys = AutotaskKeys()
    app = autotask.create_app(world, credentials=keys, options=Options(), hourly=10_000_000)
    config = {"username": keys.username, "site": SITE}
    return Simulated(app, config, {"secret": keys.secret, "integration_code": keys.integration_code})


SIMULATED: Mapping[ProviderName, Callable[[World], Simulated]] = {
    "connectwise": _connectwise,
    "halopsa": _halopsa,
    "autotask": _autotask,
}


def run(texts: int = 10_000, seed: int = 1) -> dict[str, object]:
    """`texts` for each vendor. `failed` is set when one was an error or let a foreign row through."""
    figures: dict[str, object] = {
        "method": f"{texts} random texts with random filters on each simulated PSA, seed {seed}"
    }
    troubles: list[str] = []
    for name in SIMULATED:
        found = asyncio.run(search(name, texts, seed))
        figures[name] = {"searches": found.searches, "rows": found.rows, "errors": len(found.troubles)}
        troubles += found.troubles
    return {**figures, "failed": bool(troubles), "examples": troubles[:10]}


@dataclass
class Found:
    """How many searches were made and rows shown, and what went wrong, in words."""

    searches: int = 0
    rows: int = 0
    troubles: list[str] = field(default_factory=list[str])


async def search(name: ProviderName, texts: int, seed: int) -> Found:
    """Random texts on one vendor, each with a filter of its own."""
    world = load(datetime.now(UTC))
    vendor, simulated = VENDORS[name], SIMULATED[name](world)
    found, dice = Found(), random.Random(seed)
    words = sorted({word for ticket in world.tickets for word in ticket.summary.split()})
    async with InProcess(simulated.app) as client:
        opening = Opening(client, simulated.config, simulated.secrets, None, BareShelf(), _stays)
        provider = await vendor.open(opening)
        choices = await _choices(provider)
        for _ in range(texts):
            filter_ = _random_filter(dice, choices, words)
            found.searches += 1
            try:
                page = await provider.search_tickets(filter_, limit=dice.choice((1, 5, 50)), cursor=None)
            except AppError as error:
                found.troubles.append(f"{name}: {filter_.query!r}: {error.code} {error.text}")
                continue
            found.rows += len(page.items)
            found.troubles += [
                f"{name}: {filter_.query!r} showed {ticket.id}, which is outside {filter_}"
                for ticket in page.items
                if not inside(ticket, filter_)
            ]
    return found


@dataclass(frozen=True, slots=True)
class _Choices:
    """Ids a filter may be made of."""

    boards: tuple[str, ...]
    companies: tuple[str, ...]
    priorities: tuple[str, ...]


async def _choices(provider: PsaProvider) -> _Choices:
    return _Choices(
        tuple(board.id for board in await provider.list_boards()),
        tuple(company.id for company in await provider.search_companies("", limit=100)),
        tuple(priority.id for priority in await provider.list_priorities(None)),
    )


def _random_filter(dice: random.Random, choices: _Choices, words: list[str]) -> TicketFilter:
    """One or two kinds of filter beside the text: with more of them nothing is found, and nothing is shown."""
    filter_ = TicketFilter(query=random_text(dice, words), closed=dice.choice(("open", "closed", "all")))
    match dice.randint(0, 4):
        case 0:
            return replace(filter_, board_ids=tuple(dice.sample(choices.boards, 2)))
        case 1:
            return replace(filter_, priority_ids=tuple(dice.sample(choices.priorities, dice.randint(1, 2))))
        case 2:
            return replace(filter_, company_id=dice.choice(choices.companies))
        case 3:
            return replace(filter_, assignment="unassigned")
        case _:
            return filter_


def random_text(dice: random.Random, words: list[str]) -> str:
    """At most 200 characters: words that are there or their beginnings, pieces of filter languages, any characters at all."""
    if dice.random() < 0.4:
        return dice.choice(words)[: dice.randint(1, 5)] + dice.choice(("", "", *_GRAMMAR))
    makers: tuple[Callable[[], str], ...] = (
        lambda: dice.choice(words),
        lambda: dice.choice(_GRAMMAR),
        lambda: chr(dice.choice((dice.randint(0, 0x2FF), dice.randint(0x2000, 0xD7FF), dice.randint(0xE000, 0x1FFFF)))),
        lambda: str(dice.randint(0, 60_000)),
    )
    pieces = [dice.choice(makers)() for _ in range(dice.choice((1, 1, 2, 3, 6, 20)))]
    return dice.choice(("", " ")).join(pieces)[:200]


def inside(ticket: TicketSummary, filter_: TicketFilter) -> bool:
    """Whether the filter lets the ticket through, its text aside."""
    pairs = (
        (filter_.board_ids, ticket.board),
        (filter_.priority_ids, ticket.priority),
        ((filter_.company_id,) if filter_.company_id else (), ticket.company),
    )
    if any(allowed and (found is None or found.id not in allowed) for allowed, found in pairs):
        return False
    if filter_.assignment == "unassigned" and ticket.owner is not None:
        return False
    return filter_.closed == "all" or ticket.closed == (filter_.closed == "closed")


async def _stays(bases: Bases) -> None:
    """Nothing is stored of a connection that lives for a search."""
