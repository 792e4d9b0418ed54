"""Definitions: every error is listed with its node, whatever else is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from resolutionflow.flows.definition import definition_json, parse_definition
from resolutionflow.flows.starter import StarterFlowError, load_starter_flows, parse_starter
from resolutionflow.flows.validation import validate_flow


def _solution(node_id: str = "end", **more: Any) -> dict[str, Any]:
    return {
        "type": "solution",
        "id": node_id,
        "title": f"Do {node_id}",
        "description": "Why.",
        "steps": ["One step."],
        **more,
    }


def _decision(node_id: str, *targets: str, **more: Any) -> dict[str, Any]:
    options = [{"id": f"o{n}", "label": f"Answer {n}", "next": target} for n, target in enumerate(targets)]
    return {"type": "decision", "id": node_id, "question": f"What about {node_id}?", "options": options, **more}


def _action(node_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "action", "id": node_id, "title": f"Look at {node_id}", "description": "How.", **more}


def _errors(*nodes: dict[str, Any], root: str = "start", **more: Any) -> set[tuple[str, str | None]]:
    flow = parse_definition({"kind": "troubleshooting", "root": root, "nodes": list(nodes), **more})
    return {(error.code, error.node_id) for error in validate_flow(flow).errors}


def test_a_sound_flow_has_no_errors() -> None:
    assert _errors(_decision("start", "a", "b"), _solution("a"), _solution("b")) == set()


def test_a_missing_start_is_an_error_of_the_flow() -> None:
    assert _errors(_solution("a"), root="nowhere") == {("missing_root", None)}


def test_an_unknown_target_names_the_node_that_leads_there() -> None:
    assert ("unknown_target", "start") in _errors(_decision("start", "a", "gone"), _solution("a"))


def test_an_unreachable_node_is_named() -> None:
    assert ("unreachable", "b") in _errors(_decision("start", "a", "a"), _solution("a"), _solution("b"))


def test_a_decision_needs_two_options_and_has_at_most_eight() -> None:
    assert ("too_few_options", "start") in _errors(_decision("start", "a"), _solution("a"))
    assert ("too_many_options", "start") in _errors(_decision("start", *["a"] * 9), _solution("a"))


def test_doubles_are_named() -> None:
    found = _errors(
        _decision(
            "start",
            "a",
            "a",
            options=[{"id": "o", "label": "Same", "next": "a"}, {"id": "o", "label": "same ", "next": "a"}],
        ),
        _solution("a"),
        _solution("a"),
    )
    assert {("duplicate_id", "a"), ("duplicate_label", "start")} <= found


def test_two_questions_with_the_same_words_are_an_error() -> None:
    found = _errors(
        _decision("start", "b", "a"), _decision("b", "a", "a", question="What about start?"), _solution("a")
    )
    assert {("duplicate_label", "start"), ("duplicate_label", "b")} <= found


def test_a_path_that_cannot_end_is_an_error_of_each_node_on_it() -> None:
    found = _errors(
        _decision("start", "loop", "a"),
        _decision("loop", "loop2", "loop2"),
        _decision("loop2", "loop", "loop"),
        _solution("a"),
    )
    assert {("no_end", "loop"), ("no_end", "loop2")} <= found
    assert ("no_end", "start") not in found


def test_a_loop_back_to_an_ancestor_is_allowed_and_marked() -> None:
    flow = parse_definition(
        {"root": "start", "nodes": [_decision("start", "b", "a"), _decision("b", "start", "a"), _solution("a")]}
    )
    check = validate_flow(flow)
    assert check.errors == ()
    assert check.loops == (("b", "start"),)


def test_empty_texts_are_errors() -> None:
    found = _errors(
        _decision("start", "a", "x", question=" "), _action("x", title="", next="a"), _solution("a", steps=[" "])
    )
    assert {("empty_text", "start"), ("empty_text", "x"), ("empty_text", "a")} <= found


def test_an_action_goes_on_by_results_or_by_one_next() -> None:
    assert ("no_next", "x") in _errors(_decision("start", "x", "a"), _action("x"), _solution("a"))
    both = _action("x", next="a", results=[{"label": "One", "next": "a"}])
    assert ("ambiguous_next", "x") in _errors(_decision("start", "x", "a"), both, _solution("a"))


def test_a_solution_needs_something_to_do() -> None:
    assert ("empty_solution", "a") in _errors(_decision("start", "a", "b"), _solution("a", steps=[]), _solution("b"))


def test_a_variable_must_be_declared() -> None:
    command = [{"shell": "powershell", "code": "Get-ADUser [VAR:upn]"}]
    nodes = (_decision("start", "x", "a"), _action("x", commands=command, next="a"), _solution("a"))
    assert ("undeclared_variable", "x") in _errors(*nodes)
    assert _errors(*nodes, variables=[{"name": "upn", "label": "User"}]) == set()


def test_patterns_must_be_readable_and_name_a_known_option() -> None:
    patterns = [
        {"kind": "regex", "pattern": "(", "option": "o0"},
        {"kind": "keyword", "words": ["x"], "option": "none"},
    ]
    found = _errors(_decision("start", "a", "a", evidence_patterns=patterns), _solution("a"))
    assert {("bad_pattern", "start"), ("unknown_option", "start")} <= found


def test_all_errors_are_listed_at_once() -> None:
    found = _errors(_decision("start", "gone", question=""), _decision("lost", "lost", "lost"), root="start")
    assert {code for code, _ in found} >= {"empty_text", "too_few_options", "unknown_target", "unreachable", "no_end"}


def test_a_very_deep_flow_is_checked_without_trouble() -> None:
    nodes = [_decision(f"n{i}", f"n{i + 1}", "a") for i in range(1500)]
    assert _errors(*nodes, _decision("n1500", "a", "a"), _solution("a"), root="n0") == set()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "project"},
        {"unknown": 1},
        {"nodes": [{"type": "other", "id": "a"}]},
        {"nodes": [_solution("Not A Slug")]},
        {"nodes": [_solution("a", prior=2)]},
        {"nodes": [_action("a", commands=[{"shell": "perl", "code": "1"}])]},
        {"nodes": "none"},
    ],
)
def test_what_has_the_wrong_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_definition({"kind": "troubleshooting", "root": "start", "nodes": [_solution("a")], **change})


def test_json_and_back_is_the_same_flow() -> None:
    for flow in load_starter_flows():
        assert parse_definition(definition_json(flow.definition)) == flow.definition


@pytest.mark.parametrize(("text", "said"), [("- 1", "not a mapping"), ("slug: x", "missing"), ("{}", "missing")])
def test_a_starter_file_that_is_not_one_is_refused_with_its_name(text: str, said: str) -> None:
    with pytest.raises(StarterFlowError, match=rf"bad\.yaml.*{said}"):
        parse_starter(text, "bad.yaml")


def test_a_starter_file_with_errors_is_refused_with_all_of_them() -> None:
    head = "slug: x\nname: X\nversion: 1\ndescription: d\ncategory: c\ntags: []\n"
    with pytest.raises(StarterFlowError, match=r"start: .*at least two"):
        parse_starter(head + "root: start\nnodes: [{type: decision, id: start, question: Q, options: []}]", "bad.yaml")


def test_a_parsed_pattern_names_a_known_command_and_field() -> None:
    def errors(**pattern: object) -> set[tuple[str, str | None]]:
        result = {"label": "One", "next": "a", "evidence_patterns": [{"kind": "parsed", **pattern}]}
        other = {"label": "Other", "next": "a"}
        return _errors(_decision("start", "x", "a"), _action("x", results=[result, other]), _solution("a"))

    assert ("unknown_command", "x") in errors(command="telepathy", field="status", value="ok")
    assert ("unknown_field", "x") in errors(command="ping", field="mood", value="good")
    assert ("wrong_operator", "x") in errors(command="ping", field="target", op="gt", value=3)
    assert ("wrong_value", "x") in errors(command="ping", field="reachable", value="yes")
    assert ("bad_pattern", "x") in errors(command="ping", field="target", op="matches", value="(")
    assert errors(command="ping", field="loss", op="ge", value=20) == set()
    assert errors(command="list", field="anythingatall", value=1) == set()


def test_an_unknown_field_is_told_with_the_known_ones() -> None:
    pattern = {"kind": "parsed", "command": "shadow_storage", "field": "usage", "op": "gt", "value": 1, "option": "o0"}
    flow = parse_definition(
        {
            "root": "start",
            "nodes": [_decision("start", "a", "b", evidence_patterns=[pattern]), _solution("a"), _solution("b")],
        }
    )
    message = next(error.message for error in validate_flow(flow).errors if error.code == "unknown_field")
    assert "usage" in message
    assert "used_percent" in message
