"""Settings of one installation, read from the environment (prefix `RF_`) or given in code."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="RF_", extra="ignore", frozen=True)

    data_dir: Path = Path.home() / ".local" / "share" / "resolutionflow"
    database_url: str = Field(
        default="", description="An external PostgreSQL as a role that may create roles. Empty: the embedded one."
    )
    database_owner_url: str = ""
    database_app_url: str = ""
    database_system_url: str = ""
    secret_key: SecretStr = SecretStr("")
    vault_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Keys of stored secrets as k3:KEY,k2:KEY; the first one seals. Empty: the file vault.keys of the data directory, if any.",
    )
    base_url: str = "http://127.0.0.1:8080"
    loopback_only: bool = True
    demo: bool = True
    demo_simulator_url: str = Field(
        default="", description="The simulated PSA of the demo workspace when it runs elsewhere; `up` starts its own."
    )
    environment: str = "production"

    pool_size: int = 10
    pool_max_waiting: int = 400
    statement_timeout: float = 30.0

    worker_concurrency: int = Field(default=40, ge=2, description="Jobs a worker runs beside each other.")
    worker_waiting: int = Field(
        default=500,
        ge=4,
        description="Turns a worker answers beside each other: they wait for a model and cost little.",
    )
    job_heartbeat_timeout: float = 8.0
    job_poll_interval: float = 2.0
    housekeeping_seconds: float = Field(
        default=600.0, ge=0.05, description="How often a worker deletes what has outlived its time."
    )

    access_token_minutes: int = 10
    sign_in_failures_per_address: int = 5
    sign_in_failures_per_ip: int = 50

    turn_total_timeout: float = 180.0
    guide_chunk_delay: float = Field(
        default=0.0, description="Slows the Guide down by this much a chunk, so that tests can act in mid-turn."
    )
    turns_per_minute: int = 20
    previews_per_minute: int = 30
    promotions_per_minute: int = 30
    uploads_per_hour: int = 60

    storage_url: str = Field(
        default="", description="s3://bucket/folder. Empty: the folder `files` of the data directory."
    )
    storage_endpoint: str = Field(default="", description="Address of an S3-compatible store that is not Amazon's.")
    storage_region: str = "us-east-1"
    storage_access_key: str = ""
    storage_secret_key: SecretStr = SecretStr("")

    psa_allow_loopback: bool = False
    psa_allow_hosts: str = ""
    psa_ca_bundle: str = ""
    psa_timeout_scale: float = Field(
        default=1.0, description="Scales the time-outs of calls to the PSA; tests shrink it."
    )
    psa_retry_scale: float = Field(
        default=1.0, description="Scales the waits of the outbox and between calls to the PSA; tests shrink it."
    )

    llm_private_hosts: str = Field(
        default="",
        description="Model servers in private networks: host or host:port, http://host:port without TLS; separated by commas.",
    )
    llm_connect_timeout: float = 5.0
    llm_first_token_timeout: float = 30.0
    llm_idle_timeout: float = 30.0
    llm_total_timeout: float = 180.0
    llm_retry_wait: float = Field(default=0.5, description="Before the one retry, when the provider names no time.")
    llm_history_tokens: int = Field(default=24_000, description="How much of a conversation is sent to a model.")
    llm_provider: Literal["", "anthropic", "google", "openai_compatible"] = Field(
        default="", description="The installation's own model, offered to accounts without a key. Empty: none."
    )
    llm_api_key: SecretStr = SecretStr("")
    llm_base_url: str = ""
    llm_model_standard: str = ""
    llm_model_fast: str = Field(default="", description="Empty: the standard model does the small work too.")
    llm_prices: dict[str, dict[str, float]] = Field(
        default_factory=dict[str, dict[str, float]],
        description='Prices of these models as JSON, USD a million tokens: {"model": {"input": 3, "output": 15}}.',
    )
    llm_monthly_budget_usd: Decimal | None = Field(
        default=None,
        ge=0,
        description="What one account may spend a month on the installation's model. Unset: no limit.",
    )

    metrics: bool = False
    log_level: str = "info"

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Settings from the environment; `overrides` win. Without RF_SECRET_KEY a key is made once and kept in the data folder."""
        settings = cls.model_validate({**cls().model_dump(), **overrides})
        if settings.secret_key.get_secret_value():
            return settings
        return settings.model_copy(update={"secret_key": SecretStr(_kept_key(settings.data_dir))})

    def derive_key(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, derived from the master key."""
        master = self.secret_key.get_secret_value().encode()
        return hmac.new(master, purpose.encode(), hashlib.sha256).digest()


def _kept_key(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"secret.key.{secrets.token_hex(4)}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(48))
        try:
            # link() fails when another process was first: its key wins.
            path.hardlink_to(temporary)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()
