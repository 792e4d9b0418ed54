"""The table of promises names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "acceptance.md"


def test_every_promise_names_tests_that_exist() -> None:
    rows = [line for line in TABLE.read_text("utf-8").splitlines() if "`tests/" in line]
    missing: list[str] = []
    for row in rows:
        file = ""
        for named in re.findall(r"`((?:tests/[\w/]+\.py)?(?:::\w+)?)`", row):
            path, _, test = named.partition("::")
            file = path or file
            text = (ROOT / file).read_text("utf-8") if (ROOT / file).is_file() else ""
            if not text or (test and not re.search(rf"^(?:async )?def {test}\(", text, re.MULTILINE)):
                missing.append(named)
    assert missing == []
    numbered = [int(found[1]) for row in rows if (found := re.match(r"\| (\d+) \|", row))]
    assert numbered == list(range(1, 23))
