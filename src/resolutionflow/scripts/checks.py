"""Whether a script may become a template: every placeholder declared, used and safely placed, and no secret in it (scripts.md 4, 5). Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from resolutionflow.pilot.redaction import TOKEN, find_secrets
from resolutionflow.scripts.errors import (
    HardcodedSecret,
    InvalidParameters,
    PlaceholderContext,
    SecretContext,
    UndeclaredPlaceholder,
    UnusedParameter,
)
from resolutionflow.scripts.language import Language
from resolutionflow.scripts.literals import PLACEHOLDER, Kind
from resolutionflow.scripts.parameters import Declared, declared, faults
from resolutionflow.scripts.sites import Site, lookalikes, sites

MOST_TOLD = 20
REREAD = (
    "This command reads its text again as code. Only a number, a yes or no, or a choice of plain words may stand here."
)


def check_template(language: Language, body: str, parameters: list[Any], *, verbatim: frozenset[str]) -> None:
    """Returns, or raises the first refusal of `scripts.errors`. Keys in `verbatim` only look like placeholders."""
    wrong = faults(parameters)
    if wrong:
        told = [{"index": f.index, "field": f.field, "code": f.code, "message": f.message} for f in wrong[:MOST_TOLD]]
        raise InvalidParameters(details={"errors": told})
    known = {one.key: one for one in declared(parameters)}
    used = _used(body, set(known), verbatim)
    unused = [key for key in known if key not in used]
    if unused:
        raise UnusedParameter(details={"keys": unused})
    placed = sites(language, body, tuple(known))
    _check_places(placed, known)
    check_secrets(body=body)


def _used(body: str, known: set[str], verbatim: frozenset[str]) -> set[str]:
    used: set[str] = set()
    unknown: list[dict[str, Any]] = []
    for key, line in lookalikes(body):
        if key in known:
            used.add(key)
        elif key not in verbatim and len(unknown) < MOST_TOLD:
            nearest = difflib.get_close_matches(key, sorted(known), 1)
            unknown.append({"key": key, "line": line, "nearest": nearest[0] if nearest else None})
    if unknown:
        raise UndeclaredPlaceholder(
            f"Line {unknown[0]['line']}: there is no parameter {unknown[0]['key']}. Nothing was saved."
            " Add the parameter or change the text.",
            details={"places": unknown},
        )
    return used


def _check_places(placed: Sequence[Site], known: dict[str, Declared]) -> None:
    wrong = [(site, reason) for site in placed if (reason := _reason(site, known[site.key])) is not None]
    if wrong:
        first, reason = wrong[0]
        places = [
            {"key": site.key, "line": site.line, "column": site.column, "reason": words}
            for site, words in wrong[:MOST_TOLD]
        ]
        raise PlaceholderContext(
            f"Line {first.line}: {first.key} cannot stand here. {reason} Nothing was saved.", details={"places": places}
        )
    shown = [site for site in placed if known[site.key].secret and site.context is Kind.COMMENT]
    if shown:
        places = [{"key": site.key, "line": site.line, "column": site.column} for site in shown[:MOST_TOLD]]
        raise SecretContext(details={"places": places})


def _reason(site: Site, parameter: Declared) -> str | None:
    if site.problem is not None:
        return site.problem
    return REREAD if site.reread and not parameter.plain and site.context is not Kind.COMMENT else None


def check_secrets(**texts: str | None) -> None:
    """Raises `HardcodedSecret` with the places of what the redactor finds, and of masks that are left, in these texts."""
    places: list[dict[str, Any]] = []
    for name, text in texts.items():
        if text:
            places += [{"where": name, "line": line, "kind": kind} for line, kind in _secrets(text)]
    if places:
        first = places[0]
        where = f"Line {first['line']} of the script" if first["where"] == "body" else f"The {first['where']}"
        raise HardcodedSecret(
            f"{where} holds a password or key. Nothing was saved. Make it a secret parameter.",
            details={"places": places[:MOST_TOLD]},
        )


def _secrets(text: str) -> list[tuple[int, str]]:
    spans = [match.span() for match in PLACEHOLDER.finditer(text)]
    found = [(match.start(), "masked") for match in TOKEN.finditer(text)]
    found += [
        (span.start, str(span.kind))
        for span in find_secrets(text)
        if not any(left < span.end and span.start < right for left, right in spans)
    ]
    return [(text.count("\n", 0, start) + 1, kind) for start, kind in sorted(found)]
