"""The demo sign-in. It is printed, shown on the sign-in page of loopback installations, and no secret."""

from __future__ import annotations

EMAIL = "kit.tarrow@kestrelford.example"
PASSWORD = "kestrelford-demo"  # noqa: S105 - shown to everybody on purpose
