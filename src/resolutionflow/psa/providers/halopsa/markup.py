"""Notes between our Markdown, the vendor's HTML, and text. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import nh3
from markdown_it import MarkdownIt

_TAGS: Final = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_BLOCKS: Final = _TAGS - {"strong", "em", "s", "code", "a", "th", "td"} | {"div", "section", "article"}
_CELLS: Final = frozenset({"td", "th"})
_HIDDEN: Final = frozenset({"script", "style", "head", "title"})
_MARK: Final = re.compile(r"- |\d+\. ")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
# Raw HTML in a note is shown as it is written, and no picture is fetched from anywhere when a note is opened.
_MARKDOWN: Final = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
)


def to_html(markdown: str) -> str:
    """Sanitised HTML of a Markdown text."""
    rendered: str = _MARKDOWN.render(markdown.replace("\r\n", "\n").strip())
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    ).strip()


def to_text(markup: str) -> str:
    """What a person reads in a piece of HTML, line by line."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects text with one line for each block, a blank line after a paragraph, and list marks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._pre = 0
        # One entry for each open list: how far an ordered one has counted, None for a plain one.
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self._new_line()
            self.parts.append(self._mark())
        elif tag in _CELLS:
            self.parts.append(" ")
        elif tag in _BLOCKS:
            self._new_line()
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        self._pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS and tag != "br":
            self._new_line()
        if tag == "p" and not self._lists:
            self.parts.append("\n")
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "pre":
            self._pre = max(0, self._pre - 1)

    def handle_data(self, data: str) -> None:
        if self._hidden or (not self._pre and not data.strip() and self._at_start()):
            return
        # A line break in the source is only a space, but for preformatted text.
        self.parts.append(data if self._pre else data.replace("\n", " "))

    def _mark(self) -> str:
        count = self._lists[-1] if self._lists else None
        if count is None:
            return "- "
        self._lists[-1] = count + 1
        return f"{count + 1}. "

    def _at_start(self) -> bool:
        """Nothing stands on the line yet but, maybe, the mark of a list item."""
        last = self.parts[-1] if self.parts else "\n"
        return last.endswith("\n") or bool(_MARK.fullmatch(last))

    def _new_line(self) -> None:
        if not self._at_start():
            self.parts.append("\n")
