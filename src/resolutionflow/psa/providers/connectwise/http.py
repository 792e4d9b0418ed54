"""ConnectWise over HTTP: sign-in, code base, paging, and vendor answers turned into our errors."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from resolutionflow.kit.http import Answer, AnswerTooLarge, GuardedClient, RequestFailed
from resolutionflow.kit.netguard import UrlRefused
from resolutionflow.psa.providers.connectwise.rights import (
    needed_right,
    speaks_of_permission,
)
from resolutionflow.psa.providers.connectwise.wire import Json, as_object, as_rows
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
    PsaUnknownResult,
    PsaUrlRefused,
)
from resolutionflow.psa.providers.sites import site_origin
from resolutionflow.psa.providers.together import Together

DEFAULT_CODEBASE = "v4_6_release/"
VERSION = "2022.1"
PAGE_SIZE = 250
_CODEBASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}/\Z")
_LINK = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)
_CLOUD = re.compile(r"(?:api-)?(na|eu|au|aus|za|staging)\.(myconnectwise\.net|connectwisedev\.com)\Z")

Moved = Callable[[Bases], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to sign in. Secret: never logged, lives as long as one provider."""

    company_id: str
    client_id: str
    public_key: str
    private_key: str

    def headers(self) -> dict[str, str]:
        pair = f"{self.company_id}+{self.public_key}:{self.private_key}"
        return {
            "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "clientId": self.client_id,
            "accept": f"application/vnd.connectwise.com+json; version={VERSION}",
        }

    def __repr__(self) -> str:
        return f"Credentials(company_id={self.company_id!r})"


def api_origin(site: str) -> str:
    """Where the API lives: the cloud has a host of its own for it, a server of one's own does not."""
    found = _CLOUD.match(site)
    return f"https://api-{found.group(1)}.{found.group(2)}" if found else site_origin(site)


def bases_of(site: str, codebase: str) -> Bases:
    """The addresses of one code base: of the API (no slash at the end) and of the web app."""
    return Bases(f"{api_origin(site)}/{codebase}apis/3.0", f"{site_origin(site)}/{codebase}")


async def discover(client: GuardedClient, site: str, company_id: str) -> Bases:
    """Ask the site for its code base. Raises `PsaNotFound` for an unknown company."""
    answer = await _read(
        client,
        f"{site_origin(site)}/login/companyinfo/{company_id}",
        {"accept": "application/json"},
        None,
    )
    if answer.status in (400, 404):
        raise PsaNotFound
    if answer.status != 200:
        raise _refusal(answer, "GET", "/login/companyinfo")
    data = _json(answer)
    if data is None:
        message = "The PSA does not know this company id."
        raise PsaNotFound(message)
    codebase = as_object(data).get("Codebase") or DEFAULT_CODEBASE
    if not isinstance(codebase, str) or not _CODEBASE.match(codebase):
        raise PsaProtocol
    return bases_of(site, codebase)


async def _read(
    client: GuardedClient,
    url: str,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None,
) -> Answer:
    try:
        return await client.read(url, headers=headers, params=params)
    except RequestFailed as error:
        raise PsaUnavailable from error
    except AnswerTooLarge as error:
        raise PsaProtocol from error
    except UrlRefused as error:
        raise PsaUrlRefused(error.rule) from error


def _json(answer: Answer) -> object:
    try:
        return answer.json()
    except ValueError as error:
        raise PsaProtocol from error


class ConnectWiseHttp:
    """One signed-in connection. Re-reads the code base once when the API answers 404, since upgrades move it."""

    def __init__(
        self,
        client: GuardedClient,
        site: str,
        credentials: Credentials,
        bases: Bases,
        moved: Moved | None = None,
    ) -> None:
        self._client = client
        self._site = site
        self._credentials = credentials
        self._moved = moved
        self._looked_again = False
        self._together = Together[Answer]()
        self.bases = bases

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """One record."""
        return as_object(_json(await self._get(path, params, {})))

    async def rows(self, path: str, params: Mapping[str, str] | None = None) -> list[Json]:
        """One page of records, as asked."""
        return as_rows(_json(await self._get(path, params, {})))

    async def page(self, path: str, params: Mapping[str, str]) -> tuple[list[Json], bool]:
        """One page, and whether the PSA says that there is a next one."""
        answer = await self._get(path, params, {})
        return as_rows(_json(answer)), _next_query(answer, self._url(path)) is not None

    async def all_rows(self, path: str, params: Mapping[str, str] | None = None, *, most: int = 5000) -> list[Json]:
        """All records up to `most`, page by page. A short page proves nothing: only a missing `next` or an empty page ends it."""
        found: list[Json] = []
        async for rows in self._pages(path, {"pageSize": str(PAGE_SIZE), **(params or {})}):
            found += rows
            if len(found) >= most:
                break
        return found[:most]

    async def _pages(self, path: str, params: dict[str, str]) -> AsyncIterator[list[Json]]:
        query: dict[str, str] | None = params
        # Forward-only paging loses no row under inserts, but knows no order other than by id.
        headers = {} if "orderBy" in params else {"pagination-type": "forward-only"}
        while query is not None:
            answer = await self._get(path, query, headers)
            rows = as_rows(_json(answer))
            if not rows:
                return
            yield rows
            following = _next_query(answer, self._url(path))
            query = {**params, **following} if following is not None else None

    async def post(self, path: str, body: object) -> Json:
        return await self._write("POST", path, body)

    async def patch(self, path: str, body: object) -> Json:
        return await self._write("PATCH", path, body)

    async def delete(self, path: str) -> None:
        """Raises `PsaNotFound` when the record is gone already."""
        await self._write("DELETE", path, None)

    async def open_read(self, url: str) -> Json:
        """An address the PSA named, which must be on this connection's own host; read without our sign-in."""
        own = {urlsplit(base)[:2] for base in (self.bases.api, self.bases.web, site_origin(self._site))}
        if urlsplit(url)[:2] not in own:
            rule = "foreign_host"
            raise PsaUrlRefused(rule)
        answer = await _read(self._client, url, {"accept": "application/json"}, None)
        if answer.status != 200:
            raise _refusal(answer, "GET", urlsplit(url).path)
        return as_object(_json(answer))

    def _url(self, path: str) -> str:
        return f"{self.bases.api}{path}"

    async def _get(self, path: str, params: Mapping[str, str] | None, headers: Mapping[str, str]) -> Answer:
        """The parts of a ticket ask for the same things at the same time: each is asked once."""
        key = (path, tuple(sorted((params or {}).items())), tuple(headers.items()))
        return await self._together.ask(key, lambda: self._ask(path, params, headers))

    async def _ask(self, path: str, params: Mapping[str, str] | None, headers: Mapping[str, str]) -> Answer:
        sending = {**self._credentials.headers(), **headers}
        answer = await _read(self._client, self._url(path), sending, params)
        if answer.status == 404 and await self._base_changed():
            answer = await _read(self._client, self._url(path), sending, params)
        if answer.status != 200:
            raise _refusal(answer, "GET", path)
        return answer

    async def _write(self, method: str, path: str, body: object) -> Json:
        answer = await self._send(method, path, body)
        if answer.status == 404 and await self._base_changed():
            answer = await self._send(method, path, body)
        self._together.part()
        if not 200 <= answer.status < 300:
            # An error of the server or of a proxy before it does not prove that the record was not written.
            raise (PsaUnknownResult if answer.status >= 500 else _refusal(answer, method, path))
        if method == "DELETE":
            return {}
        try:
            return as_object(_json(answer))
        except PsaProtocol as error:
            raise PsaUnknownResult from error

    async def _send(self, method: str, path: str, body: object) -> Answer:
        try:
            return await self._client.write(method, self._url(path), headers=self._credentials.headers(), json=body)
        except RequestFailed as error:
            raise (PsaUnknownResult if error.sent else PsaUnavailable) from error
        except AnswerTooLarge as error:
            raise PsaUnknownResult from error
        except UrlRefused as error:
            raise PsaUrlRefused(error.rule) from error

    async def _base_changed(self) -> bool:
        if self._looked_again:
            return False
        self._looked_again = True
        fresh = await discover(self._client, self._site, self._credentials.company_id)
        if fresh == self.bases:
            return False
        self.bases = fresh
        if self._moved is not None:
            await self._moved(fresh)
        return True


def _next_query(answer: Answer, url: str) -> dict[str, str] | None:
    """The paging parameters of the `next` link. The link must stay on the connection's own origin."""
    found = _LINK.search(answer.headers.get("link", ""))
    if found is None:
        return None
    link, own = urlsplit(found.group(1)), urlsplit(url)
    if (link.scheme, link.netloc) != (own.scheme, own.netloc):
        rule = "foreign_host"
        raise PsaUrlRefused(rule)
    return {key: value for key, value in parse_qsl(link.query) if key in ("page", "pageId", "pageSize")}


def _refusal(answer: Answer, method: str, path: str) -> Exception:
    """The error for an answer that is not a success."""
    words = _words(answer)
    if answer.status == 401:
        return PsaAuth()
    if answer.status == 403 or (answer.status in (400, 404, 409, 422) and speaks_of_permission(words)):
        return PsaPermission(needed_right(method, path))
    if answer.status == 404:
        return PsaNotFound()
    if answer.status == 429:
        return PsaRateLimited(answer.retry_after)
    if 400 <= answer.status < 500:
        return PsaRejected(words or f"The PSA answered {answer.status}.")
    return PsaUnavailable() if answer.status >= 500 else PsaProtocol()


def _words(answer: Answer) -> str:
    """What the vendor says, from its error shape; empty for HTML and other surprises."""
    try:
        data = as_object(answer.json())
        errors = as_rows(data.get("errors") or [])
    except (ValueError, PsaProtocol):
        return ""
    texts = [data.get("message"), *(error.get("message") for error in errors)]
    return " ".join(dict.fromkeys(text.strip() for text in texts if isinstance(text, str) and text.strip()))
