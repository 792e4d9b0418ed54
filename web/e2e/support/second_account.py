# ruff: noqa: INP001 - a script of the journeys, not a package
"""Makes a second account beside the demo workspace, with one owner and no ticketing system: `second_account.py DATA_DIR`.

Prints `{"email", "password"}` as JSON. Safe to repeat, also while `resolutionflow up` runs on the folder.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from uuid import uuid5

from sqlalchemy import text

from resolutionflow.app import make_services
from resolutionflow.auth.passwords import hash_now
from resolutionflow.db.base import PLATFORM_ACCOUNT_ID
from resolutionflow.settings import Settings
from resolutionflow.up.processes import database

EMAIL = "rin.halloway@oakmere-it.example"
PASSWORD = "oakmere-invented-words"  # noqa: S105 - invented, for one test run
ACCOUNT = uuid5(PLATFORM_ACCOUNT_ID, "second-account-of-the-journeys")
OWNER = uuid5(ACCOUNT, EMAIL)


async def main(folder: Path) -> None:
    settings = Settings.load(data_dir=folder)
    async with database(settings) as urls:
        services = make_services(settings, urls)
        try:
            async with services.db.system() as tx:
                await tx.execute(
                    text(
                        "INSERT INTO accounts (id, name, display_code) VALUES (:id, 'Oakmere IT', 'OAKMERE1')"
                        " ON CONFLICT DO NOTHING"
                    ),
                    {"id": ACCOUNT},
                )
                await tx.execute(
                    text(
                        "INSERT INTO users (id, account_id, email, name, role, password_hash, email_verified_at)"
                        " VALUES (:id, :account, :email, 'Rin Halloway', 'owner', :hash, now()) ON CONFLICT DO NOTHING"
                    ),
                    {"id": OWNER, "account": ACCOUNT, "email": EMAIL, "hash": hash_now(PASSWORD)},
                )
                await tx.execute(
                    text("UPDATE accounts SET owner_id = :owner WHERE id = :id"), {"owner": OWNER, "id": ACCOUNT}
                )
        finally:
            await services.db.close()
    sys.stdout.write(json.dumps({"email": EMAIL, "password": PASSWORD}))


asyncio.run(main(Path(sys.argv[1])))
