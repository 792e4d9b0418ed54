"""The starter library: flows shipped with the product, one YAML file each, loaded as platform flows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

import yaml

from resolutionflow.flows.definition import (
    TroubleshootingFlow,
    definition_json,
    parse_definition,
)
from resolutionflow.flows.validation import validate_flow

_HEAD = frozenset({"slug", "name", "version", "description", "category", "tags"})


class StarterFlowError(ValueError):
    """A starter file cannot be used; the message names the file and every reason."""


@dataclass(frozen=True, slots=True)
class StarterFlow:
    """A flow of the library. `content_hash` (SHA-256 hex) changes with any word of it."""

    slug: str
    name: str
    version: int
    description: str
    category: str
    tags: tuple[str, ...]
    definition: TroubleshootingFlow
    content_hash: str

    def definition_json(self) -> dict[str, object]:
        """What `flow_versions.definition` stores."""
        return definition_json(self.definition)


@cache
def load_starter_flows() -> tuple[StarterFlow, ...]:
    """All starter flows, ordered by slug. Raises StarterFlowError when a file is not fit to ship."""
    folder = resources.files(__name__)
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")),
        key=lambda file: file.name,
    )
    flows = tuple(parse_starter(file.read_text("utf-8"), file.name) for file in files)
    slugs = [flow.slug for flow in flows]
    if len(set(slugs)) != len(slugs):
        msg = f"Two starter files share a slug: {sorted(slugs)}"
        raise StarterFlowError(msg)
    return tuple(sorted(flows, key=lambda flow: flow.slug))


def parse_starter(text: str, file_name: str) -> StarterFlow:
    """One starter file: the head (slug, name, version, description, category, tags) and the definition beside it."""
    raw: object = yaml.safe_load(text)
    if not isinstance(raw, dict):
        msg = f"{file_name}: not a mapping"
        raise StarterFlowError(msg)
    data = cast("dict[str, object]", raw)
    missing = sorted(_HEAD - data.keys())
    if missing:
        msg = f"{file_name}: missing {', '.join(missing)}"
        raise StarterFlowError(msg)
    try:
        definition = parse_definition({key: value for key, value in data.items() if key not in _HEAD})
    except ValueError as error:
        msg = f"{file_name}: {error}"
        raise StarterFlowError(msg) from error
    errors = validate_flow(definition).errors
    if errors:
        msg = f"{file_name}: " + "; ".join(f"{error.node_id or 'flow'}: {error.message}" for error in errors)
        raise StarterFlowError(msg)
    return _starter(data, definition)


def _starter(data: Mapping[str, object], definition: TroubleshootingFlow) -> StarterFlow:
    tags = data["tags"]
    version = data["version"]
    canonical = json.dumps(
        [{key: data[key] for key in sorted(_HEAD)}, definition_json(definition)],
        sort_keys=True,
        ensure_ascii=False,
    )
    return StarterFlow(
        slug=str(data["slug"]),
        name=str(data["name"]),
        version=version if isinstance(version, int) else 1,
        description=str(data["description"]).strip(),
        category=str(data["category"]),
        tags=tuple(str(tag) for tag in cast("list[object]", tags)) if isinstance(tags, list) else (),
        definition=definition,
        content_hash=hashlib.sha256(canonical.encode()).hexdigest(),
    )
