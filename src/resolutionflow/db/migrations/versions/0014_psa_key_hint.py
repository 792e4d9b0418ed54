"""The end of a connection's public key, kept beside the ciphertexts so that showing it opens none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("psa_connections", sa.Column("key_hint", sa.String(4)))


def downgrade() -> None:
    op.drop_column("psa_connections", "key_hint")
