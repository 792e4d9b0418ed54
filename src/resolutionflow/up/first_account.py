"""The first account: the address where it is made, and the command that makes it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from resolutionflow.up.errors import CannotStartError
from resolutionflow.up.processes import database, migrate_database

if TYPE_CHECKING:
    from resolutionflow.db.session import Database
    from resolutionflow.settings import Settings


async def welcome_address(db: Database, url: str) -> str | None:
    """A one-time address, whose secret end no browser sends or logs; None when there is a first account."""
    from resolutionflow.accounts.welcome.service import issue_link

    link = await issue_link(db)
    return f"{url}/welcome#{link}" if link else None


async def create_admin(settings: Settings, answers: dict[str, str], *, as_json: bool) -> int:
    """Make the first account with its owner, who also runs the installation; also while the product runs.

    `answers` are the fields of `FirstAccountIn`. Raises `CannotStartError` in words when they are refused.
    """
    from pydantic import ValidationError

    from resolutionflow.accounts.welcome.schemas import FirstAccountIn
    from resolutionflow.accounts.welcome.service import make_from_command
    from resolutionflow.app import make_services
    from resolutionflow.errors import AppError
    from resolutionflow.http.logs import configure

    configure("warning", stream=sys.stderr)
    try:
        first = FirstAccountIn.model_validate(answers)
    except ValidationError as wrong:
        fields = ", ".join(sorted({str(fault["loc"][0]).replace("_", " ") for fault in wrong.errors() if fault["loc"]}))
        raise CannotStartError(f"This cannot be used: {fields}. Nothing was stored.") from None
    async with database(settings) as urls:
        await migrate_database(urls)
        services = make_services(settings, urls)
        try:
            made = await make_from_command(services.db, settings, first)
        except AppError as refused:
            raise CannotStartError(refused.text) from refused
        finally:
            await services.db.close()
    if as_json:
        answer = {
            "account_id": str(made.account_id),
            "user_id": str(made.user_id),
            "display_code": made.display_code,
            "email": first.email,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        sys.stdout.write(f"The account {first.account_name} is made. Sign in as {first.email}.\n")
    return 0
