"""Markdown to the vendor's HTML, and HTML to text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.psa.providers.halopsa.markup import to_html, to_text
from resolutionflow.psa.refs import find_reference


@pytest.mark.parametrize(
    ("markdown", "markup"),
    [
        ("Plain", "<p>Plain</p>"),
        ("## Problem\n\nIt **failed**.", "<h2>Problem</h2>\n<p>It <strong>failed</strong>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("`Get-Service <x>`", "<p><code>Get-Service &lt;x&gt;</code></p>"),
        ("[site](https://example.com)", '<p><a href="https://example.com">site</a></p>'),
        ("~~old~~", "<p><s>old</s></p>"),
    ],
)
def test_markdown_becomes_html(markdown: str, markup: str) -> None:
    assert to_html(markdown) == markup


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example/pixel.png)",
        '<a href="https://example.com" onclick="x()">x</a>',
        "<style>p{}</style>",
    ],
)
def test_nothing_active_and_no_picture_gets_through(markdown: str) -> None:
    markup = to_html(markdown)
    assert not re.search(r"<(script|img|style|iframe)|href=\"(javascript|data):|<[^>]* on\w+=", markup, re.IGNORECASE)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<ol>\n<li>\n<p>a</p>\n</li>\n<li>b</li></ol><p>c</p>", "1. a\n2. b\nc"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("a &amp; b &lt;c&gt; &#8217;", "a & b <c> ’"),
        ("<style>p{color:red}</style><p>shown</p><script>x</script>", "shown"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>not\nbroken</p>", "not broken"),
        ("no markup at all", "no markup at all"),
        ("<p>never closed", "never closed"),
    ],
)
def test_html_reads_as_text(markup: str, text: str) -> None:
    assert to_text(markup) == text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_a_note_keeps_its_words_and_its_reference(markdown: str) -> None:
    markup = to_html(f"{markdown}\n\nRef RF-ABCDEFGH23")
    assert find_reference(to_text(markup)) == "RF-ABCDEFGH23"
    # What the vendor stores again after its own cleaning reads the same.
    assert to_text(markup).split() == to_text(f"<div>{markup}</div>").split()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N"], max_codepoint=0x2FF), min_size=1, max_size=60))
def test_plain_words_are_not_changed(words: str) -> None:
    assert to_text(to_html(words)) == words
