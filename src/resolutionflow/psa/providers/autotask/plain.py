"""Markdown as plain text that still reads well: Autotask shows notes exactly as they are stored."""

from __future__ import annotations

import re

# Spans are bounded: what is not closed soon is no mark, and a hostile note costs no time.
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"^\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_BULLET = re.compile(r"^(\s*)[*+-]\s+(.*)$")
_TASK = re.compile(r"^\[([ xX])\]\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CODE_SPAN = re.compile(r"(`+)(.{1,2000}?)\1")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\(([^)\s]+)[^)]*\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^)\s]+)[^)]*\)")
_AUTO_LINK = re.compile(r"<((?:https?://|mailto:)[^>\s]+)>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])(.{1,500}?)(?<=[^\s*])\*(?![\w*])")
_UNDERSCORED = re.compile(r"(?<![\w\\])_(?=[^\s_])(.{1,500}?)(?<=[^\s_])_(?!\w)")
_STRUCK = re.compile(r"~~(?=\S)(.{1,500}?)(?<=\S)~~")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


def plain_text(markdown: str) -> str:
    """Headings in capitals, lists with dashes, code indented, links with their address. Words are never changed or lost."""
    lines: list[str] = []
    fence = ""
    for line in markdown.replace("\r\n", "\n").strip().split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened.group(1).startswith(fence):
                fence = ""
            else:
                lines.append(f"    {line}".rstrip())
        elif opened:
            fence = opened.group(1)
        elif (shown := _line(line)) is not None:
            lines.append(shown)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _line(line: str) -> str | None:
    """One line outside of code; None for one that only draws."""
    if found := _HEADING.match(line):
        return inline(found.group(1)).upper()
    if _RULE.match(line):
        return ""
    if "|" in line and _TABLE_RULE.match(line):
        return None
    if found := _BULLET.match(line):
        text = _TASK.sub(lambda box: "[x] " if box.group(1) != " " else "[ ] ", found.group(2))
        return f"{found.group(1)}- {inline(text)}"
    return inline(line.rstrip())


def inline(text: str) -> str:
    """Marks inside a line taken away. Code keeps every character between its ticks."""
    shown: list[str] = []
    end = 0
    for code in _CODE_SPAN.finditer(text):
        shown += [_words(text[end : code.start()]), code.group(2).strip() or code.group(2)]
        end = code.end()
    return "".join([*shown, _words(text[end:])])


def _words(text: str) -> str:
    text = _IMAGE.sub(lambda found: _with_address(found.group(1), found.group(2)), text)
    text = _LINK.sub(lambda found: _with_address(found.group(1), found.group(2)), text)
    text = _AUTO_LINK.sub(r"\1", text)
    for marks in (_STRONG,):
        text = marks.sub(r"\2", text)
    for marks in (_EMPHASIS, _UNDERSCORED, _STRUCK):
        text = marks.sub(r"\1", text)
    return _ESCAPED.sub(r"\1", text)


def _with_address(words: str, address: str) -> str:
    return address if words.strip() in ("", address) else f"{words} ({address})"
