"""The demo sign-in. It is printed, shown on the sign-in page of loopback installations, and no secret."""

from __future__ import annotations

from uuid import uuid5

from resolutionflow.db.base import PLATFORM_ACCOUNT_ID

ACCOUNT_ID = uuid5(PLATFORM_ACCOUNT_ID, "demo-workspace")
EMAIL = "kit.tarrow@kestrelford.example"
PASSWORD = "kestrelford-demo"  # noqa: S105 - shown to everybody on purpose
