"""A worker process of its own: what it works on comes in one line on standard input, its end with the end of that."""

from __future__ import annotations

import asyncio
import json
import sys

from resolutionflow.app import make_services
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.http.logs import configure
from resolutionflow.jobs.worker import Worker
from resolutionflow.settings import Settings


async def main() -> None:
    told = json.loads(sys.stdin.readline())
    configure("critical")
    services = make_services(Settings.load(**told["settings"]), DatabaseUrls(**told["urls"]))
    await services.bus.start()
    worker = Worker(services)
    working = asyncio.create_task(worker.run())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await worker.stop()
    await working
    await services.bus.stop()
    await services.db.close()


if __name__ == "__main__":
    asyncio.run(main())
