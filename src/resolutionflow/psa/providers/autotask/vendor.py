"""Autotask as one of the vendors: what is typed in, and how it is opened."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from resolutionflow.kit.schemas import In
from resolutionflow.psa.providers.autotask import zone
from resolutionflow.psa.providers.autotask.http import AutotaskHttp, Credentials, Home
from resolutionflow.psa.providers.autotask.provider import AutotaskProvider
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.errors import PsaError
from resolutionflow.psa.providers.sites import cut_site
from resolutionflow.psa.providers.vendor import Limits, Opening, Vendor


def _zone_site(text: str) -> str:
    """Empty (the vendor's own service), a host of the vendor, or a simulator of this machine."""
    site = cut_site(text) if text.strip() else ""
    if (
        site
        and not site.startswith("http://127.0.0.1")
        and not (urlsplit(f"//{site}").hostname or "").endswith(zone.VENDOR_DOMAIN)
    ):
        message = "Leave this empty: Autotask tells us where your database lives."
        raise ValueError(message)
    return site


class AutotaskConfig(In):
    """`username` is the e-mail address of the API user. `site` is where to ask for its zone; empty for Autotask itself."""

    username: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\s@]{1,100}@[^\s@]{1,150}$")]
    site: Annotated[str, StringConstraints(max_length=255), AfterValidator(_zone_site)] = ""


class AutotaskSecrets(In):
    """The API user's password (secret) and its tracking identifier (integration code)."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(repr=False)
    integration_code: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(repr=False)


async def open_autotask(opening: Opening) -> AutotaskProvider:
    """Discovers the zone when it is not known or was looked up more than half a day ago. Raises the provider's errors."""
    credentials = Credentials(
        opening.config["username"], opening.secrets["secret"], opening.secrets["integration_code"]
    )
    home = Home(opening.config.get("site", ""), opening.shelf, opening.moved)
    bases = await _bases(opening, home, credentials.username)
    http = AutotaskHttp(opening.client, credentials, bases, home, background=opening.background)
    return AutotaskProvider(http, opening.shelf)


async def _bases(opening: Opening, home: Home, username: str) -> Bases:
    async def ask() -> dict[str, str]:
        found = await zone.discover(opening.client, home.site, username)
        return {"api": found.api, "web": found.web}

    try:
        kept = await opening.shelf.keep("zone", username, ask)
    except PsaError:
        # The zone service being away is no reason not to use the zone we know.
        if opening.bases is None:
            raise
        return opening.bases
    bases = Bases(str(kept["api"]), str(kept["web"]))
    if opening.bases is not None and bases != opening.bases:
        await opening.moved(bases)
    return bases


AUTOTASK = Vendor(
    name="autotask",
    label="Autotask",
    config=AutotaskConfig,
    secrets=AutotaskSecrets,
    public="integration_code",
    limits=Limits(concurrent=2, per_endpoint=True),
    open=open_autotask,
    link="Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID={id}",
    resolved="Complete",
)
