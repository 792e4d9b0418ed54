"""Every trouble a vendor can make, at every operation, ends in the error the contract names for it."""

from __future__ import annotations

import pytest

from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.access import http_options
from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaError,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
    PsaUnknownResult,
    PsaUnsupported,
)
from resolutionflow.settings import Settings
from tests.psa.contract.calls import CALLS, WRITES, prepared
from tests.psa.contract.conftest import open_on
from tests.psa.contract.harness import Harness, Operation, Scene

pytestmark = pytest.mark.anyio

READ_ERRORS: dict[str, type[PsaError]] = {
    "401": PsaAuth,
    "404": PsaNotFound,
    "409": PsaRejected,
    "429": PsaRateLimited,
    "500": PsaUnavailable,
    "502_html": PsaUnavailable,
    "503": PsaUnavailable,
    "truncated_json": PsaProtocol,
    "wrong_shape": PsaProtocol,
    "reply_lost": PsaUnavailable,
}
WRITE_ERRORS: dict[str, type[PsaError]] = {
    "401": PsaAuth,
    "404": PsaNotFound,
    "409": PsaRejected,
    "429": PsaRateLimited,
    "500": PsaUnknownResult,
    "502_html": PsaUnknownResult,
    "503": PsaUnknownResult,
    "reply_lost": PsaUnknownResult,
    "truncated_json": PsaUnknownResult,
    "wrong_shape": PsaUnknownResult,
}
# Taking off somebody who is gone already is done, and an answer without a body says nothing when it is damaged.
HARMLESS: dict[Operation, tuple[str, ...]] = {"unassign_additional": ("404", "truncated_json", "wrong_shape")}


def lacks(provider: PsaProvider, operation: Operation) -> bool:
    """Whether the vendor has no such thing."""
    have = provider.capabilities
    return (
        (operation == "list_outcomes" and not have.outcomes)
        or (operation in ("add_time", "list_time") and not have.time_entries)
        or (operation in ("assign_additional", "unassign_additional") and not have.additional_assignees)
    )


@pytest.mark.parametrize("operation", CALLS)
async def test_trouble_with_a_read_has_its_error(
    provider: PsaProvider, harness: Harness, scene: Scene, operation: Operation
) -> None:
    call = CALLS[operation]
    if lacks(provider, operation):
        with pytest.raises(PsaUnsupported):
            await call(provider, scene)
        return
    await call(provider, scene)
    for fault, error in READ_ERRORS.items():
        harness.fault(fault, operation, times=0)
        with pytest.raises(PsaError) as caught:
            await call(provider, scene)
        assert type(caught.value) is error, fault
        harness.control.clear_faults()


@pytest.mark.parametrize("operation", WRITES)
async def test_trouble_with_a_write_tells_a_refusal_from_doubt(
    provider: PsaProvider, harness: Harness, scene: Scene, operation: Operation
) -> None:
    call = WRITES[operation]
    if lacks(provider, operation):
        return
    await prepared(provider, scene)
    for fault, error in WRITE_ERRORS.items():
        if fault in HARMLESS.get(operation, ()):
            continue
        harness.reset()
        harness.fault(fault, operation, times=0)
        with pytest.raises(PsaError) as caught:
            await call(provider, scene)
        assert type(caught.value) is error, fault
        if error is PsaUnknownResult:
            assert len(harness.requests(operation)) == 1, fault


@pytest.mark.parametrize("operation", ["get_ticket", "add_note"])
async def test_a_vendor_that_hangs_is_left(
    provider: PsaProvider, harness: Harness, scene: Scene, operation: Operation
) -> None:
    await prepared(provider, scene)
    harness.fault("timeout", operation, times=0)
    with pytest.raises(PsaError) as caught:
        await {**CALLS, **WRITES}[operation](provider, scene)
    assert type(caught.value) is (PsaUnknownResult if operation in WRITES else PsaUnavailable)


@pytest.mark.parametrize("operation", [*CALLS, *WRITES])
async def test_a_missing_right_is_named(
    provider: PsaProvider, harness: Harness, scene: Scene, operation: Operation
) -> None:
    if lacks(provider, operation):
        return
    right = harness.places[operation].right
    await prepared(provider, scene)
    if operation in WRITES or not right:
        harness.fault("403", operation, times=0, permission=right or "Some right")
    else:
        harness.deny(operation)
    with pytest.raises(PsaPermission) as caught:
        await {**CALLS, **WRITES}[operation](provider, scene)
    assert caught.value.permission


async def test_a_read_survives_a_short_outage(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    harness.fault("503", "get_ticket", times=2)
    assert (await provider.get_ticket(scene.ticket)).id == scene.ticket


async def test_a_long_429_tells_when_to_come_back(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    harness.fault("429", "get_ticket", retry_after=40)
    with pytest.raises(PsaRateLimited) as caught:
        await provider.get_ticket(scene.ticket)
    assert caught.value.retry_after == 40


async def test_wrong_sign_ins_are_refused(harness: Harness, settings: Settings) -> None:
    for field, sign_in in harness.wrong_sign_ins().items():
        async with GuardedClient(http_options(settings)) as client:
            try:
                provider = await open_on(harness.vendor, sign_in, client)
            except (PsaAuth, PsaNotFound):
                continue
            checks = await provider.check()
            failed = next((check for check in checks if not check.ok), None)
            assert failed is not None, field
            assert failed.permission is None, field


async def test_a_record_that_is_not_there(provider: PsaProvider, scene: Scene) -> None:
    for ticket_id in ("99999999", "0", "../../system/members", "abc"):
        with pytest.raises(PsaNotFound):
            await provider.get_ticket(ticket_id)
    if scene.hidden is not None:
        with pytest.raises((PsaPermission, PsaNotFound)):
            await provider.get_ticket(scene.hidden)
