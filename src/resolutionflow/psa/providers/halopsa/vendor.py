"""HaloPSA as one of the vendors: what is typed in, and how it is opened."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In
from resolutionflow.psa.providers.halopsa.http import Credentials, HaloHttp, discover
from resolutionflow.psa.providers.halopsa.provider import HaloProvider
from resolutionflow.psa.providers.sites import Site
from resolutionflow.psa.providers.vendor import Limits, Opening, Vendor


class HaloConfig(In):
    """`site` is the host people sign in at; a pasted address is cut to it. An empty tenant is none."""

    site: Site
    tenant: Annotated[str, StringConstraints(max_length=100)] = ""
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class HaloSecrets(In):
    """The API application's secret."""

    client_secret: Annotated[str, StringConstraints(min_length=8, max_length=200)] = Field(repr=False)


async def open_halopsa(opening: Opening) -> HaloProvider:
    """Asks the site for its sign-in address when the connection is new. Raises the provider's errors."""
    site = opening.config["site"]
    credentials = Credentials(
        opening.config.get("tenant", ""), opening.config["client_id"], opening.secrets["client_secret"]
    )
    if opening.bases is None:
        await opening.shelf.keep("zone", "auth", lambda: discover(opening.client, site))
    return HaloProvider(HaloHttp(opening.client, site, credentials, opening.shelf), opening.shelf)


HALOPSA = Vendor(
    name="halopsa",
    label="HaloPSA",
    config=HaloConfig,
    secrets=HaloSecrets,
    public="client_id",
    # Even with the burst this stays below both limits that were published: 500 in 3 minutes and 700 in 5.
    limits=Limits(concurrent=4, per_second=2, burst=60),
    open=open_halopsa,
    link="/tickets?id={id}",
)
