"""The combined script runs every check on its own, and its output finds its way back."""

from __future__ import annotations

import subprocess
import uuid

import pytest
import tree_sitter
import tree_sitter_pwsh
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.pilot.contract import LaneState, Shell
from resolutionflow.pilot.lane import LeftOut, LeftOutReason, ScriptCheck, build_run_script, check_code, split_outputs
from resolutionflow.pilot.lane.script import bash_literal, cmd_literal, powershell_literal

IDS = [uuid.UUID(int=0x1234567890AB0000 + n) for n in range(8)]


def check(
    n: int,
    command: str | None = "hostname",
    shell: Shell | None = "bash",
    state: LaneState = "open",
    *,
    read_only: bool = True,
) -> ScriptCheck:
    return ScriptCheck(IDS[n], command, shell, state, read_only)


def run_bash(script: str) -> str:
    return subprocess.run(["bash", "-e", "-c", script], capture_output=True, text=True, check=False, timeout=20).stdout


def test_what_cannot_be_in_the_script_is_left_out_with_its_reason() -> None:
    script = build_run_script(
        [
            check(0, None),
            check(1, "Get-Service", "powershell"),
            check(2, "print(1)", "python"),
            check(3, "show version", "network"),
            check(4, "rm -r /tmp/x", read_only=False),
            check(5, state="done"),
            check(6, "whoami", None),
        ],
        "bash",
    )
    assert script.script == ""
    assert script.items == ()
    assert script.left_out == (
        LeftOut(IDS[0], LeftOutReason.NO_COMMAND),
        LeftOut(IDS[1], LeftOutReason.OTHER_SHELL),
        LeftOut(IDS[2], LeftOutReason.NOT_COMBINABLE),
        LeftOut(IDS[3], LeftOutReason.NOT_COMBINABLE),
        LeftOut(IDS[4], LeftOutReason.NOT_READ_ONLY),
        LeftOut(IDS[6], LeftOutReason.OTHER_SHELL),
    )


def test_a_changing_check_is_included_when_named() -> None:
    checks = [check(0), check(1, "touch x", read_only=False)]
    assert build_run_script(checks, "bash").items == (IDS[0],)
    assert build_run_script(checks, "bash", {IDS[1]}).items == (IDS[0], IDS[1])


def test_bash_goes_on_after_failures_and_keeps_errors_in_their_section() -> None:
    commands = [
        "echo 'it''s' \"fine\" $((1+1))",
        "nosuchcommand_rf",
        "if then (",
        "exit 3",
        "cat; printf tail",
        "cat <<'X'\na\nX",
        "false",
    ]
    checks = [check(n, command) for n, command in enumerate(commands)]
    split = split_outputs(run_bash(build_run_script(checks, "bash").script), IDS, IDS)
    assert split is not None
    outputs = {section.item_id: section.output for section in split.sections}
    assert outputs[IDS[0]] == "its fine 2"
    assert "not found" in outputs[IDS[1]]
    assert "syntax error" in outputs[IDS[2]]
    assert [outputs[IDS[n]] for n in (3, 4, 5, 6)] == ["", "tail", "a", ""]
    assert split.rest == ""
    assert split.missing == (IDS[7],)


@settings(max_examples=20)
@given(st.text(st.characters(blacklist_characters="\x00\r", blacklist_categories=["Cs"]), max_size=40))
def test_bash_quoting_cannot_be_broken_out_of(text: str) -> None:
    out = subprocess.run(["bash", "-c", f"printf %s {bash_literal(text)}"], capture_output=True, check=True, timeout=20)
    assert out.stdout.decode() == text


PWSH = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pwsh.language()))


@given(st.text(st.sampled_from("a'\u2018\u2019\u201b$`\"\n};)("), max_size=20))
def test_powershell_quoting_cannot_be_broken_out_of(text: str) -> None:
    """Reading the literal by PowerShell's own rule (any two neighbouring single quotes are one) gives the text back."""
    body, quotes = powershell_literal(text)[1:-1], "'\u2018\u2019\u201a\u201b"
    read, position = "", 0
    while position < len(body):
        if body[position] in quotes:
            assert body[position + 1] in quotes
            position += 1
        read += body[position]
        position += 1
    assert read == text


def test_the_powershell_script_is_valid() -> None:
    script = build_run_script(
        [check(0, "Get-Service 'Spooler' | fl *", "powershell"), check(1, "Get-Item {", "powershell")], "powershell"
    )
    tree = PWSH.parse(script.script.encode())
    assert not tree.root_node.has_error
    assert f"=== RF:CHECK 2 {check_code(IDS[1])} ===" in script.script


def read_by_outer_cmd(line: str) -> str:
    """What is left of a line after the outer shell: a caret makes the next character plain, a bare one acts."""
    out, position = "", 0
    while position < len(line):
        character = line[position]
        if character == "^":
            position += 1
            out += line[position]
        else:
            assert character not in '()<>&|"'
            out += character
        position += 1
    return out


@given(st.text(st.sampled_from('a "&|<>^()%\\'), max_size=30))
def test_cmd_quoting_is_inert_for_the_outer_shell(text: str) -> None:
    assert read_by_outer_cmd(cmd_literal(text)) == f'"{text.strip()}"'


def test_the_cmd_script_is_one_block_with_one_line_a_command() -> None:
    script = build_run_script([check(0, 'net user "jane doe"\nipconfig /all', "cmd")], "cmd").script
    assert script.split("\r\n") == [
        "(",
        f"echo === RF:CHECK 1 {check_code(IDS[0])} ===",
        'cmd /d /s /c ^"net user ^"jane doe^" ^& ipconfig /all^" 2>&1 <nul',
        "echo === RF:END ===",
        ")",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "Windows IP Configuration", "=== RF:END ===", "=== RF:CHECK 1 zz ===", "x === RF:CHECK 1 0123456789ab ==="],
)
def test_text_without_separators_is_refused(text: str) -> None:
    assert split_outputs(text, IDS) is None


def head(n: int, code: str | None = None) -> str:
    return f"=== RF:CHECK {n} {code or check_code(IDS[n])} ==="


def test_combined_output_is_given_to_its_checks() -> None:
    big = "\n".join(f"line {n:05}" for n in range(5_000))
    text = "\r\n".join(
        [
            "C:\\Users\\it>(",
            f"More? echo {head(0)}",
            "ran it twice, sorry",
            f"  {head(0)}\t",
            "",
            "   Host Name . . : WS-1  ",
            "",
            head(1).upper().replace("RF:CHECK 1", "RF:CHECK 9"),
            "",
            head(2, "ffffffffffff"),
            "from somewhere else",
            head(3),
            big.replace("\n", "\r\n"),
            head(0),
            "  ",
            "=== RF:END ===",
            "",
            "C:\\Users\\it>",
            "and one more thing",
        ]
    )
    split = split_outputs(text, IDS, IDS[:5])
    assert split is not None
    sections = {section.item_id: section for section in split.sections}
    assert sections[IDS[0]].output == "   Host Name . . : WS-1"
    assert sections[IDS[1]].output == ""
    assert sections[IDS[3]].cut
    assert len(sections[IDS[3]].output) <= 10_000
    assert sections[IDS[3]].output.startswith("line 00000")
    assert sections[IDS[3]].output.endswith("line 04999")
    assert split.missing == (IDS[2], IDS[4])
    assert split.rest == (
        "C:\\Users\\it>(\nran it twice, sorry\n" + head(2, "ffffffffffff") + "\nfrom somewhere else\nand one more thing"
    )


outputs = st.lists(
    st.text(st.characters(blacklist_characters="\r\n\x00", blacklist_categories=["Cs", "Zl", "Zp", "Cc"]), max_size=20),
    max_size=4,
)


@given(st.lists(outputs, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_check_prints_comes_back(bodies: list[list[str]], newline: str) -> None:
    lines = [line for n, body in enumerate(bodies) for line in (head(n), *body)]
    split = split_outputs(newline.join([*lines, "=== RF:END ==="]), IDS)
    assert split is not None
    assert [section.item_id for section in split.sections] == IDS[: len(bodies)]
    for section, body in zip(split.sections, bodies, strict=True):
        assert section.output.split() == "\n".join(body).split()
