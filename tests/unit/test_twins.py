"""The likeness of a ticket to the arguments of a create."""

import time
import timeit
from typing import Any

import pytest

from freshdesk_client.models import CustomFields, Ticket, TicketCreate, TicketPriority
from freshdesk_mcp_server.gateway.recoveries.twins import LONGEST_SUBJECT, Likeness, Twin, words_from_html

EMAIL = "ada@example.com"
HTML = "No <b>toner</b>,<br>2nd floor &amp; &lt;left&gt;"
WORDS = "No toner,2nd floor&<left>"
EMOJI = "\U0001f642"


def twin_of(subject: str = "No toner", description: str = HTML, email: str = EMAIL, **given: Any) -> Twin:
    return Twin.of(
        TicketCreate(
            subject=subject, status=2, priority=TicketPriority.LOW, email=email, description=description, **given
        )
    )


def ticket(**changes: Any) -> Ticket:
    """Return a ticket as Freshdesk shows it with include=requester, with `changes`."""
    whole = {"id": 7, "subject": "No toner", "description": f"<div>{HTML}</div>", "description_text": "x"}
    return Ticket.from_dict(whole | {"requester": {"id": 5, "email": EMAIL}} | changes)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", ""),
        ("one two", "one two"),
        (" one\r\n\ttwo\u00a0three ", "one two three"),
        ("<div>one<br>two</div>", "one two"),
        ("<DIV CLASS='x'>one</DIV>", "one"),
        ("one<br/>two<hr />three", "one two three"),
        ("a &lt; b &amp;&amp; c &gt; d", "a<b&&c>d"),
        ("&quot;it&#39;s&quot;&nbsp;&#x20AC;", '"it\'s"€'),
        ("&amp;lt;", "&lt;"),
        ('<a href="https://example.com/?a=1&amp;b=2">link</a>', "link"),
        ("<style>p { color: red }</style>one<script>alert('<b>')</script>two", "onetwo"),
        ("<script type='x'>one</script><SCRIPT>two</SCRIPT >three", "three"),
        ("one</script>two", "onetwo"),
        ("one<!-- two -->three", "onethree"),
        ("1 < 2 and 3 > 2", "1<2 and 3>2"),
        ("<p>unclosed <b>one", "unclosed one"),
        ("Grüße 日本 🙂", "Grüße 日本🙂"),
        (None, ""),
        (7, ""),
        (["one"], ""),
    ],
)
def test_words_are_what_a_reader_sees_without_the_blanks_that_part_no_words(html: object, words: str) -> None:
    assert words_from_html(html) == words


def test_a_twin_is_made_of_requester_subject_words_and_source() -> None:
    twin = twin_of(subject=" No  toner ")
    assert (twin.email, twin.subject, twin.words, twin.source) == (EMAIL, "No toner", WORDS, 2)
    assert twin_of(source=3).source == 3


@pytest.mark.parametrize(
    "other", [{"subject": "No ink"}, {"description": "No toner"}, {"email": "bob@example.com"}, {"source": 3}]
)
def test_twins_that_differ_in_one_argument_differ(other: dict[str, Any]) -> None:
    assert twin_of(**other) != twin_of()
    assert twin_of(description=f"<p>{HTML}</p>\n") == twin_of()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"description": HTML},
        {"description": f'<div style="font-size:14px">\n  <div dir="ltr">{HTML}</div>\n</div>'},
        {"description": "<div>No toner,<br/>2nd floor &amp; &lt;left></div>"},
        {"description": f"<div>{HTML}<script>track()</script></div>"},
        {"description": "<div>something else</div>", "description_text": " No toner, \n2nd floor & <left>"},
        {"description": None, "description_text": "No toner,\r\n2nd floor & <left>"},
        {"subject": " No   toner "},
        {"subject": "No\u00a0toner\n"},
        {"requester": {"id": 5, "email": "Ada@Example.com"}},
        {"status": 2, "priority": 1, "tags": [], "group_id": 5, "type": "Question", "requester_id": "?"},
    ],
)
def test_a_ticket_is_fully_like_its_twin_whatever_markup_and_blanks_freshdesk_adds(changes: dict[str, Any]) -> None:
    assert twin_of().likeness(ticket(**changes)) is Likeness.FULL


@pytest.mark.parametrize(
    ("subject", "stored"),
    [
        ("No toner \u2764\ufe0f", "No toner \u2764"),
        (f"No toner{EMOJI} ", f"No toner {EMOJI}"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("x" * 300, "x" * LONGEST_SUBJECT),
        (" " + "ab " * 200, ("ab " * 200)[:LONGEST_SUBJECT].strip()),
    ],
)
def test_changes_of_freshdesk_to_the_form_of_a_subject_make_no_difference(subject: str, stored: str) -> None:
    assert twin_of(subject).likeness(ticket(subject=stored)) is Likeness.FULL


@pytest.mark.parametrize(
    ("subject", "stored"),
    [
        (f"{EMOJI} No toner {EMOJI}", "No toner"),
        ("Server \u2705\U0001f534", "Server \u2705\U0001f7e2"),
        (EMOJI * 3, "\U0001f525"),
        (EMOJI * 3, ""),
        ("Refund 15 00", "Refund 1 500"),
        ("No toner", "Not oner"),
    ],
)
def test_a_ticket_that_differs_in_blanks_or_emoji_alone_is_closely_like_its_twin(subject: str, stored: str) -> None:
    assert twin_of(subject).likeness(ticket(subject=stored)) is Likeness.CLOSE
    assert twin_of(description=subject).likeness(ticket(description=stored)) is Likeness.CLOSE
    assert twin_of(subject).has_subject(ticket(subject=stored))
    assert twin_of(subject).key == twin_of(stored).key


ASKED: dict[str, Any] = {
    "type_": "Question",
    "group_id": 5,
    "tags": ["vip", "Late"],
    "custom_fields": CustomFields.from_dict({"cf_floor": "2", "cf_vip": True}),
}
SHOWN: dict[str, Any] = {
    "status": 2,
    "priority": 1,
    "type": "Question",
    "group_id": 5,
    "tags": ["late", "vip"],
    "custom_fields": {"cf_floor": "2", "cf_vip": True, "cf_other": None},
}


def test_a_ticket_with_all_other_arguments_that_were_sent_is_fully_like_its_twin() -> None:
    assert twin_of(**ASKED).likeness(ticket(**SHOWN)) is Likeness.FULL
    assert twin_of(**ASKED).likeness(ticket()) is Likeness.FULL


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 3},
        {"priority": 4},
        {"priority": None},
        {"type": "Problem"},
        {"type": None},
        {"group_id": 6},
        {"tags": ["vip"]},
        {"tags": ["vip", "late", "automated"]},
        {"tags": None},
        {"custom_fields": {"cf_floor": "3", "cf_vip": True}},
    ],
)
def test_a_ticket_of_which_another_argument_differs_is_closely_like_its_twin(changes: dict[str, Any]) -> None:
    assert twin_of(**ASKED).likeness(ticket(**SHOWN | changes)) is Likeness.CLOSE
    assert twin_of(**ASKED).key == twin_of().key


def test_tags_that_were_not_sent_differ_from_those_that_are_there() -> None:
    assert twin_of().likeness(ticket(tags=["vip"])) is Likeness.CLOSE


@pytest.mark.parametrize("other", [{"subject": "No ink"}, {"description": "x"}, {"email": "bob@example.com"}])
def test_twins_with_other_words_have_another_key(other: dict[str, Any]) -> None:
    assert twin_of(**other).key != twin_of().key


def test_twins_whose_subjects_are_cut_alike_have_the_same_key() -> None:
    assert twin_of("x" * LONGEST_SUBJECT + " one").key == twin_of("x" * LONGEST_SUBJECT + " two", source=3).key


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "no toner"},
        {"subject": None},
        {"subject": 7},
        {"description": f"<div>{HTML} again</div>"},
        {"description": None},
        {"description": 7, "description_text": ["x"]},
        {"requester": {"email": "other@example.com"}},
        {"requester": None},
        {"requester": None, "subject": "[Printers] No toner"},
        {"requester": None, "subject": "renamed", "description": f"<div>Dear all,<br>{HTML}<br>--<br>Acme</div>"},
        {"subject": "renamed", "description": "<div>replaced</div>"},
    ],
)
def test_a_ticket_of_which_a_part_agrees_is_in_some_way_like_its_twin(changes: dict[str, Any]) -> None:
    assert twin_of().likeness(ticket(**changes)) is Likeness.SOME


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "The lift", "description": "<div>stops</div>"},
        {"subject": "toner", "description": "2nd"},  # too short to tell anything
        {"subject": None, "description": None, "description_text": None},
    ],
)
def test_a_ticket_of_which_nothing_agrees_is_of_another_create(changes: dict[str, Any]) -> None:
    assert twin_of().likeness(ticket(requester={"email": "bob@example.com"}, **changes)) is Likeness.NONE


@pytest.mark.parametrize(
    ("source", "is_possible"), [(2, True), (None, True), ("?", True), (1, False), (3, False), (9000, False)]
)
def test_a_ticket_of_another_source_is_not_of_the_create(source: object, *, is_possible: bool) -> None:
    assert twin_of().may_have_source(ticket(source=source)) is is_possible


@pytest.mark.parametrize(
    "text",
    [
        "<![]>",
        "<![x[ y",
        "<![x>y",
        "<![ ",
        "&#" + "9" * 5000 + ";",
        "<!--" * 60_000,
        "<a " * 60_000,
        "<" * 200_000,
        "</" * 100_000,
        "<a x='" * 40_000,
        "<a" + " " * 200_000,
        "<script>" * 30_000,
        "<script></scr" * 20_000,
        "<![if " * 40_000,
        "<?" * 100_000,
        "&" * 200_000,
    ],
)
def test_words_of_any_text_are_read(text: str) -> None:
    assert isinstance(words_from_html(text), str)


@pytest.mark.parametrize(
    "part",
    ["<!--", "<a ", "<", "</", "<a x='", " ", "<script>", "<script></scr", "<![if ", "<?", "&", "x"],
)
def test_the_time_for_words_grows_with_the_text_and_not_with_its_square(part: str) -> None:
    """Sixteen times the text takes about 16 times the processor time if linear, and 256 times if quadratic."""
    short, long = part * 5_000, part * 80_000
    shortest_s = min(timeit.repeat(lambda: words_from_html(short), timer=time.process_time, number=1, repeat=5))
    longest_s = min(timeit.repeat(lambda: words_from_html(long), timer=time.process_time, number=1, repeat=3))
    assert longest_s < 120 * max(shortest_s, 1e-4)
