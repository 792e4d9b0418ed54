"""Where an Autotask database lives: the zone of its API user, and which addresses of the vendor are believed."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from resolutionflow.kit.http import Answer, AnswerTooLarge, GuardedClient, RequestFailed
from resolutionflow.kit.netguard import UrlRefused
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.errors import PsaNotFound, PsaProtocol, PsaRateLimited, PsaUnavailable, PsaUrlRefused
from resolutionflow.psa.providers.sites import site_origin

ZONE_HOST = "webservices.autotask.net"
VENDOR_DOMAIN = ".autotask.net"
VERSION = "v1.0"


async def discover(client: GuardedClient, site: str, username: str) -> Bases:
    """Ask for the zone of an API user; nothing secret is sent. Raises `PsaNotFound` for an unknown user."""
    origin = site_origin(site or ZONE_HOST)
    answer = await _ask(client, f"{origin}/atservicesrest/{VERSION}/zoneInformation", username)
    if answer.status == 429:
        raise PsaRateLimited(answer.retry_after)
    if answer.status in (400, 404, 500):
        message = "Autotask does not know this user. Check the API user's e-mail address. Nothing was changed."
        raise PsaNotFound(message)
    if answer.status != 200:
        raise PsaUnavailable
    try:
        data = answer.json()
    except ValueError as error:
        raise PsaProtocol from error
    zone = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    api, web = zone.get("url"), zone.get("webUrl")
    if not isinstance(api, str) or not isinstance(web, str):
        raise PsaProtocol
    return Bases(f"{believed(api, origin).rstrip('/')}/{VERSION}", f"{believed(web, origin).rstrip('/')}/")


async def _ask(client: GuardedClient, url: str, username: str) -> Answer:
    try:
        return await client.read(url, headers={"accept": "application/json"}, params={"user": username})
    except RequestFailed as error:
        raise PsaUnavailable from error
    except AnswerTooLarge as error:
        raise PsaProtocol from error
    except UrlRefused as error:
        raise PsaUrlRefused(error.rule) from error


def believed(url: str, own: str) -> str:
    """The address the vendor sent, when it is on our own host or in the vendor's domain. Raises `PsaUrlRefused`."""
    try:
        link, known = urlsplit(url), urlsplit(own)
        same = (link.scheme, link.netloc) == (known.scheme, known.netloc)
        vendors = link.scheme == "https" and "@" not in link.netloc and (link.hostname or "").endswith(VENDOR_DOMAIN)
    except ValueError:
        same = vendors = False
    if not same and not vendors:
        rule = "foreign_host"
        raise PsaUrlRefused(rule)
    return url
