"""Languages, sites, parameters, extraction: what the pure part of scripts says about a text."""

from __future__ import annotations

import ast
import itertools
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.scripts import proposing
from resolutionflow.scripts.checks import check_template
from resolutionflow.scripts.errors import HardcodedSecret, PlaceholderContext, SecretContext
from resolutionflow.scripts.extraction import Named, cut, key_of
from resolutionflow.scripts.language import Language, recognise
from resolutionflow.scripts.literals import Kind, stretches
from resolutionflow.scripts.parameters import faults, parameter
from resolutionflow.scripts.repository import slug_base
from resolutionflow.scripts.rules import Known, named_by_rules
from resolutionflow.scripts.sites import sites
from resolutionflow.scripts.writing import emit

LANGUAGES: tuple[Language, ...] = ("powershell", "bash", "python")


@pytest.mark.parametrize(
    ("script", "language"),
    [
        ("#!/usr/bin/env bash\nGet-Service", "bash"),
        ("#!/usr/bin/env python3\nx=1", "python"),
        ("#!/usr/bin/env pwsh\nsudo ls", "powershell"),
        ("Restart-Service -Name Spooler", "powershell"),
        ("$name = 'x'\n", "powershell"),
        ("sudo systemctl restart nginx\n", "bash"),
        ("import os\nprint(os.name)\n", "python"),
        ("", "powershell"),
    ],
)
def test_a_script_tells_its_language(script: str, language: str) -> None:
    assert recognise(script) == language


REFUSED: list[tuple[Language, str]] = [
    ("powershell", "{{ x }} -Force"),
    ("powershell", "Get-Item x | {{ x }}"),
    ("powershell", "& {{ x }}"),
    ("powershell", "{{ x }} = 3"),
    ("powershell", "${{ x }} = 3"),
    ("powershell", "Get-{{ x }} -Name y"),
    ("powershell", 'Write-Output "$({{ x }})"'),
    ("powershell", 'Write-Output "$name{{ x }}"'),
    ("powershell", 'Write-Output "`{{ x }}"'),
    ("powershell", "Invoke-Expression '{{ x }}'"),
    ("powershell", "iex {{ x }}"),
    ("powershell", 'cmd /c "del {{ x }}"'),
    ("powershell", 'powershell.exe -Command "{{ x }}"'),
    ("powershell", "[scriptblock]::Create('{{ x }}')"),
    ("powershell", "icacls --% {{ x }}"),
    ("bash", "{{ x }} --all"),
    ("bash", "ls | {{ x }}"),
    ("bash", "if {{ x }}; then echo; fi"),
    ("bash", "sudo {{ x }}"),
    ("bash", 'echo "$({{ x }})"'),
    ("bash", "echo `{{ x }}`"),
    ("bash", "echo ${a:-{{ x }}}"),
    ("bash", 'eval "{{ x }}"'),
    ("bash", "ssh host '{{ x }}'"),
    ("bash", "sed 's/a/{{ x }}/' f"),
    ("bash", "A=1 {{ x }}"),
    ("python", "{{ x }}"),
    ("python", "{{ x }} = 3"),
    ("python", "import {{ x }}"),
    ("python", "print(a.{{ x }})"),
    ("python", "{{ x }}()"),
    ("python", 'print(f"{ {{ x }} }")'),
    ("python", "exec('{{ x }}')"),
    ("python", "os.system('{{ x }}')"),
    ("python", "subprocess.run('{{ x }}',\n  shell=True)"),
]


@pytest.mark.parametrize(("language", "script"), REFUSED)
def test_a_placeholder_is_refused_where_a_value_could_be_code(language: Language, script: str) -> None:
    with pytest.raises(PlaceholderContext) as refusal:
        check_template(language, script, [parameter("x", "X", "text")], verbatim=frozenset())
    assert refusal.value.details is not None
    assert refusal.value.details["places"][0]["line"] == 1


ALLOWED: list[tuple[Language, str]] = [
    ("powershell", "Restart-Service -Name {{ x }}"),
    ("powershell", "Restart-Service -Name:{{ x }}"),
    ("powershell", "Copy-Item {{ x }} {{ x }}"),
    ("powershell", "$name = {{ x }}"),
    ("powershell", "Write-Output '{{ x }}'"),
    ("powershell", 'Write-Output "Host ${name} {{ x }}"'),
    ("powershell", "Get-ADUser -Filter \"Name -eq '{{ x }}'\""),
    ("powershell", "# for {{ x }}\nGet-Service"),
    ("powershell", "@{ Name = {{ x }} }"),
    ("bash", "systemctl restart {{ x }}"),
    ("bash", 'NAME="{{ x }}"'),
    ("bash", "NAME={{ x }}"),
    ("bash", "ls /home/{{ x }}/mail"),
    ("bash", "cat <<'X'\n{{ x }}\nX\n"),
    ("python", "name = {{ x }}"),
    ("python", "print('{{ x }}', f'hello {{ x }}')"),
    ("python", "call(a={{ x }}, b=[{{ x }}])"),
]


@pytest.mark.parametrize(("language", "script"), ALLOWED)
def test_a_placeholder_may_stand_where_only_a_value_can_be(language: Language, script: str) -> None:
    check_template(language, script, [parameter("x", "X", "text")], verbatim=frozenset())


def test_a_number_may_stand_where_text_is_read_again() -> None:
    check_template("bash", "ssh host 'tail -n {{ x }} log'", [parameter("x", "X", "number")], verbatim=frozenset())


def test_a_secret_in_a_comment_and_a_literal_are_refused() -> None:
    secret = parameter("x", "X", "password", secret=True)
    with pytest.raises(SecretContext):
        check_template("powershell", "# uses {{ x }}\nGet-Service", [secret], verbatim=frozenset())
    for body in (
        "$p = ConvertTo-SecureString 'Winter2024!' -AsPlainText -Force",
        "net user helpdesk Winter2024! /add",
        "$password = '«secret:1»'",
    ):
        with pytest.raises(HardcodedSecret):
            check_template("powershell", body, [], verbatim=frozenset())
    body = "$p = ConvertTo-SecureString {{ x }} -AsPlainText -Force\n$password = '{{ x }}'"
    check_template("powershell", body, [secret], verbatim=frozenset())


def changed(**values: Any) -> dict[str, Any]:
    return {**parameter("days", "Days", "number", default=3), **values}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("text", None),
        ({"key": "a"}, "default"),
        (changed(key="Days"), "key"),
        (changed(key="rf_days"), "key"),
        (changed(label=" "), "label"),
        (changed(label="a\u202eb"), "label"),
        (changed(type="list"), "type"),
        (changed(type=["text"]), "type"),
        (changed(required="yes"), "required"),
        (changed(extra=1), "extra"),
        (changed(secret=True), "secret"),
        (changed(default="x"), "default"),
        (changed(default=True), "default"),
        (changed(default=10**400), "default"),
        (changed(required=False, default=None), "default"),
        (changed(options=["a"]), "options"),
        (changed(validation=[]), "validation"),
        (changed(validation={"min": 3, "max": 1}), "validation"),
        (changed(validation={"pattern": "x"}), "validation"),
        (changed(type="text", default="a", validation={"pattern": "(a+)+$"}), "validation"),
        (changed(type="text", default="a", validation={"pattern": "["}), "validation"),
        (changed(type="text", default="a", validation={"format": "colour"}), "validation"),
        (changed(type="text", default="two\nlines"), "default"),
        (changed(type="text", key="password", default="Winter2024!"), "default"),
        (changed(type="password", default=None), "secret"),
        (changed(type="password", secret=True, default="x"), "default"),
        (changed(type="select", default=None), "options"),
        (changed(type="select", default="c", options=["a", "b"]), "default"),
        (changed(type="select", default=None, options=["a", "a"]), "options"),
        (changed(type="multi_text", default=["a", 3]), "default"),
    ],
)
def test_a_parameter_is_held_to_the_contract(given: Any, field: str | None) -> None:
    found = faults([given])
    assert field in [fault.field for fault in found], found
    assert all(fault.index == 0 and fault.message.endswith(".") for fault in found)


def test_sound_parameters_have_no_fault_and_twins_have_one() -> None:
    sound = [
        changed(),
        parameter("user", "User", "text", default="a'b"),
        parameter("names", "Names", "multi_text", default=["a", "b"]),
        parameter("secret", "Secret", "password", secret=True),
        {**parameter("mode", "Mode", "select", default="on"), "options": ["off", {"value": "on", "label": "On"}]},
    ]
    assert faults(sound) == []
    assert [fault.code for fault in faults([changed(), changed()])] == ["duplicate"]
    assert [fault.code for fault in faults([{**changed(), "key": f"k{n}"} for n in range(41)])] == ["too_many"]


def test_only_whole_values_on_their_line_are_cut_and_the_rest_stays() -> None:
    script = "$user = 'kim.lee'\r\n$other = 'kim.leeds'\r\nUnlock-ADAccount -Identity \"kim.lee\"\r\n# kim.lee\r\n"
    made = cut("powershell", script, [Named("user", "User", "text", "kim.lee", 1)])
    assert made is not None
    assert made.body == script.replace("'kim.lee'", "'{{ user }}'", 1)
    assert made.extracted == {"user": "kim.lee"}
    everywhere = cut("powershell", script, [Named("user", "User", "text", "kim.lee")])
    assert everywhere is not None
    assert everywhere.body.count("{{ user }}") == 2
    assert "# kim.lee\r\n" in everywhere.body


@pytest.mark.parametrize(
    "named",
    [
        Named("user", "U", "text", "nobody", 1),
        Named("user", "U", "text", "sam", 7),
        Named("Bad Key", "U", "text", "sam", 1),
        Named("user", "U", "text", "Get-ADUser", 1),
        Named("user", "U", "number", "sam", 1),
        Named("user", "U", "text", "", 1),
        Named("user", "U", "text", "iex", 2),
    ],
)
def test_a_bad_parameter_is_dropped(named: Named) -> None:
    script = "Get-ADUser 'sam'\niex 'iex'"
    made = cut("powershell", script, [named])
    assert made is not None
    assert (made.body, made.parameters, made.extracted) == (script, [], {})


def test_masks_become_passwords_without_their_value() -> None:
    script = "$Credential = ConvertTo-SecureString '«secret:1»' -AsPlainText -Force\nnet user helpdesk «secret:2»\n"
    made = cut("powershell", script, [])
    assert made is not None
    assert "«secret" not in made.body
    assert [one["type"] for one in made.parameters] == ["password", "password"]
    assert all(one["secret"] and one["default"] is None for one in made.parameters)
    assert made.extracted == {}
    check_template("powershell", made.body, made.parameters, verbatim=frozenset())


def test_the_rules_know_the_people_and_machines_of_the_case() -> None:
    known = Known(
        user="Kim Lee",
        email="kim.lee@northwind.example.com",
        company="Northwind Dental",
        hosts=(("WS-0142", "10.20.0.15"),),
        facts=("The share \\\\files is on FS-02.northwind.example.com.",),
    )
    script = (
        "Test-NetConnection 8.8.8.8\n$target = 'WS-0142'\nSet-Mailbox -Identity 'kim.lee@northwind.example.com'\n"
        'Write-Output "For Northwind Dental"\nping 127.0.0.1\n'
    )
    made = cut("powershell", script, named_by_rules(known, script))
    assert made is not None
    assert made.extracted == {
        "user_email": "kim.lee@northwind.example.com",
        "company": "Northwind Dental",
        "host_name": "WS-0142",
    }
    assert "8.8.8.8" in made.body
    assert all(one["help"].startswith("Taken from ") for one in made.parameters)


@pytest.mark.parametrize("reply", ["", "no", "{}", "[1, 2", '"x"', "[[[", "[" * 5000])
def test_a_reply_that_is_no_list_is_no_proposal(reply: str) -> None:
    assert proposing.read(reply) is None


def test_unusable_entries_of_a_reply_are_left_out() -> None:
    reply = """Here: [1, {"key": "host", "value": "DC-01", "line": 2}, {"key": "x", "value": "y", "line": true},
      {"key": "UserName", "label": "User", "type": "colour", "value": "kim", "line": 1, "inferred_from": "ticket"},
      {"key": "n", "type": "number", "value": 14, "line": 3}, {"key": "s", "value": "«secret:1»", "line": 1}]"""
    assert proposing.read(reply) == [
        Named("host", "", "text", "DC-01", 2),
        Named("user_name", "User", "text", "kim", 1, "ticket"),
        Named("n", "", "number", "14", 3),
    ]


def test_names_become_keys_and_slugs() -> None:
    assert [key_of(name) for name in ("UserName", "target-OU", "9lives", "rf_x", "Größe")] == [
        "user_name", "target_ou", "", "", "gr_e",
    ]  # fmt: skip
    assert slug_base("Do Something On Target") == "do-something-on-target"
    assert slug_base("  Müller & Söhne: größer!  ") == "muller-sohne-grosser"
    assert slug_base("日本語") == "script"
    assert len(slug_base("a " * 200)) <= 80


NASTY = st.text(st.sampled_from(list("ab01 -_'\"`$(){};&|\\\u2019\u201c!#\u00e9%")), min_size=1, max_size=20)


@given(NASTY)
def test_a_value_written_into_python_reads_back_as_itself(value: str) -> None:
    for quote in ("'", '"', "'''", "r'", "f'", "rb'"):
        written = emit("python", Kind.ESCAPED, value, quote=quote)
        if written is not None and "f" not in quote:
            read = ast.literal_eval(f"{quote}{written}{quote.lstrip('rbf')}")
            assert read == (value.encode() if "b" in quote else value)
    bare = emit("python", "bare", value)
    assert bare is not None
    assert ast.literal_eval(bare) == value


@given(st.lists(NASTY, min_size=1, max_size=6))
def test_a_value_written_into_bash_is_one_word_of_itself(values: list[str]) -> None:
    lines: list[str] = []
    for value in values:
        lines.append(f"printf '%s\\0' {emit('bash', 'bare', value)}")
        lines.append(f"printf '%s\\0' '{emit('bash', Kind.LITERAL, value)}'")
        lines.append(f"printf '%s\\0' \"{emit('bash', Kind.EXPANDED, value)}\"")
    said = subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, check=True, text=True).stdout
    assert said.split("\0")[:-1] == [value for value in values for _ in range(3)]


@given(NASTY)
def test_a_value_written_into_powershell_stays_inside_its_string(value: str) -> None:
    for kind, mark in ((Kind.LITERAL, "'"), (Kind.EXPANDED, '"')):
        text = f"Write-Output {mark}{emit('powershell', kind, value)}{mark} -Last"
        found = [one for one in stretches("powershell", text) if one.kind is kind]
        assert [(one.start, one.end, one.holes) for one in found[:1]] == [(13, len(text) - 6, ())]


@given(st.text(st.sampled_from(list("ab \n'\"`$(){}<>#@\\x-{{ x }}|;=")), max_size=80), st.sampled_from(LANGUAGES))
def test_no_text_breaks_the_reading_of_a_script(text: str, language: Language) -> None:
    found = stretches(language, text)
    assert all(one.start <= one.inner <= one.close <= one.end <= len(text) for one in found)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))
    sites(language, text)
    made = cut(language, text, [Named("k", "", "text", "ab"), Named("n", "", "text", "x", 1)])
    assert made is not None


def test_a_long_script_of_placeholders_is_read_in_bounded_time() -> None:
    body = "Write-Output " + "{{ x }} " * 5000
    assert len(sites("powershell", body)) == 5000
    assert stretches("bash", "`${$(\"'" * 5000)
