"""The number of the next page, from the Link header."""

import httpx
import pytest

from freshdesk_mcp_server.gateway.pagination import next_page_from
from support.growth import assert_linear

TICKETS = "https://acme.freshdesk.com/api/v2/tickets"


def next_page(link: str) -> int | None:
    return next_page_from(httpx.Headers({"Link": link}))


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (f'<{TICKETS}?per_page=2&page=2>; rel="next"', 2),  # recorded
        (f'< {TICKETS}?filter=all_tickets&page=2>;rel="next"', 2),  # documented
        (f"<{TICKETS}?page=3>; rel=next", 3),
        (f'<{TICKETS}?page=300&per_page=100>; rel="next"', 300),
        (f'<{TICKETS}?email=ada%2Bx%40example.com&page=2>; rel="next"', 2),
        (f'<{TICKETS}?page=1>; rel="prev", <{TICKETS}?page=3>; rel="next"', 3),
        ('</api/v2/tickets?page=2>; rel="next"', 2),
        ('<?page=2>; rel="next"', 2),
        (f'<{TICKETS}?page=2&page=9>; rel="next"', 2),
        (f'<{TICKETS}?page=999999>; rel="next"', 999999),
    ],
)
def test_the_number_of_the_next_page_is_read(link: str, page: int) -> None:
    assert next_page(link) == page


@pytest.mark.parametrize(
    "link",
    [
        "",
        "nonsense",
        "<>",
        "<",
        '<>; rel="next"',
        'rel="next"',
        f"{TICKETS}?page=2",
        f"<{TICKETS}?page=2>",
        f'<{TICKETS}?page=2>; rel="prev"',
        f'<{TICKETS}?page=2>; rel="last"',
        f"<{TICKETS}?page=2>; rel=nextish",
        f'<{TICKETS}?page=2>; rel="next-archive"',
        f'<{TICKETS}?page=2>; rel="prev next-2"',
        f'<{TICKETS}>; rel="next"',
        f'<{TICKETS}?per_page=2>; rel="next"',
        f'<{TICKETS}?page=>; rel="next"',
        f'<{TICKETS}?page=0>; rel="next"',
        f'<{TICKETS}?page=-1>; rel="next"',
        f'<{TICKETS}?page=1.5>; rel="next"',
        f'<{TICKETS}?page=2nd>; rel="next"',
        f'<{TICKETS}?page=02>; rel="next"',
        f'<{TICKETS}?page=1000000>; rel="next"',
        f'<{TICKETS}?page={"9" * 5000}>; rel="next"',
        f'<{TICKETS}#page=2>; rel="next"',
        '<http://[page=2>; rel="next"',
        '<http://[x?page=2>; rel="next"',
    ],
)
def test_a_header_without_a_next_page_gives_none(link: str) -> None:
    assert next_page(link) is None


def test_no_header_means_that_this_is_the_last_page() -> None:
    assert next_page_from({}) is None


def test_only_the_number_is_taken_whatever_the_host() -> None:
    assert next_page('<https://evil.example/steal?page=2>; rel="next"') == 2


@pytest.mark.parametrize(
    ("before", "piece", "after"), [("<", " ", "x"), ("", "< ", ""), ("<>", " ", ""), ("", "<>;", "")]
)
def test_a_header_made_to_take_long_takes_time_in_proportion(before: str, piece: str, after: str) -> None:
    assert next_page_from({"link": before + piece * 1_000 + after}) is None
    assert_linear(lambda link: next_page_from({"link": link}), lambda size: before + piece * size + after, 5_000)
