"""Descriptions: plain text keeps its lines and characters, HTML stays as it is."""

import pytest

from freshdesk_mcp_server.tools.text import html_from_description
from support.growth import assert_linear


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("The printer is on fire.", "The printer is on fire."),
        ("", ""),
        ("one\ntwo", "one<br>two"),
        ("one\r\ntwo", "one<br>two"),
        ("one\rtwo", "one<br>two"),
        ("one\n\ntwo\n", "one<br><br>two"),
        ("\none", "<br>one"),
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("a &lt; b", "a &amp;lt; b"),
        ('"it\'s"', '"it\'s"'),
        ("a <b and c> d", "a &lt;b and c&gt; d"),
        ("List<p>", "List&lt;p&gt;"),
        ("Map<String, List<i>>", "Map&lt;String, List&lt;i&gt;&gt;"),
        ("<b> without an end", "&lt;b&gt; without an end"),
        ("an end without a beginning</b>", "an end without a beginning&lt;/b&gt;"),
        ("</b> the wrong way round <b>", "&lt;/b&gt; the wrong way round &lt;b&gt;"),
        ("<b>one kind, <i>another</u>", "&lt;b&gt;one kind, &lt;i&gt;another&lt;/u&gt;"),
        ("<ada@example.com>", "&lt;ada@example.com&gt;"),
        ("<https://example.com/a>", "&lt;https://example.com/a&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<T>x</T>", "&lt;T&gt;x&lt;/T&gt;"),
        ("<break>", "&lt;break&gt;"),
        ("<brother/>", "&lt;brother/&gt;"),
        ("< br >", "&lt; br &gt;"),
        ("x <- y\nif a<b: c>d", "x &lt;- y<br>if a&lt;b: c&gt;d"),
        ("Grüße\n日本 🙂", "Grüße<br>日本 🙂"),
    ],
)
def test_plain_text_becomes_html_that_shows_the_same(text: str, markup: str) -> None:
    assert html_from_description(text) == markup


@pytest.mark.parametrize(
    "markup",
    [
        "<p>one</p>",
        "<P>one</P>",
        "<p>one\ntwo</p>",
        "<div>one<br>two</div>",
        "one<br>two",
        "one<br/>two",
        "one<br />two",
        "one<hr>two",
        "a <b>word</b> in bold",
        "<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>",
        '<a href="https://example.com/?a=1&amp;b=2">link</a>',
        "<a href='https://example.com'>link</a>",
        "<td width=10>one</td>",
        '<img src="cid:1" alt="a picture">',
        '<span style="color: red"\n class="x">red</span>',
        "<p >one</p >",
        "<h1>Title</h1>",
        "<b>one</b>\nkept with its line as it is, and 1 < 2",
    ],
)
def test_html_is_not_touched(markup: str) -> None:
    assert html_from_description(markup) == markup


def test_plain_text_is_shown_by_its_html_as_it_was() -> None:
    assert html_from_description(html_from_description("one\ntwo")) == "one<br>two"


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        *[("", piece) for piece in ("<p>", "<a x='", "</p>", "<", "</p ", "<br", "&", "\n", "<p x=y")],
        *[("<a ", "x=y "), ("<a", " "), ("<a x=", "y"), ("<a x='", "y"), ("<a x=", " "), ("<a x", " "), ("</a", " ")],
    ],
)
def test_a_description_made_to_take_long_takes_time_in_proportion(before: str, piece: str) -> None:
    assert_linear(html_from_description, lambda size: before + piece * size, 5_000)
