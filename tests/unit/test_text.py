"""Descriptions: plain text keeps its lines and characters, HTML stays as it is."""

import pytest

from freshdesk_mcp_server.tools.kit.html import html_from_description
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
        ("one\u2028two\x85three", "one<br>two<br>three"),
        ("<!DOCTYPE html> is missing", "&lt;!DOCTYPE html&gt; is missing"),
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
        "<p>one\n   two</p>\n",
        "<pre>  one\n  two</pre>",
        "<!DOCTYPE html>\n<html><head><title>x</title></head>\n<body>Hi `<b>there</b>`\n</body></html>",
        "<html><body>Hi</body></html>",
        "<BODY>\n  Hi\n</BODY>",
        "<dl><dt>a</dt>\n<dd>b</dd></dl>",
        "<p>it`s</p>\n<p>that`s</p>",
        "<table><tr><td>`</td><td>`</td></tr></table>",
        "a <b>word</b> in bold",
        "<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>",
        '<a href="https://example.com/?a=1&amp;b=2">link</a>',
        "<a href='https://example.com'>link</a>",
        "<td width=10>one</td>",
        '<img src="cid:1" alt="a picture">',
        '<span style="color: red"\n class="x">red</span>',
        "<p >one</p >",
        "<h1>Title</h1>",
        "a <mark>word</mark> and <code>x &lt; y</code>",
    ],
)
def test_html_is_not_touched(markup: str) -> None:
    assert html_from_description(markup) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("see <b>this</b>\nand that", "see <b>this</b><br>and that"),
        ("<b>one</b>\nkept, and 1 < 2", "<b>one</b><br>kept, and 1 &lt; 2"),
        (
            "one\n\n<a href='https://example.com/?a=1&b=2'>two</a>\n",
            "one<br><br><a href='https://example.com/?a=1&b=2'>two</a>",
        ),
        ("<i>a</i> & b &amp; c &lt;d&gt; &#8364;", "<i>a</i> &amp; b &amp; c &lt;d&gt; &#8364;"),
        ("a<b && c>d, <b>boom</b>\nList<i>", "a&lt;b &amp;&amp; c&gt;d, <b>boom</b><br>List&lt;i&gt;"),
        ("one<br>\ntwo\nthree", "one<br>two<br>three"),
        ("one\n<br/>\ntwo", "one<br/>two"),
        ("one <br> \n\ntwo", "one <br>&nbsp;<br>two"),
        ("use <br> for\nnew lines", "use <br>&nbsp;for<br>new lines"),
        (
            '<span style="color: red"\n  class="x">red</span>\n  blue',
            '<span style="color: red"\n  class="x">red</span><br>&nbsp;&nbsp;blue',
        ),
        ("<img src='cid:1'>\nbelow", "<img src='cid:1'><br>below"),
    ],
)
def test_text_with_elements_in_its_lines_keeps_both(text: str, markup: str) -> None:
    assert html_from_description(text) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Type `<b>bold</b>` here", "Type `&lt;b&gt;bold&lt;/b&gt;` here"),
        ("``<p>`x`</p>``", "``&lt;p&gt;`x`&lt;/p&gt;``"),
        (
            "```html\n<p>x</p>\n```\nis <b>not</b> shown",
            "```html<br>&lt;p&gt;x&lt;/p&gt;<br>```<br>is <b>not</b> shown",
        ),
        (
            "~~~\n<ul>\n  <li>x</li>\n</ul>\n~~~",
            "~~~<br>&lt;ul&gt;<br>&nbsp;&nbsp;&lt;li&gt;x&lt;/li&gt;<br>&lt;/ul&gt;<br>~~~",
        ),
        ("````\n```\n<p>x</p>\n````\n<i>y</i>", "````<br>```<br>&lt;p&gt;x&lt;/p&gt;<br>````<br><i>y</i>"),
        ("```\n<p>never ends</p>", "```<br>&lt;p&gt;never ends&lt;/p&gt;"),
        ("<p>Type `<b>x</b>` or `&lt;i&gt;`</p>", "<p>Type `&lt;b&gt;x&lt;/b&gt;` or `&lt;i&gt;`</p>"),
        ("`&lt;` and <b>x</b>", "`&amp;lt;` and <b>x</b>"),
        ("it`s <b>bold</b>, that`s all", "it`s <b>bold</b>, that`s all"),
        ("`one\n<b>two</b>`", "`one<br><b>two</b>`"),
    ],
)
def test_a_sample_is_shown_and_not_rendered(text: str, markup: str) -> None:
    assert html_from_description(text) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("if x:\n    go()", "if x:<br>&nbsp;&nbsp;&nbsp;&nbsp;go()"),
        ("  one", "&nbsp;&nbsp;one"),
        ("a   b", "a&nbsp;&nbsp; b"),
        ("\tone\ttwo", "&nbsp;&nbsp;&nbsp;&nbsp;one&nbsp;&nbsp;&nbsp; two"),
        ("one \n two", "one <br>&nbsp;two"),
        ("<b>a</b>  b\n <b>c</b>", "<b>a</b>&nbsp; b<br>&nbsp;<b>c</b>"),
    ],
)
def test_blanks_that_html_would_not_show_survive(text: str, markup: str) -> None:
    assert html_from_description(text) == markup


def test_plain_text_is_shown_by_its_html_as_it_was() -> None:
    assert html_from_description(html_from_description("one\ntwo")) == "one<br>two"


@pytest.mark.slow("growth")
@pytest.mark.parametrize(
    ("before", "piece"),
    [
        *[("", piece) for piece in ("<p>", "<a x='", "</p>", "<", "</p ", "<br", "&", "\n", "<p x=y")],
        *[
            ("", piece)
            for piece in ("`", "` ", "`` ` ", "```\n", "~~~\n`", " ", "\t\n", "<br>\n", "<b></b>", "\n<br>", "</b>")
        ],
        ("", "`<p>` <p>x</p>"),
        ("<b>x</b>", "&#"),
        *[("<a ", "x=y "), ("<a", " "), ("<a x=", "y"), ("<a x='", "y"), ("<a x=", " "), ("<a x", " "), ("</a", " ")],
    ],
)
def test_a_description_made_to_take_long_takes_time_in_proportion(before: str, piece: str) -> None:
    assert_linear(html_from_description, lambda size: before + piece * size, 5_000)
