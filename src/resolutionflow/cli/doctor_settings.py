"""What `resolutionflow doctor` finds in the settings alone: values that can be read and still cannot work."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from resolutionflow.settings import Settings

Fault = tuple[str, str]
"""What is wrong, and the line that mends it."""

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
AT_LEAST_ONE = (
    "pool_size",
    "pool_max_waiting",
    "worker_concurrency",
    "worker_waiting",
    "access_token_minutes",
    "sign_in_failures_per_address",
    "sign_in_failures_per_ip",
    "turns_per_minute",
    "previews_per_minute",
    "promotions_per_minute",
)
ABOVE_ZERO = (
    "statement_timeout",
    "job_heartbeat_timeout",
    "job_poll_interval",
    "turn_total_timeout",
    "psa_timeout_scale",
    "psa_retry_scale",
)
# Read by the checkout's `rf` and by the tests, not by the product.
ELSEWHERE = ("RF_PYTHON", "RF_CHROMIUM", "RF_CLI", "RF_DEV_API", "RF_E2E_", "RF_TEST_", "RF_SHOTS")


def faults(settings: Settings) -> list[Fault]:
    """Every fault of the settings, in the order of their names in the pages."""
    return [*_unknown(settings), *_numbers(settings), *_words(settings), *_addresses(settings), *_files(settings)]


def _unknown(settings: Settings) -> Iterator[Fault]:
    known = [f"RF_{name.upper()}" for name in type(settings).model_fields]
    for name in sorted(os.environ):
        if name.startswith("RF_") and name not in known and not name.startswith(ELSEWHERE):
            near = difflib.get_close_matches(name, known, n=1)
            meant = f', or rename it: export {near[0]}="${name}"' if near else ""
            yield f"{name} is not a setting and has no effect", f"unset {name}{meant}"


def _numbers(settings: Settings) -> Iterator[Fault]:
    for name in (*AT_LEAST_ONE, *ABOVE_ZERO):
        value: float = getattr(settings, name)
        if value <= 0:
            least = "1 or more" if name in AT_LEAST_ONE else "more than 0"
            yield f"RF_{name.upper()} is {value:g}, and must be {least}", f"unset RF_{name.upper()}"


def _words(settings: Settings) -> Iterator[Fault]:
    if settings.log_level.lower() not in LOG_LEVELS:
        yield f"RF_LOG_LEVEL is {settings.log_level!r}", f"export RF_LOG_LEVEL=info, or one of {', '.join(LOG_LEVELS)}"
    if "*" in os.environ.get("FORWARDED_ALLOW_IPS", ""):
        yield (
            "FORWARDED_ALLOW_IPS lets everybody name any address as theirs, so sign-in limits count nothing",
            "export FORWARDED_ALLOW_IPS=127.0.0.1, or the address of your reverse proxy",
        )


def _addresses(settings: Settings) -> Iterator[Fault]:
    if not _is_web(settings.base_url):
        yield (
            f"RF_BASE_URL is {settings.base_url!r}, which is no address of a web page",
            "export RF_BASE_URL=https://resolutionflow.example.com with your own name, or unset RF_BASE_URL",
        )
    elif not settings.loopback_only and settings.base_url.startswith("http://"):
        yield (
            "RF_BASE_URL is plain http on an address others can reach: sign-ins can be read on the way",
            "put a reverse proxy with TLS in front and export RF_BASE_URL=https://...",
        )
    if settings.demo_simulator_url and not _is_web(settings.demo_simulator_url):
        yield (
            f"RF_DEMO_SIMULATOR_URL is {settings.demo_simulator_url!r}, which is no address",
            "unset RF_DEMO_SIMULATOR_URL",
        )
    for name in ("database_url", "database_owner_url", "database_app_url", "database_system_url"):
        address: str = getattr(settings, name)
        scheme = address.partition("://")[0] if "://" in address else ""
        if scheme and scheme not in ("postgresql", "postgres"):
            yield (
                f"RF_{name.upper()} begins with {scheme}://, and only PostgreSQL is spoken",
                f"export RF_{name.upper()}=postgresql://USER:PASSWORD@HOST:5432/resolutionflow",
            )


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _files(settings: Settings) -> Iterator[Fault]:
    bundle = settings.psa_ca_bundle
    if bundle and not (Path(bundle).is_file() and os.access(bundle, os.R_OK)):
        yield (
            f"RF_PSA_CA_BUNDLE names {bundle}, which is no file that can be read",
            "unset RF_PSA_CA_BUNDLE, or name the file with the certificates",
        )
