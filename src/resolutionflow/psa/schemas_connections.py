"""Requests and answers about connections. A secret goes in and never comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from resolutionflow.kit.schemas import In, Out
from resolutionflow.psa.schemas import ConnectionStatus, ProviderName

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Fields = dict[FieldName, Annotated[str, StringConstraints(max_length=300)]]
Secrets = dict[FieldName, Annotated[SecretStr, Field(max_length=300)]]
ConnectionName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class SignInIn(In):
    """What a person types in for a vendor; `GET P/vendors` names the fields."""

    provider: ProviderName
    config: Annotated[Fields, Field(max_length=10)]
    secrets: Annotated[Secrets, Field(max_length=10)]


class ConnectionIn(SignInIn):
    name: ConnectionName | None = None


class RotateIn(In):
    secrets: Annotated[Secrets, Field(max_length=10)]


class ConnectionChangeIn(In):
    """Only what is given changes. `config` fields that say where or as whom it signs in need all `secrets` again."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    name: ConnectionName | None = None
    is_active: bool | None = None
    config: Annotated[Fields, Field(max_length=10)] = Field(default_factory=dict)
    secrets: Annotated[Secrets, Field(max_length=10)] = Field(default_factory=dict)


class CheckOut(Out):
    """One check. `ok` is null for a right that only a write proves; `permission` is in the vendor's own words."""

    check: str
    ok: bool | None
    permission: str | None
    detail: str


class ConnectionTestOut(Out):
    """`ok`: it could be connected. Rights may be missing all the same: see the checks."""

    ok: bool
    checks: list[CheckOut]
    seconds: float


class VendorOut(Out):
    """A PSA this server can connect, and the fields it wants; those of `optional` may stay empty."""

    provider: ProviderName
    label: str
    config: list[str]
    secrets: list[str]
    optional: list[str]


class VendorListOut(Out):
    items: list[VendorOut]


class WebhookOut(Out):
    """Whether the PSA tells us of changed tickets. `url` is where it calls, its secret end left out; `last_call_at` is kept to the minute.

    `reachable`: false when this server's address means nothing outside its own machine. `moved`: the server has another address now.
    """

    registered: bool
    reachable: bool
    moved: bool
    url: str
    registered_at: datetime | None
    last_call_at: datetime | None


class ConnectionOut(Out):
    """`config` shows a client id by its last characters only; `key_hint` is the end of the public key or client id."""

    id: UUID
    provider: ProviderName
    label: str
    name: str
    config: dict[str, str]
    key_hint: str | None
    status: ConnectionStatus
    status_detail: str | None
    is_active: bool
    web_base: str | None
    checks: list[CheckOut]
    checked_at: datetime | None
    check_seconds: float | None
    last_ok_at: datetime | None
    open_writes: int
    webhook: WebhookOut
    version: int


class ConnectionListOut(Out):
    items: list[ConnectionOut]
