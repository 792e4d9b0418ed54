"""Declarative base and the tenancy of every table."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, MetaData, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from resolutionflow.kit.ids import new_id

Rls = Literal["tenant", "platform_shared", "global"]

PLATFORM_ACCOUNT_ID = UUID("00000000-0000-0000-0000-000000000001")
"""The account that owns rows every tenant may read."""


class Base(DeclarativeBase):
    """Base of every mapped table. `rls` says how row-level security treats it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(as_uuid=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }
    rls: ClassVar[Rls]


class TenantRow(Base):
    """A row owned by an account. Its class sets `__table_args__ = tenant_args(...)`: the key other tenant tables point at."""

    __abstract__ = True
    rls: ClassVar[Rls] = "tenant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def tenant_args(*more: Any) -> tuple[Any, ...]:
    """`__table_args__` of a tenant table: the composite key plus `more`."""
    return (UniqueConstraint("account_id", "id"), *more)


def tenant_fk(
    column: str, table: str, *, ondelete: str | None = None, deferrable: bool = False
) -> ForeignKeyConstraint:
    """A foreign key that cannot leave the tenant. `ondelete="SET NULL"` clears only `column`, never the account."""
    if ondelete == "SET NULL":
        ondelete = f"SET NULL ({column})"
    return ForeignKeyConstraint(
        ["account_id", column],
        [f"{table}.account_id", f"{table}.id"],
        ondelete=ondelete,
        deferrable=deferrable or None,
        initially="DEFERRED" if deferrable else None,
    )
