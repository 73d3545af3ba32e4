"""HTML as text: the lines and characters that a reader sees, in linear time for any HTML."""

import pytest

from freshdesk_mcp_server.tools.kit.plain import images_in, text_from_html
from support.growth import assert_linear


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<p>one</p>\n<p>two</p>\n", "one\ntwo"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a<br></div><div>b", "a\nb"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<div>Hi <b>there</b>,\n   <i>you</i></div>", "Hi there, you"),
        ("a <b> b</b>", "a b"),
        ("&nbsp;&nbsp;x&nbsp;= 1", "  x = 1"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &#8364; &copy;", "1 < 2 && 3 > 2 € ©"),
        ("&lt;b&gt;not bold&lt;/b&gt;", "<b>not bold</b>"),
        ("a < b and c > d", "a < b and c > d"),
        ("<ul><li>one</li><li>two <b>2</b></li></ul>after", "- one\n- two 2\nafter"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a | b\nc"),
        ("<pre>if x:\n    go()</pre>done", "if x:\n    go()\ndone"),
        ("<style>p { x }</style><script>go('<p>')</script>seen", "seen"),
        ("<html><head><title>t</title></head><body>seen</body></html>", "seen"),
        ("a<!-- b <p> -->c", "ac"),
        ('<a href="https://example.com/?a=1&amp;b=>">link</a>', "link"),
        ("<img src='cid:1'>", ""),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
    ],
)
def test_html_is_read_as_people_see_it(markup: str, text: str) -> None:
    assert text_from_html(markup) == text


@pytest.mark.parametrize(
    ("markup", "count"),
    [("", 0), ("<img src=x>", 1), ("<IMG>\n<img/><p>", 2), ("&lt;img&gt;", 0), ("<images>", 0)],
)
def test_pictures_are_counted(markup: str, count: int) -> None:
    assert images_in(markup) == count


@pytest.mark.slow("growth")
@pytest.mark.parametrize(
    "piece",
    [
        *("<b> ", "<", "<p", "<p>", "</p>", "<p x='", '<p x="y', "<br>", "<!--", "-->", "&", "&#", "&#9", " ", "\n"),
        *("<style>", "</style>", "<pre>", "<pre>\n", "<td> ", "<li>", "\xa0", "<!", "&nbsp; "),
    ],
)
def test_any_html_takes_time_in_proportion(piece: str) -> None:
    assert_linear(text_from_html, lambda size: piece * size, 5_000)
