"""Changing the key of stored secrets."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from resolutionflow.up.errors import CannotStartError
from resolutionflow.up.processes import database, migrate_database

if TYPE_CHECKING:
    from resolutionflow.settings import Settings


async def rotate_keys(settings: Settings, *, new_key: bool, as_json: bool) -> int:
    """Encrypt every stored secret anew under the current key, after adding one with `new_key`. Also while the product runs.

    Ends with code 1 when a secret could not be read: it is left as it is.
    """
    from resolutionflow.app import make_services
    from resolutionflow.http.logs import configure
    from resolutionflow.kit.vault import BadKeyRing, Tally, add_key, ring
    from resolutionflow.registry import SEALED

    configure("warning", stream=sys.stderr)
    tally = Tally()
    async with database(settings) as urls:
        await migrate_database(urls)
        services = make_services(settings, urls)
        try:
            if new_key:
                add_key(settings)
            current = ring(settings).current
            async with services.db.system() as session:
                for name in SEALED:
                    await import_module(name).reseal_all(session, settings, tally)
        except BadKeyRing as wrong:
            raise CannotStartError(f"{wrong} No secret was changed.") from wrong
        finally:
            await services.db.close()
    if as_json:
        answer = {
            "key": current,
            "resealed": tally.resealed,
            "current": tally.current,
            "unreadable": tally.unreadable,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        sys.stdout.write(
            f"Stored secrets are under the key {current}: {tally.resealed} encrypted anew, {tally.current} were already.\n"
        )
        for place in tally.unreadable:
            sys.stdout.write(
                f"Not readable with any key of the ring, left as it is: {place}. Enter that secret again.\n"
            )
    return 1 if tally.unreadable else 0
