"""ConnectWise as one of the vendors: what is typed in, and how it is opened."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In
from resolutionflow.psa.providers.connectwise.http import ConnectWiseHttp, Credentials, discover
from resolutionflow.psa.providers.connectwise.provider import ConnectWiseProvider
from resolutionflow.psa.providers.sites import Site
from resolutionflow.psa.providers.vendor import Limits, Opening, Vendor

_UUID = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
Key = Annotated[str, StringConstraints(min_length=8, max_length=100)]


class ConnectWiseConfig(In):
    """`site` is the host people sign in at; a pasted address is cut to it."""

    site: Site
    company_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,50}$")]
    client_id: Annotated[str, StringConstraints(pattern=_UUID)]


class ConnectWiseSecrets(In):
    """The API member's key pair."""

    public_key: Key = Field(repr=False)
    private_key: Key = Field(repr=False)


async def open_connectwise(opening: Opening) -> ConnectWiseProvider:
    """Discovers the code base when it is not known. Raises the provider's errors."""
    site = opening.config["site"]
    credentials = Credentials(
        opening.config["company_id"],
        opening.config["client_id"],
        opening.secrets["public_key"],
        opening.secrets["private_key"],
    )
    bases = opening.bases or await discover(opening.client, site, credentials.company_id)
    http = ConnectWiseHttp(opening.client, site, credentials, bases, opening.moved)
    return ConnectWiseProvider(http, opening.shelf)


CONNECTWISE = Vendor(
    name="connectwise",
    label="ConnectWise PSA",
    config=ConnectWiseConfig,
    secrets=ConnectWiseSecrets,
    public="public_key",
    limits=Limits(concurrent=6),
    open=open_connectwise,
    link="ConnectWise.aspx?routeTo=ServiceFV&recid={id}",
    write_rights={
        "note": "Service Desk: Service Tickets (add)",
        "status": "Service Desk: Service Tickets (edit), Close Service Tickets",
        "assign": "Service Desk: Resource Scheduling (add, delete)",
        "time": "Time & Expense: Time Entry (add)",
    },
)
