"""The rules of the task lane: how a reply changes it, the combined script, and the split of its pasted output. Pure."""

from resolutionflow.pilot.lane.merge import (
    ExistingItem,
    LaneMerge,
    Repeated,
    WantedItem,
    item_id,
    match_hash,
    merge_block,
    wanted,
)
from resolutionflow.pilot.lane.outputs import MAX_OUTPUT, Section, SplitOutputs, cut_output, split_outputs
from resolutionflow.pilot.lane.script import (
    COMBINABLE_SHELLS,
    CombinableShell,
    LeftOut,
    LeftOutReason,
    RunScript,
    ScriptCheck,
    build_run_script,
    check_code,
)

__all__ = [
    "COMBINABLE_SHELLS",
    "MAX_OUTPUT",
    "CombinableShell",
    "ExistingItem",
    "LaneMerge",
    "LeftOut",
    "LeftOutReason",
    "Repeated",
    "RunScript",
    "ScriptCheck",
    "Section",
    "SplitOutputs",
    "WantedItem",
    "build_run_script",
    "check_code",
    "cut_output",
    "item_id",
    "match_hash",
    "merge_block",
    "split_outputs",
    "wanted",
]
