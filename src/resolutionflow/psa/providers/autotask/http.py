"""Autotask over HTTP: sign-in by headers, queries and paging by POST, and one look for a new zone when the sign-in is refused."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import anyio

from resolutionflow.kit.http import Answer, AnswerTooLarge, GuardedClient, RequestFailed
from resolutionflow.kit.netguard import UrlRefused
from resolutionflow.psa.providers.autotask import zone
from resolutionflow.psa.providers.autotask.filters import Condition
from resolutionflow.psa.providers.autotask.refusals import is_thread_limit, refusal, verb_of
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.errors import (
    PsaError,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaUnavailable,
    PsaUnknownResult,
    PsaUrlRefused,
)
from resolutionflow.psa.providers.vendor import Shelf

Json = dict[str, Any]

PAGE_SIZE = 500
# From this share of the hourly calls on, only people are served.
BUSY_SHARE = 0.75
PAUSE_SECONDS = 300.0
_THREAD_WAITS = (0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to sign in. Secret: never logged, lives as long as one provider."""

    username: str
    secret: str
    integration_code: str

    def headers(self) -> dict[str, str]:
        return {
            "UserName": self.username,
            "Secret": self.secret,
            "ApiIntegrationCode": self.integration_code,
            "accept": "application/json",
        }

    def __repr__(self) -> str:
        return f"Credentials(username={self.username!r})"


@dataclass(frozen=True, slots=True)
class Rows:
    """Records by id, lowest first. `more`: there are others that were not read."""

    items: list[Json]
    more: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls of the whole database within the vendor's rolling hour."""

    used: int
    allowed: int

    @property
    def busy(self) -> bool:
        return self.allowed > 0 and self.used >= self.allowed * BUSY_SHARE


@dataclass(frozen=True, slots=True)
class Home:
    """What discovery needs, and whom to tell when it finds something else. `site` is empty for the vendor's own service."""

    site: str
    shelf: Shelf
    moved: Callable[[Bases], Awaitable[None]]


class AutotaskHttp:
    """One signed-in connection. `background`: nobody waits for it, so it stops reading while the database is busy."""

    def __init__(
        self, client: GuardedClient, credentials: Credentials, bases: Bases, home: Home, *, background: bool = False
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._home = home
        self._background = background
        self._looked_again = False
        self._asking = anyio.Lock()
        self._usage: Usage | None = None
        self.bases = bases

    async def get(self, path: str) -> Json:
        """Whatever stands at a path, as an object."""
        return _object(await self._read(path, None))

    async def item(self, entity: str, number: int) -> Json:
        """One record. A missing one is answered with nothing."""
        found = (await self.get(f"{entity}/{number}")).get("item")
        if found is None:
            raise PsaNotFound
        return _as_object(found)

    async def children(self, path: str) -> list[Json]:
        """The records below a parent."""
        return _items(await self.get(path))

    async def query(
        self, entity: str, where: Condition, fields: Sequence[str], *, most: int = PAGE_SIZE, pages: int = 1
    ) -> Rows:
        """Up to `pages` pages of records. The next page is asked for with the same body, and only where the vendor may point to."""
        body: Json = {"filter": [where.body()], "MaxRecords": min(most, PAGE_SIZE)}
        if fields:
            body["IncludeFields"] = list(fields)
        path = f"{entity}/query"
        found: list[Json] = []
        url: str | None = None
        for _ in range(pages):
            data = _object(await self._read(path, body, url=url))
            found += _items(data)
            following = _as_object(data.get("pageDetails") or {}).get("nextPageUrl")
            if not isinstance(following, str) or not following:
                return Rows(found, more=False)
            url = zone.believed(following, self.bases.api)
        return Rows(found, more=True)

    async def create(self, path: str, body: Json, *, acting_as: int | None = None) -> str:
        """The new record's id. Refused in somebody's name, it is sent once more in our own: the refusal proves that nothing was written."""
        try:
            written = await self._write("POST", path, body, acting_as)
        except PsaPermission:
            if acting_as is None:
                raise
            written = await self._write("POST", path, body, None)
        return _item_id(written)

    async def patch(self, path: str, body: Json) -> str:
        return _item_id(await self._write("PATCH", path, body, None))

    async def delete(self, path: str) -> None:
        await self._write("DELETE", path, None, None)

    async def usage(self) -> Usage:
        """How much of the hour's calls is used; asked at most every five minutes."""
        async with self._asking:
            known = await self._home.shelf.keep("threshold", self._credentials.username, self._ask_usage)
        data = _as_object(known)
        return Usage(int(data["used"]), int(data["allowed"]))

    async def _ask_usage(self) -> Json:
        data = _object(await self._fetch("ThresholdInformation", None, url=None))
        used, allowed = data.get("currentTimeframeRequestCount"), data.get("externalRequestThreshold")
        if not isinstance(used, int) or not isinstance(allowed, int):
            raise PsaProtocol
        return {"used": used, "allowed": allowed}

    async def _read(self, path: str, body: Json | None, *, url: str | None = None) -> Answer:
        if self._background:
            # A provider lives for one stretch of work: asked once, it is as good as what the shelf keeps.
            self._usage = self._usage or await self.usage()
            if self._usage.busy:
                raise PsaRateLimited(PAUSE_SECONDS)
        return await self._fetch(path, body, url=url)

    async def _fetch(self, path: str, body: Json | None, *, url: str | None) -> Answer:
        answer = await self._ask(url or self._url(path), body)
        if answer.status == 401 and url is None and await self._zone_changed():
            answer = await self._ask(self._url(path), body)
        if answer.status != 200:
            raise refusal(answer, path, "view", write=False)
        return answer

    async def _ask(self, url: str, body: Json | None) -> Answer:
        """One question, asked again when only too many were under way at once."""
        for wait in (*_THREAD_WAITS, None):
            try:
                answer = await self._client.read(url, headers=self._credentials.headers(), json=body)
            except RequestFailed as error:
                raise PsaUnavailable from error
            except AnswerTooLarge as error:
                raise PsaProtocol from error
            except UrlRefused as error:
                raise PsaUrlRefused(error.rule) from error
            if wait is None or not is_thread_limit(answer):
                return answer
            await anyio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries, protects nothing
        raise AssertionError

    async def _write(self, method: str, path: str, body: Json | None, acting_as: int | None) -> Answer:
        headers = self._credentials.headers()
        if acting_as is not None:
            headers["ImpersonationResourceId"] = str(acting_as)
        answer = await self._send(method, path, headers, body)
        if answer.status == 401 and await self._zone_changed():
            answer = await self._send(method, path, headers, body)
        if not 200 <= answer.status < 300:
            raise refusal(answer, path, verb_of(method, write=True), write=True)
        return answer

    async def _send(self, method: str, path: str, headers: Mapping[str, str], body: Json | None) -> Answer:
        try:
            return await self._client.write(method, self._url(path), headers=headers, json=body)
        except RequestFailed as error:
            raise (PsaUnknownResult if error.sent else PsaUnavailable) from error
        except AnswerTooLarge as error:
            raise PsaUnknownResult from error
        except UrlRefused as error:
            raise PsaUrlRefused(error.rule) from error

    def _url(self, path: str) -> str:
        return f"{self.bases.api}/{path}"

    async def _zone_changed(self) -> bool:
        """Whether the database has moved. Looked up once in a provider's life; a failing look-up leaves the refusal as it is."""
        if self._looked_again:
            return False
        self._looked_again = True
        await self._home.shelf.forget("zone")
        try:
            fresh = await zone.discover(self._client, self._home.site, self._credentials.username)
        except PsaError:
            return False
        if fresh == self.bases:
            return False
        self.bases = fresh
        await self._home.moved(fresh)
        return True


def _object(answer: Answer) -> Json:
    try:
        return _as_object(answer.json())
    except ValueError as error:
        raise PsaProtocol from error


def _as_object(value: object) -> Json:
    if not isinstance(value, dict):
        raise PsaProtocol
    return cast("Json", value)


def _items(data: Json) -> list[Json]:
    found = data.get("items")
    if not isinstance(found, list):
        raise PsaProtocol
    return [_as_object(item) for item in cast("list[object]", found)]


def _item_id(answer: Answer) -> str:
    """The id of what was written. Without one it is not certain that anything was."""
    try:
        found = _object(answer).get("itemId")
    except PsaProtocol as error:
        raise PsaUnknownResult from error
    if isinstance(found, bool) or not isinstance(found, int):
        raise PsaUnknownResult
    return str(found)
