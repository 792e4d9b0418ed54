"""Writes the corpus of whole replies: `python -m tests.pilot.markers.make_corpus`.

A row says what a person must see and what must be kept. Both follow from how the reply is put together here, never from
running the filter or the parser. Pieces written `[text, count]` stand for `text` that many times.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "corpus"
NAMES = ("QUESTIONS", "ACTIONS", "PROMOTE", "SUGGEST_FIX", "FIX_OUTCOME", "FORK")
ID = "0192f3c1-7a52-7c7e-9a43-5b2f6d0c1e11"
Piece = str | list[Any]
Row = dict[str, Any]

# One good value a marker, and what is kept of it: its name and the words a person would recognise it by.
GOOD: dict[str, tuple[Any, list[str]]] = {
    "QUESTIONS": ([{"text": "Since when?", "options": ["Today", "Longer"]}], ["QUESTIONS", "Since when?"]),
    "ACTIONS": (
        [{"label": "List tasks", "command": "schtasks /query", "description": "Look for it", "shell": "cmd"}],
        ["ACTIONS", "List tasks"],
    ),
    "PROMOTE": (
        {"source_type": "question", "source_ref": ID, "text": "It began today.", "summary": "Rules out age"},
        ["PROMOTE", "It began today."],
    ),
    "SUGGEST_FIX": ({"title": "Restart the spooler", "description": "Steps", "confidence": 80}, ["SUGGEST_FIX", "Restart the spooler", "80"]),
    "FIX_OUTCOME": ({"fix_id": ID, "outcome": "success", "reason": "It prints"}, ["FIX_OUTCOME", "success"]),
    "FORK": (
        {"fork_reason": "Two layers", "options": [{"label": "DNS", "description": "a"}, {"label": "Proxy", "description": "b"}]},
        ["FORK", "DNS", "Proxy"],
    ),
}  # fmt: skip


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def good(name: str) -> str:
    return f"[{name}]{compact(GOOD[name][0])}[/{name}]"


def kept(*names: str) -> list[list[str]]:
    return [GOOD[name][1] for name in names]


def row(name: str, reply: str | list[Piece], shown: str | list[Piece], marks: list[list[str]], *dropped: str) -> Row:
    pieces = [[reply] if isinstance(reply, str) else reply, [shown] if isinstance(shown, str) else shown]
    return {"name": name, "reply": pieces[0], "shown": pieces[1], "kept": marks, "dropped": list(dropped)}


def well_formed() -> Iterator[Row]:
    """Every marker in every dress that is tolerated."""
    for name, (value, _) in GOOD.items():
        flat, pretty = compact(value), json.dumps(value, indent=2, ensure_ascii=False)
        dresses = {
            "flat": flat,
            "lines": f"\n{flat}\n",
            "pretty": f"\n{pretty}\n",
            "pretty crlf": ("\n" + pretty + "\n").replace("\n", "\r\n"),
            "fence json": f"\n```json\n{pretty}\n```\n",
            "fence bare": f"```\n{flat}\n```",
            "fence upper": f"\n```JSON\n{flat}\n```\n",
            "fence crlf": f"\r\n```json\r\n{flat}\r\n```\r\n",
            "fence blanks": f" ```json  \n\n{flat}\n\n``` ",
            "fence one line": f"```json {flat} ```",
            "fence tight": f"```{flat}```",
            "tabs": f"\t{flat}\t\t",
            "byte order mark": f"\ufeff{flat}",
            "zero width around": f"\u200b\n{flat}\n\u200b",
            "no-break spaces": f"\u00a0{flat}\u00a0",
            "escaped": flat.replace("e", "\\u0065"),
            "sorted": json.dumps(value, sort_keys=True),
        }
        for dress, body in dresses.items():
            yield row(f"{name} {dress}", f"Look.\n[{name}]{body}[/{name}]\nBye.", "Look.\n\nBye.", kept(name))
        yield row(f"{name} first", f"{good(name)} after", " after", kept(name))
        yield row(f"{name} alone", good(name), "", kept(name))
        yield row(f"{name} inside a word", f"be{good(name)}fore", "before", kept(name))
        yield row(f"{name} in a code block", f"```\n{good(name)}\n```", "```\n\n```", kept(name))
        yield row(f"{name} in inline code", f"see `{good(name)}`.", "see ``.", kept(name))
        yield row(f"{name} in a quote", f"> {good(name)}\n> ok", "> \n> ok", kept(name))
        yield row(f"{name} in html", f"<div>{good(name)}</div>", "<div></div>", kept(name))


_OBJECTS = ("PROMOTE", "SUGGEST_FIX", "FIX_OUTCOME", "FORK")
_ANY_BAD = {
    "empty": ("", "not_json"),
    "blank": (" \r\n ", "not_json"),
    "prose": ("nothing to ask", "not_json"),
    "nan": ("NaN", "not_json"),
    "single quotes": ("{'text': 'a'}", "not_json"),
    "line comment": ("[] // none", "not_json"),
    "block comment": ("/* none */ []", "not_json"),
    "trailing comma": ('[{"text":"a","label":"a","description":"",},]', "not_json"),
    "open string": ('{"text":"a', "not_json"),
    "two values": ("{} {}", "not_json"),
    "yaml": ("- text: a", "not_json"),
    "xml": ("<text>a</text>", "not_json"),
    "deep": (["[", 3000], "not_json"),
    "number": ("5", "wrong_shape"),
    "text": ('"a"', "wrong_shape"),
    "null": ("null", "wrong_shape"),
    "true": ("true", "wrong_shape"),
    "half a fence": ("```json\n[]", "not_json"),
    "fence in a fence": ("```\n```json\n[]\n```\n```", "not_json"),
}
_BAD: dict[str, dict[str, tuple[Any, str]]] = {
    "QUESTIONS": {
        "object": ({"text": "a"}, "wrong_shape"),
        "none": ([], "too_few"),
        "list of texts": (["a"], "wrong_shape"),
        "list of lists": ([[{"text": "a"}]], "wrong_shape"),
        "number as text": ([{"text": 1}], "wrong_type"),
        "true as text": ([{"text": True}], "wrong_type"),
        "null as text": ([{"text": None}], "wrong_type"),
        "no text": ([{}], "missing_field"),
        "blank text": ([{"text": " \n"}], "blank"),
        "nul as text": ([{"text": "\x00"}], "blank"),
        "unknown field": ([{"text": "a", "priority": 1}], "unknown_field"),
        "upper-case field": ([{"TEXT": "a"}], "unknown_field"),
        "options as text": ([{"text": "a", "options": "yes, no"}], "wrong_shape"),
        "options of numbers": ([{"text": "a", "options": [1, 2]}], "wrong_type"),
        "options of objects": ([{"text": "a", "options": [{"text": "Yes"}]}], "wrong_type"),
        "one bad of two": ([{"text": "a"}, {"text": 2}], "wrong_type"),
    },
    "ACTIONS": {
        "object": ({"label": "a", "description": ""}, "wrong_shape"),
        "none": ([], "too_few"),
        "no label": ([{"description": "a"}], "missing_field"),
        "no description": ([{"label": "a"}], "missing_field"),
        "label of number": ([{"label": 4, "description": ""}], "wrong_type"),
        "blank label": ([{"label": "\u2003", "description": ""}], "blank"),
        "command as list": ([{"label": "a", "description": "", "command": ["ipconfig", "/all"]}], "wrong_type"),
        "command as object": ([{"label": "a", "description": "", "command": {"run": "x"}}], "wrong_type"),
        "unknown shell": ([{"label": "a", "description": "", "command": "x", "shell": "perl"}], "bad_value"),
        "unknown field": ([{"label": "a", "description": "", "auto_run": True}], "unknown_field"),
    },
    "PROMOTE": {
        "list": ([{"source_type": "question", "text": "a", "summary": ""}], "wrong_shape"),
        "a person's note": ({"source_type": "user_note", "text": "a", "summary": ""}, "bad_value"),
        "unknown source": ({"source_type": "ticket", "text": "a", "summary": ""}, "bad_value"),
        "no source": ({"text": "a", "summary": ""}, "missing_field"),
        "blank": ({"source_type": "question", "text": "  ", "summary": ""}, "blank"),
        "text of number": ({"source_type": "question", "text": 3.5, "summary": ""}, "wrong_type"),
        "grounding claimed": ({"source_type": "question", "text": "a", "summary": "", "grounding": "verified"}, "unknown_field"),
        "evidence as list": ({"source_type": "question", "text": "a", "summary": "", "evidence": ["a"]}, "wrong_type"),
    },
    "SUGGEST_FIX": {
        "list": ([GOOD["SUGGEST_FIX"][0]], "wrong_shape"),
        "no title": ({"description": "a", "confidence": 5}, "missing_field"),
        "blank title": ({"title": "\t", "description": "a", "confidence": 5}, "blank"),
        "no confidence": ({"title": "a", "description": "a"}, "missing_field"),
        "status claimed": ({"title": "a", "description": "a", "confidence": 5, "status": "applied"}, "unknown_field"),
        "script as list": ({"title": "a", "description": "a", "confidence": 5, "ai_drafted_script": ["x"]}, "wrong_type"),
        "parameters as list": ({"title": "a", "description": "a", "confidence": 5, "ai_drafted_parameters": [1]}, "wrong_type"),
        "nested parameters": ({"title": "a", "description": "a", "confidence": 5, "ai_drafted_parameters": {"a": {"b": 1}}}, "wrong_type"),
    },
    "FIX_OUTCOME": {
        "no id": ({"outcome": "success", "reason": ""}, "bad_value"),
        "id of number": ({"fix_id": 7, "outcome": "success", "reason": ""}, "bad_value"),
        "id of words": ({"fix_id": "the last one", "outcome": "success", "reason": ""}, "bad_value"),
        "unknown outcome": ({"fix_id": ID, "outcome": "dismissed", "reason": ""}, "bad_value"),
        "upper-case outcome": ({"fix_id": ID, "outcome": "SUCCESS", "reason": ""}, "bad_value"),
        "true as outcome": ({"fix_id": ID, "outcome": True, "reason": ""}, "wrong_type"),
        "no reason": ({"fix_id": ID, "outcome": "success"}, "missing_field"),
        "confirmed": ({"fix_id": ID, "outcome": "success", "reason": "", "confirmed": True}, "unknown_field"),
    },
    "FORK": {
        "one option": ({"fork_reason": "a", "options": [{"label": "a", "description": ""}]}, "too_few"),
        "same option twice": ({"fork_reason": "a", "options": [{"label": "A", "description": ""}, {"label": "a", "description": ""}]}, "too_few"),
        "no options": ({"fork_reason": "a"}, "wrong_shape"),
        "options of texts": ({"fork_reason": "a", "options": ["a", "b"]}, "wrong_shape"),
        "no reason": ({"options": GOOD["FORK"][0]["options"]}, "missing_field"),
        "reason of number": ({"fork_reason": 1, "options": GOOD["FORK"][0]["options"]}, "wrong_type"),
    },
}  # fmt: skip


def malformed() -> Iterator[Row]:
    """A body that cannot be applied costs itself and nothing around it."""
    for name in NAMES:
        other = "ACTIONS" if name != "ACTIONS" else "QUESTIONS"
        bodies = {kind: (body, why) for kind, (body, why) in _ANY_BAD.items()}
        bodies |= {
            kind: (body if isinstance(body, str) else compact(body), why) for kind, (body, why) in _BAD[name].items()
        }
        for kind, (body, why) in bodies.items():
            reply = ["One. ", f"[{name}]", body, f"[/{name}]", " Two. ", good(other), " Three."]
            yield row(f"{name} {kind}", reply, "One.  Two.  Three.", kept(other), f"{name} {why}")


def numbers() -> Iterator[Row]:
    """Confidence as models write it."""
    fine = {
        "0": 0, "100": 100, "49.4": 49, "49.5": 50, "99.99": 100, "101": 100, "1e3": 100, "-1": 0, "-0.0": 0, "0.8": 1, "1e-9": 0, "85.0": 85,
    }  # fmt: skip
    for written, value in fine.items():
        body = f'{{"title":"Fix it","description":"d","confidence":{written}}}'
        yield row(
            f"confidence {written}",
            f"[SUGGEST_FIX]{body}[/SUGGEST_FIX]ok",
            "ok",
            [["SUGGEST_FIX", "Fix it", str(value)]],
        )
    wrong = {
        "true": "wrong_type", "false": "wrong_type", '"80"': "wrong_type", '"high"': "wrong_type", "null": "wrong_type", "[80]": "wrong_type",
        "NaN": "not_json", "Infinity": "not_json", "-Infinity": "not_json", "080": "not_json", "80%": "not_json", "0x50": "not_json",
        "+80": "not_json", ".8": "not_json", "1,5": "not_json",
    }  # fmt: skip
    for written, why in wrong.items():
        body = f'{{"title":"Fix it","description":"d","confidence":{written}}}'
        yield row(
            f"confidence {written}",
            f"a[SUGGEST_FIX]{body}[/SUGGEST_FIX]b{good('QUESTIONS')}c",
            "abc",
            kept("QUESTIONS"),
            f"SUGGEST_FIX {why}",
        )


def truncated() -> Iterator[Row]:
    """The reply ends in the middle."""
    for name in NAMES:
        whole = good(name)
        for size in range(2, len(name) + 2):
            if whole[:size] != "[F" or name == "FORK":
                yield row(f"{name} tag cut at {size}", f"Done. {whole[:size]}", "Done. ", [], "- partial_tag")
        body_at, close_at = len(name) + 2, whole.rindex("[")
        for kind, size in {
            "after the tag": body_at,
            "after one character": body_at + 1,
            "half way": (body_at + close_at) // 2,
            "before the end": close_at,
            "in the end": close_at + 3,
            "without the last bracket": len(whole) - 1,
        }.items():
            yield row(f"{name} cut {kind}", f"Done. {whole[:size]}", "Done. ", [], f"{name} unclosed")
        yield row(
            f"{name} cut after a good one",
            f"A {good('FORK')} B {whole[:body_at]}",
            "A  B ",
            kept("FORK"),
            f"{name} unclosed",
        )
        yield row(f"{name} end cut outside", f"A {whole} B [/{name[:3]}", "A  B ", kept(name), "- partial_tag")
        yield row(f"{name} ends in a bracket", f"A {whole} [", "A  [", kept(name))


def tangled() -> Iterator[Row]:
    """Blocks in one another, closed twice, closed first, closed by the wrong name."""
    for name, inner in zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True):
        yield row(f"{inner} in {name}", f"a[{name}]{good(inner)}[/{name}]b", "ab", [], f"{name} not_json")
        yield row(
            f"{name} and {inner} interleaved",
            f"a[{name}][1][{inner}][2][/{name}]b[/{inner}]c",
            "abc",
            [],
            f"{name} not_json",
            f"{inner} stray_close",
        )
        yield row(f"{name} closed twice", f"a{good(name)}b[/{name}]c", "abc", kept(name), f"{name} stray_close")
        yield row(f"{name} closed first", f"a[/{name}]b{good(name)}c", "abc", kept(name), f"{name} stray_close")
        yield row(f"{name} opened twice", f"a[{name}]{good(name)}b", "ab", [], f"{name} not_json")
        yield row(f"{name} closed as {inner}", f"a[{name}][][/{inner}]b", "a", [], f"{name} unclosed")
        yield row(f"{name} closed in lower case", f"a[{name}][][/{name.lower()}]b", "a", [], f"{name} unclosed")
        yield row(f"{name} beside {inner}", f"a{good(name)}{good(inner)}b", "ab", kept(name, inner))
        question = compact([{"text": f"What is [{inner}] for?"}])
        if inner != "QUESTIONS":
            yield row(
                f"{inner} tag in a text",
                f"a[QUESTIONS]{question}[/QUESTIONS]b",
                "ab",
                [["QUESTIONS", f"What is [{inner}] for?"]],
            )
        cut = max(2, len(name) // 2)
        yield row(
            f"{name} split by a block",
            f"a [{name[:cut]}{good(inner)}{name[cut:]}] b",
            f"a [{name[:cut]} {name[cut:]}] b",
            kept(inner),
        )
        yield row(f"{name} without a body", f"a[{name}][/{name}]b", "ab", [], f"{name} not_json")
    yield row(
        "own closing tag in a text",
        '[QUESTIONS][{"text":"a [/QUESTIONS] b"}][/QUESTIONS]',
        ' b"}]',
        [],
        "QUESTIONS not_json",
        "QUESTIONS stray_close",
    )  # fmt: skip
    everything = "\n".join(["Hello.", *(good(name) for name in NAMES), "Bye."])
    yield row("all six", everything, "Hello." + "\n" * 7 + "Bye.", kept(*NAMES))
    yield row("all six backwards", "".join(good(name) for name in reversed(NAMES)), "", kept(*reversed(NAMES)))


def plain() -> Iterator[Row]:
    """Brackets that are no markers are shown as they are."""
    for name in NAMES:
        shapes = {
            "lower": f"[{name.lower()}]{{}}[/{name.lower()}]",
            "title": f"[{name.title()}]",
            "blank inside": f"[ {name} ]",
            "blank before the end": f"[{name} ]",
            "round": f"({name})",
            "curly": f"{{{name}}}",
            "angle": f"<{name}>x</{name}>",
            "wide": f"\uff3b{name}\uff3d",
            "zero width": f"[{name[:2]}\u200b{name[2:]}]",
            "line feed": f"[{name}\n]",
            "nul": f"[{name}\x00]",
            "escaped": f"\\[{name}\\]",
            "entity": f"&#91;{name}&#93;",
            "longer": f"[{name}S]",
            "shorter": f"[{name[:-1]}]",
            "numbered": f"[{name}1]",
            "attribute": f"[{name} id=1]",
            "equals": f"[{name}=x]",
            "self-closing": f"[{name}/]",
            "double slash": f"[//{name}]",
            "backslash": f"[\\{name}]",
            "cyrillic": f"[{name.replace('O', chr(0x41E)).replace('A', chr(0x410)).replace('P', chr(0x420))}]",
            "bare": f"{name}]",
            "linked": f"[{name}x](https://docs.example.com/a)",
        }  # fmt: skip
        for kind, text in shapes.items():
            if kind == "cyrillic" and text.isascii():
                continue
            yield row(f"{name} {kind}", f"See {text} now.{good('QUESTIONS')}", f"See {text} now.", kept("QUESTIONS"))
    for number, text in enumerate(
        [
            "array[0][1]", "[OK] ping", "[ ]", "[x] done", "[[wiki]]", "[", "[[[[", "[[[[QUES", "]]]]", "[/", "[/]", "[a](b)", "![a](b)",
            "[2026-11-20 10:00:00] INFO started", "if [ -f /etc/hosts ]; then", "$a[$i]", "[int]$x = 5", "[System.Net.Dns]::GetHostName()",
            "[NOTE] read on", "[THINKING]x[/THINKING]", "[SUGGEST_FLOW]{}[/SUGGEST_FLOW]", "[FIX]x[/FIX]", "[QUESTION]x[/QUESTION]",
            "[CDATA[x]]", "[FORK", "[F", "[PROMOT", "[QUESTIONS_]", "[_QUESTIONS]", "[[FOR]]", "[/FO]", "[^1]: foot note",
        ]
    ):  # fmt: skip
        yield row(f"brackets {number}", f"{text} and on {good('ACTIONS')}", f"{text} and on ", kept("ACTIONS"))
        yield row(f"brackets before {number}", f"{text}\n{good('FORK')}.", f"{text}\n.", kept("FORK"))
    for name in NAMES:
        # A blank keeps the brackets around a block from joining into something else.
        yield row(f"bracket before {name}", f"[{good(name)}]", "[ ]", kept(name))


def scripts() -> Iterator[Row]:
    """Other languages, writing systems and what hides in text."""
    texts = {
        "german": "Größe prüfen, bitte", "french": "Où est-ce arrêté ?", "polish": "Zażółć gęślą jaźń", "turkish": "İstanbul ışık", "greek": "Ποιο σφάλμα;",
        "russian": "Когда это началось?", "ukrainian": "Їжак і ґанок", "hebrew": "מתי זה התחיל?", "arabic": "متى بدأت المشكلة؟", "persian": "از کی شروع شد؟",
        "hindi": "यह कब शुरू हुआ?", "bengali": "কখন শুরু হয়েছে?", "thai": "เริ่มเมื่อไหร่", "chinese": "什么时候开始的？", "japanese": "いつからですか？",
        "korean": "언제부터인가요?", "georgian": "როდის დაიწყო?", "armenian": "Ե՞րբ սկսվեց", "amharic": "መቼ ጀመረ?", "emoji": "👩‍💻🇨🇭✅ ok", "astral": "𝕬𝖇𝖈 𐍈",
        "combining": "e\u0301a\u0308o\u0302", "right-to-left override": "a\u202eb\u202cc", "zero width": "a\u200bb\u2060c", "soft hyphen": "a\u00adb",
        "line separator": "a\u2028b", "crlf": "a\r\nb", "lone cr": "a\rb", "tabs": "a\tb", "vertical": "a\x0bb", "escape": "a\x1b[31mb", "private": "\ue000x",
    }  # fmt: skip
    for language, text in texts.items():
        question = f"[QUESTIONS]{compact([{'text': text}])}[/QUESTIONS]"
        yield row(f"{language} around", f"{text}{question}{text}", text * 2, [["QUESTIONS", text]])
    for kind, before in {
        "byte order mark": "\ufeff",
        "nul": "\x00",
        "surrogate escape": "\\ud83d",
        "bell": "\x07",
    }.items():
        yield row(f"{kind} first", before + "a" + good("FORK"), before + "a", kept("FORK"))


def repeated() -> Iterator[Row]:
    """How many, and which one wins."""

    def fix(title: str, confidence: int = 50) -> str:
        return f"[SUGGEST_FIX]{compact({'title': title, 'description': 'd', 'confidence': confidence})}[/SUGGEST_FIX]"

    def ask(*texts: str) -> str:
        return f"[QUESTIONS]{compact([{'text': text} for text in texts])}[/QUESTIONS]"

    def check(*labels: str) -> str:
        return f"[ACTIONS]{compact([{'label': label, 'description': ''} for label in labels])}[/ACTIONS]"

    yield row("last fix wins", fix("A") + fix("B", 60), "", [["SUGGEST_FIX", "B", "60"]], "SUGGEST_FIX replaced")
    yield row(
        "last valid fix wins",
        fix("A", 55) + "[SUGGEST_FIX]{}[/SUGGEST_FIX]",
        "",
        [["SUGGEST_FIX", "A", "55"]],
        "SUGGEST_FIX missing_field",
    )
    yield row("two blocks of questions", ask("a") + ask("b", "c"), "", [["QUESTIONS", "a", "b", "c"]])
    yield row("too many questions", ask("a", "b", "c", "d"), "", [["QUESTIONS", "a", "b", "c"]])
    yield row("too many in two blocks", ask("a", "b") + ask("c", "d"), "", [["QUESTIONS", "a", "b", "c"]])
    yield row("same question twice", ask("a", " a ", "b"), "", [["QUESTIONS", "a", "b"]])
    yield row("same question in two blocks", ask("a") + ask("a"), "", [["QUESTIONS", "a"]])
    yield row("too many checks", check("a", "b", "c", "d", "e"), "", [["ACTIONS", "a", "b", "c", "d"]])
    yield row("same check twice", check("a", "a\t"), "", [["ACTIONS", "a"]])
    yield row("two facts", good("PROMOTE") * 2, "", kept("PROMOTE", "PROMOTE"))
    yield row("two forks", good("FORK") * 2, "", kept("FORK"), "FORK replaced")
    yield row("two outcomes", good("FIX_OUTCOME") * 2, "", kept("FIX_OUTCOME"), "FIX_OUTCOME replaced")
    yield row("duplicated field", '[QUESTIONS][{"text":"a","text":"b"}][/QUESTIONS]', "", [["QUESTIONS", "b"]])
    yield row(
        "duplicated confidence",
        '[SUGGEST_FIX]{"title":"a","description":"d","confidence":1,"confidence":90}[/SUGGEST_FIX]',
        "",
        [["SUGGEST_FIX", "a", "90"]],
    )
    yield row("given ids are ignored", f'[QUESTIONS][{{"id":"{ID}","text":"a"}}][/QUESTIONS]', "", [["QUESTIONS", "a"]])
    for ref in ("7", '"none"', "null", "true", "{}", '"../../x"'):
        body = f'{{"source_type":"question","source_ref":{ref},"text":"a","summary":""}}'
        yield row(f"bad ref {ref}", f"[PROMOTE]{body}[/PROMOTE]", "", [["PROMOTE", "a"]])


def huge() -> Iterator[Row]:
    """Around the cap of 64 KiB and far over it."""
    cap = 64 * 1024
    for name in NAMES:
        reply = ["a", f"[{name}]", ["x", cap + 1], f"[/{name}]", "b", good("QUESTIONS")]
        yield row(f"{name} over the cap", reply, "ab", kept("QUESTIONS"), f"{name} oversized")
    head, tail = '[QUESTIONS][{"text":"q","context":"', '"}][/QUESTIONS]'
    room = cap - len(head) - len(tail) + len("[QUESTIONS][/QUESTIONS]")
    yield row("exactly the cap", [head, ["c", room], tail, "ok"], "ok", [["QUESTIONS", "q"]])
    yield row("one over the cap", [head, ["c", room + 1], tail, "ok"], "ok", [], "QUESTIONS oversized")
    yield row("cap in bytes", [head, ["é", cap // 2], tail, "ok"], "ok", [], "QUESTIONS oversized")
    yield row("over the cap and open", ["ok[FORK]", ["y", cap + 9]], "ok", [], "FORK oversized")
    yield row("long text", [["word [x] ", 3000], good("FORK")], [["word [x] ", 3000]], kept("FORK"))
    yield row("many brackets", [["[", 5000], good("FORK")], [["[", 5000], " "], kept("FORK"))
    yield row("many blocks", [[good("PROMOTE"), 40]], "", kept(*["PROMOTE"] * 40))
    yield row("many stray ends", [["[/FORK]x", 50]], [["x", 50]], [], *["FORK stray_close"] * 50)
    yield row("many half tags", [["[QUESTIONS ", 400]], [["[QUESTIONS ", 400]], [])


KINDS = (well_formed, malformed, numbers, truncated, tangled, plain, scripts, repeated, huge)


def main() -> None:
    """Write one file a kind."""
    FOLDER.mkdir(exist_ok=True)
    for kind in KINDS:
        lines = [json.dumps(entry, ensure_ascii=True) for entry in kind()]
        (FOLDER / f"{kind.__name__}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
