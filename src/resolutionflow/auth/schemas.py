"""Bodies and answers of sign-in."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In, Out


class LoginIn(In):
    email: Annotated[str, Field(min_length=1, max_length=254, examples=["kit.tarrow@kestrelford.example"])]
    password: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=128)]
    remember: bool = False
    transport: Literal["cookie", "token"] = "cookie"


class RefreshIn(In):
    refresh_token: Annotated[str, Field(min_length=20, max_length=100)] | None = None


class UserOut(Out):
    id: UUID
    name: str
    email: str
    role: Literal["owner", "admin", "engineer", "viewer"]
    is_super_admin: bool
    ui_preferences: dict[str, Any]


class SignedIn(Out):
    """Tokens are null for browsers: they are in HttpOnly cookies. `expires_in` is seconds of the access token."""

    user: UserOut
    access_token: str | None
    refresh_token: str | None
    expires_in: int


class AccountOut(Out):
    id: UUID
    name: str
    is_demo: bool
    time_zone: str


class Me(Out):
    user: UserOut
    account: AccountOut
    permissions: list[str]
    features: list[str]


class UiPreferences(In):
    theme: Literal["system", "light", "dark"] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    sidebar_pinned: bool | None = None
    single_key_shortcuts: bool | None = None
    ask_before_leaving: bool | None = None


class MeIn(In):
    name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    ui_preferences: UiPreferences | None = None
