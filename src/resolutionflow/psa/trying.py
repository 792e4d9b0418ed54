"""Trying a sign-in out: from the address to one read of everything the product uses. Writes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from resolutionflow.errors import AppError
from resolutionflow.kit.clock import now
from resolutionflow.kit.http import GuardedClient, RequestFailed
from resolutionflow.psa.access import http_options
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.providers.contract import Bases, Check
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaUnavailable,
    PsaUrlRefused,
)
from resolutionflow.psa.providers.vendor import Opening, Vendor
from resolutionflow.psa.schemas import ConnectionStatus
from resolutionflow.settings import Settings

GATES = ("resolve", "tls", "discovery", "sign_in")
"""Without these a connection is of no use; what is missing of the rest is a warning."""


class ConnectionTestFailed(AppError):
    """The connection cannot sign in. Nothing was stored."""

    code = "psa_test_failed"
    status = 400
    message = "The PSA could not be connected. Nothing was stored. Correct what is named and test again."

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = tuple(checks)
        super().__init__(details={"checks": [plain(check) for check in checks]})


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test found. `bases` is None when the address was not found out; `status` is how the connection would stand."""

    checks: tuple[Check, ...]
    bases: Bases | None
    status: ConnectionStatus
    seconds: float
    at: datetime

    @property
    def usable(self) -> bool:
        return not any(check.check in GATES and not check.ok and check.permission is None for check in self.checks)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(check.permission for check in self.checks if check.permission is not None)

    def stored(self) -> dict[str, Any]:
        """As `psa_connections.capabilities` keeps it."""
        return {
            "checks": [plain(check) for check in self.checks],
            "at": self.at.isoformat(),
            "seconds": round(self.seconds, 2),
        }


def plain(check: Check) -> dict[str, Any]:
    return {"check": check.check, "ok": check.ok, "permission": check.permission, "detail": check.detail}


def checked_sign_in(
    vendor: Vendor, config: Mapping[str, str], secrets: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The fields as the vendor wants them. Raises `ConnectionTestFailed` naming each field that cannot be right."""
    try:
        return (
            vendor.config.model_validate(dict(config)).model_dump(),
            vendor.secrets.model_validate(dict(secrets)).model_dump(),
        )
    except ValidationError as error:
        wrong = [(str(item["loc"][0]) if item["loc"] else "sign_in", item["msg"]) for item in error.errors()]
        raise ConnectionTestFailed([Check(name, ok=False, detail=words) for name, words in wrong]) from None


async def try_out(settings: Settings, vendor: Vendor, config: Mapping[str, str], secrets: Mapping[str, str]) -> Trial:
    """Discover the addresses anew, sign in and read. Raises `PsaUrlRefused` for an address that is not allowed, nothing else."""
    started = time.perf_counter()
    async with GuardedClient(http_options(settings)) as client:
        bases: Bases | None = None
        try:
            provider = await vendor.open(Opening(client, config, secrets, None, BareShelf(), _stays))
            bases = provider.bases
            checks = (*_passed("resolve", "tls", "discovery"), *await provider.check())
        except AppError as error:
            checks = _failed_at(error)
    return Trial(checks, bases, _status_of(checks), time.perf_counter() - started, now())


async def _stays(bases: Bases) -> None:
    """A connection that is only tried out has no stored address to move."""


def _passed(*names: str) -> Iterable[Check]:
    return (Check(name, ok=True, detail="") for name in names)


def _failed_at(error: AppError) -> tuple[Check, ...]:
    """Which gate an error of opening stands for; those before it were passed."""
    if isinstance(error, PsaUrlRefused) and error.rule != "unresolved":
        raise error
    reason = _cause(error)
    gate = "discovery"
    if isinstance(error, PsaUrlRefused):
        gate = "resolve"
    elif isinstance(error, PsaAuth | PsaPermission):
        gate = "sign_in"
    elif reason is not None and not reason.sent:
        gate = "tls"
    words = "The certificate of the PSA's server cannot be trusted." if reason and reason.certificate else error.text
    permission = error.permission if isinstance(error, PsaPermission) else None
    failed = Check(gate, ok=False, detail=words, permission=permission, code=error.code)
    return (*_passed(*GATES[: GATES.index(gate)]), failed)


def _cause(error: BaseException) -> RequestFailed | None:
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, RequestFailed):
            return found
        found = found.__cause__
    return None


def _status_of(checks: Sequence[Check]) -> ConnectionStatus:
    broken = [check for check in checks if not check.ok and check.permission is None]
    gate = next((check for check in broken if check.check in GATES), None)
    if any(check.code == PsaRateLimited.code for check in broken):
        return "rate_limited"
    if gate is not None:
        refused = gate.check == "sign_in" and gate.code not in (PsaUnavailable.code, PsaProtocol.code)
        return "auth_failed" if refused else "unreachable"
    return "permission_missing" if any(check.permission for check in checks) else "ok"
