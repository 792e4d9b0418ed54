"""The lists that give ids their names, and what else a write has to know. Kept on the connection's shelf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import anyio

from resolutionflow.psa.providers.errors import PsaAuth, PsaError, PsaRateLimited
from resolutionflow.psa.providers.halopsa import wire
from resolutionflow.psa.providers.halopsa.http import HaloHttp
from resolutionflow.psa.providers.halopsa.wire import Json, Names
from resolutionflow.psa.providers.vendor import Shelf, ShelfKind

STOCK_UNASSIGNED = "1"
_LISTS: Mapping[str, tuple[ShelfKind, str, Mapping[str, str]]] = {
    "types": ("types", "/TicketType", {}),
    "statuses": ("types", "/Status", {}),
    "priorities": ("types", "/Priority", {}),
    "agents": ("roles", "/Agent", {"includeunassigned": "true"}),
    "outcomes": ("outcomes", "/Outcome", {}),
}


class Looks:
    """Look-ups of one connection."""

    def __init__(self, http: HaloHttp, shelf: Shelf) -> None:
        self._http = http
        self._shelf = shelf
        self._names: Names | None = None
        self._renewed = False
        self._asking = anyio.Lock()

    async def rows(self, name: str) -> list[Json]:
        """A whole list."""
        kind, path, params = _LISTS[name]

        async def load() -> list[Json]:
            return await self._http.rows(path, name, params)

        return cast("list[Json]", await self._shelf.keep(kind, path, load))

    async def names(self, *, knowing: str = "") -> Names:
        """All names, looked up once for a stretch of work. A list that cannot be read leaves the numbers as they are.

        `knowing` is a status that must be among them: one made lately makes the kept lists old.
        """
        async with self._asking:
            known = self._names or await self._look()
            if knowing and known.statuses and knowing not in known.statuses and not self._renewed:
                self._renewed = True
                await self._shelf.forget("types")
                known = await self._look()
            self._names = known
            return known

    async def _look(self) -> Names:
        found: dict[str, list[Json]] = {}

        async def look(name: str) -> None:
            try:
                found[name] = await self.rows(name)
            except (PsaAuth, PsaRateLimited):
                raise
            except PsaError:
                found[name] = []

        wanted = ("types", "statuses", "priorities", "agents")
        try:
            async with anyio.create_task_group() as group:
                for name in wanted:
                    group.start_soon(look, name)
        except ExceptionGroup as several:
            # One refusal of the sign-in says as much as four.
            raise _first(several) from several
        return _named(found)

    async def unassigned(self) -> str | None:
        """The id that stands for nobody; None when it would be somebody's. Not every version lists it."""
        agents = await self.rows("agents")
        listed = _nobody(agents)
        if listed:
            return min(listed)
        return None if any(wire.id_of(row) == STOCK_UNASSIGNED for row in agents) else STOCK_UNASSIGNED

    async def sla_of(self, board_id: str) -> str:
        """The SLA of a ticket type; empty when the PSA does not say."""
        row = next((row for row in await self.rows("types") if wire.id_of(row) == board_id), None)
        if row is None:
            return ""
        return next(
            (found for key in ("default_sla", "default_sla_id", "sla_id") if (found := wire.id_of(row, key))), ""
        )


def _first(several: ExceptionGroup) -> BaseException:
    error: BaseException = several
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseException", error.exceptions[0])
    return error


def _nobody(agents: list[Json]) -> frozenset[str]:
    return frozenset(wire.id_of(row) for row in agents if wire.text_of(row, "name").casefold() == "unassigned")


def _named(found: Mapping[str, list[Json]]) -> Names:
    closing = {wire.id_of(row): wire.tells_closed(row) for row in found["statuses"]}
    nobody = _nobody(found["agents"])
    if not nobody and not any(wire.id_of(row) == STOCK_UNASSIGNED for row in found["agents"]):
        nobody = frozenset({STOCK_UNASSIGNED})
    return Names(
        boards=_plain(found["types"]),
        statuses=_plain(found["statuses"]),
        closing={id_: told for id_, told in closing.items() if told is not None},
        priorities={
            (wire.id_of(row, "slaid"), wire.id_of(row, "priorityid")): wire.text_of(row, "name")
            for row in found["priorities"]
        },
        agents=_plain(found["agents"]),
        nobody=nobody,
    )


def _plain(rows: list[Json]) -> dict[str, str]:
    return {wire.id_of(row): wire.text_of(row, "name") for row in rows}
