"""HaloPSA over HTTP: discovery, sign-in, paging, and vendor answers turned into our errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode, urlsplit

from resolutionflow.kit.http import Answer, AnswerTooLarge, GuardedClient, RequestFailed
from resolutionflow.kit.netguard import UrlRefused
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
from resolutionflow.psa.providers.halopsa.rights import needed_right, speaks_of_permission
from resolutionflow.psa.providers.halopsa.tokens import Tokens
from resolutionflow.psa.providers.halopsa.wire import Json, as_object, as_rows, single
from resolutionflow.psa.providers.sites import site_origin
from resolutionflow.psa.providers.together import Together
from resolutionflow.psa.providers.vendor import Shelf

PAGE_SIZE = 100
FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
_OWN_CLOUDS = (".halopsa.com", ".haloitsm.com", ".haloservicedesk.com")

# How many 429s without a time came one after the other, by connection; forgotten with the process.
_refused: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Credentials:
    """The API application. Secret: never logged, lives as long as one provider."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)


def bases_of(site: str) -> Bases:
    """The addresses of the API (no slash at the end) and of the web app."""
    return Bases(f"{site_origin(site)}/api", site_origin(site))


async def discover(client: GuardedClient, site: str) -> str:
    """Where tokens come from. Old versions do not say: then the usual place on the same host."""
    usual = f"{site_origin(site)}/auth"
    answer = await _read(client, f"{site_origin(site)}/api/authinfo", {"accept": "application/json"}, None)
    if answer.status == 429 or answer.status >= 500:
        raise _refusal(answer, "GET", "/authinfo", site)
    if answer.status != 200:
        return usual
    try:
        told = as_object(answer.json()).get("auth_url")
    except (ValueError, PsaProtocol):
        return usual
    return _own(told.rstrip("/"), site) if isinstance(told, str) and told else usual


def _own(url: str, site: str) -> str:
    """An address the vendor told, if it is on the connection's own host or in the vendor's cloud."""
    told, own = urlsplit(url), urlsplit(site_origin(site))
    same = (told.scheme, told.netloc) == (own.scheme, own.netloc)
    cloud = told.scheme == "https" and (told.hostname or "").endswith(_OWN_CLOUDS)
    if not same and not cloud:
        rule = "foreign_host"
        raise PsaUrlRefused(rule)
    return url


async def _read(
    client: GuardedClient, url: str, headers: Mapping[str, str], params: Mapping[str, str] | None
) -> Answer:
    try:
        return await client.read(url, headers=headers, params=params)
    except RequestFailed as error:
        raise PsaUnavailable from error
    except AnswerTooLarge as error:
        raise PsaProtocol from error
    except UrlRefused as error:
        raise PsaUrlRefused(error.rule) from error


class HaloHttp:
    """One signed-in connection. A token that is refused is replaced once."""

    def __init__(self, client: GuardedClient, site: str, credentials: Credentials, shelf: Shelf) -> None:
        self._client = client
        self._site = site
        self._credentials = credentials
        self._shelf = shelf
        known = (site, credentials.tenant, credentials.client_id, credentials.client_secret)
        self._tokens = Tokens(known, self._new_token)
        self._busy = f"{site} {credentials.client_id}"
        self._together = Together[object]()
        self.bases = bases_of(site)

    # Reading

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> object:
        """The decoded answer. The parts of a ticket ask for the same things at the same time: two requests a second are few."""
        key = (path, tuple(sorted((params or {}).items())))
        return await self._together.ask(key, lambda: self._get(path, params))

    async def _get(self, path: str, params: Mapping[str, str] | None) -> object:
        token = await self._tokens.current()
        answer = await _read(self._client, self._url(path), _headers(token), params)
        if answer.status == 401:
            token = await self._tokens.current(instead_of=token)
            answer = await _read(self._client, self._url(path), _headers(token), params)
        if answer.status != 200:
            raise _refusal(answer, "GET", path, self._busy)
        _refused.pop(self._busy, None)
        return _json(answer)

    async def one(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """A single record, bare or wrapped."""
        found = await self.get(path, params)
        if found is None:
            raise PsaNotFound
        record = single(found)
        if record.get("id") in (None, 0, ""):
            raise PsaNotFound if "id" in record else PsaProtocol
        return record

    async def rows(self, path: str, name: str, params: Mapping[str, str] | None = None) -> list[Json]:
        """A list: bare, or beside its count under `name`."""
        return as_rows(await self.get(path, params), name)

    async def page(
        self, path: str, name: str, params: Mapping[str, str], *, size: int, number: int
    ) -> tuple[list[Json], int | None]:
        """One page and how many records there are in all, as far as the PSA says."""
        asked = {**params, "pageinate": "true", "page_size": str(size), "page_no": str(number)}
        found = await self.get(path, asked)
        rows = as_rows(found, name)
        total = cast("Json", found).get("record_count") if isinstance(found, dict) else None
        return rows, total if isinstance(total, int) and not isinstance(total, bool) else None

    async def some(self, path: str, name: str, params: Mapping[str, str], *, most: int) -> list[Json]:
        """Up to `most` records, page by page. Only the count or an empty page ends it."""
        found: list[Json] = []
        number = 1
        while len(found) < most:
            rows, total = await self.page(path, name, params, size=min(most, PAGE_SIZE), number=number)
            found += rows
            if not rows or (total is not None and len(found) >= total):
                break
            number += 1
        return found[:most]

    # Writing

    async def post(self, path: str, record: Json) -> Json:
        """One record in an array, sent once; a token that ran out refuses before anything is done, so that one is replaced."""
        token = await self._tokens.current()
        answer = await self._send("POST", path, token, [record])
        if answer.status == 401:
            token = await self._tokens.current(instead_of=token)
            answer = await self._send("POST", path, token, [record])
        self._judge_write(answer, "POST", path)
        try:
            written = single(_json(answer))
        except PsaProtocol as error:
            raise PsaUnknownResult from error
        if not written.get("id"):
            raise PsaUnknownResult
        return written

    async def delete(self, path: str) -> None:
        token = await self._tokens.current()
        answer = await self._send("DELETE", path, token, None)
        if answer.status == 401:
            token = await self._tokens.current(instead_of=token)
            answer = await self._send("DELETE", path, token, None)
        self._judge_write(answer, "DELETE", path)

    def _judge_write(self, answer: Answer, method: str, path: str) -> None:
        self._together.part()
        if 200 <= answer.status < 300:
            _refused.pop(self._busy, None)
            return
        # An error of the server or of a proxy before it does not prove that the record was not written.
        raise PsaUnknownResult if answer.status >= 500 else _refusal(answer, method, path, self._busy)

    async def _send(self, method: str, path: str, token: str, body: object) -> Answer:
        try:
            return await self._client.write(method, self._url(path), headers=_headers(token), json=body)
        except RequestFailed as error:
            raise (PsaUnknownResult if error.sent else PsaUnavailable) from error
        except AnswerTooLarge as error:
            raise PsaUnknownResult from error
        except UrlRefused as error:
            raise PsaUrlRefused(error.rule) from error

    def _url(self, path: str) -> str:
        return f"{self.bases.api}{path}"

    # Signing in

    async def _new_token(self) -> tuple[str, float]:
        """A token and its seconds. Raises `PsaAuth` when the application is refused."""
        auth = _own(str(await self._shelf.keep("zone", "auth", self._auth_url)), self._site)
        query = f"?{urlencode({'tenant': self._credentials.tenant})}" if self._credentials.tenant else ""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "scope": "all",
        }
        try:
            answer = await self._client.read(f"{auth}/token{query}", headers={"accept": "application/json"}, form=form)
        except RequestFailed as error:
            raise PsaUnavailable from error
        except AnswerTooLarge as error:
            raise PsaProtocol from error
        except UrlRefused as error:
            raise PsaUrlRefused(error.rule) from error
        if answer.status != 200:
            if 400 <= answer.status < 500 and answer.status != 429:
                raise PsaAuth
            raise _refusal(answer, "POST", "/token", self._busy)
        data = as_object(_json(answer))
        value, seconds = data.get("access_token"), data.get("expires_in")
        if not isinstance(value, str) or not value:
            raise PsaProtocol
        return value, float(seconds) if isinstance(seconds, int | float) and seconds > 0 else 600.0

    async def _auth_url(self) -> str:
        return await discover(self._client, self._site)


def _headers(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "accept": "application/json"}


def _json(answer: Answer) -> object:
    try:
        return answer.json()
    except ValueError as error:
        raise PsaProtocol from error


def _refusal(answer: Answer, method: str, path: str, busy: str) -> Exception:
    """The error for an answer that is not a success."""
    words = _words(answer)
    if answer.status == 401:
        return PsaAuth()
    if answer.status == 403 or (answer.status in (400, 404, 409, 422) and speaks_of_permission(words)):
        return PsaPermission(needed_right(method, path))
    if answer.status == 404:
        return PsaNotFound()
    if answer.status == 429:
        return PsaRateLimited(answer.retry_after if answer.retry_after is not None else _wait(busy))
    if 400 <= answer.status < 500:
        return PsaRejected(words or f"The PSA answered {answer.status}.")
    return PsaUnavailable() if answer.status >= 500 else PsaProtocol()


def _wait(busy: str) -> float:
    """How long to stay away when the PSA does not say: 5 seconds, doubled for each refusal in a row up to a minute."""
    before = _refused.get(busy, 0)
    _refused[busy] = before + 1
    return min(FIRST_WAIT * 2**before, LONGEST_WAIT)


def _words(answer: Answer) -> str:
    """What the vendor says, from any of its error shapes; empty for HTML and other surprises."""
    try:
        found: object = answer.json()
    except ValueError:
        text = answer.body.decode("utf-8", "replace").strip()
        return "" if "<" in text else " ".join(text.split())
    if isinstance(found, str):
        return found.strip()
    try:
        data = as_object(found)
    except PsaProtocol:
        return ""
    texts = [data.get(name) for name in ("Message", "errorMessage", "message", "error_description", "error")]
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
