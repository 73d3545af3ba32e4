"""Retry-After, the rate limit and the date in every form; no form may fail a call."""

from datetime import UTC, datetime

import httpx
import pytest

from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.ratelimit import date_from, rate_limit_from, retry_after_s_from

NOW = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


def retry_after_s(value: str, **others: str) -> float | None:
    return retry_after_s_from(httpx.Headers({"Retry-After": value} | others), now=NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("34", 34.0),
        (" 34 ", 34.0),
        ("34.0", 34.0),
        ("0.25", 0.25),
        ("0", 0.0),
        ("007", 7.0),
        ("3600", 3600.0),
        ("999999999", 999_999_999.0),
    ],
)
def test_seconds_may_be_whole_or_decimal(value: str, seconds: float) -> None:
    assert retry_after_s(value) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Mon, 02 Mar 2026 12:00:34 GMT", 34.0),
        ("Mon, 02 Mar 2026 12:00:34 +0000", 34.0),
        ("Mon, 02 Mar 2026 13:00:34 +0100", 34.0),
        ("Mon, 02 Mar 2026 12:00:34 -0000", 34.0),
        ("Monday, 02-Mar-26 12:00:34 GMT", 34.0),
        ("Mon Mar  2 12:00:34 2026", 34.0),
        ("Mon, 02 Mar 2026 12:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 11:59:59 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
    ],
)
def test_a_date_is_taken_against_our_clock_and_one_in_the_past_is_no_wait(value: str, seconds: float) -> None:
    assert retry_after_s(value) == seconds


def test_a_date_is_taken_against_the_clock_of_the_answer_where_it_has_one() -> None:
    assert retry_after_s("Mon, 02 Mar 2026 12:00:34 GMT", Date="Mon, 02 Mar 2026 12:00:30 GMT") == 4.0


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 32 Mar 2026 12:00:30 GMT", "34"])
def test_a_date_header_that_is_no_date_is_ignored(date: str) -> None:
    assert retry_after_s("Mon, 02 Mar 2026 12:00:34 GMT", Date=date) == 34.0


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "-1",
        "+1",
        "1e3",
        "inf",
        "-inf",
        "nan",
        "soon",
        "1,5",
        "34, 34",
        "34s",
        ".5",
        "5.",
        "0x10",
        "1_000",
        "9" * 400,
        "1." + "9" * 400,
        "tomorrow at noon",
        "2026-03-02T12:00:34Z",
        "Mon, 32 Mar 2026 12:00:34 GMT",
        "Mon, 02 Mar 2026 25:00:34 GMT",
        "Mon, 02 Mar 99999 12:00:34 GMT",
        "Mon, 02 Mar 2026 12:00:34 +9999",
        "Mon, 02 Mar 2026 12:00:34 +" + "9" * 400,
        "\x00",
        "(" * 1000,
    ],
)
def test_an_invalid_retry_after_counts_as_missing(value: str) -> None:
    assert retry_after_s(value) is None


def test_without_retry_after_no_wait_is_known() -> None:
    assert retry_after_s_from({}, now=NOW) is None


def rate_limit(total: str, remaining: str) -> RateLimit | None:
    return rate_limit_from(httpx.Headers({"X-RateLimit-Total": total, "X-RateLimit-Remaining": remaining}))


@pytest.mark.parametrize(
    ("total", "remaining", "found"),
    [
        ("50.0", "49.0", RateLimit(50.0, 49.0)),  # recorded
        ("3000", "2999", RateLimit(3000.0, 2999.0)),  # documented
        (" 50 ", "0", RateLimit(50.0, 0.0)),
        ("50.5", "0.25", RateLimit(50.5, 0.25)),
    ],
)
def test_a_rate_limit_may_be_whole_or_decimal(total: str, remaining: str, found: RateLimit) -> None:
    assert rate_limit(total, remaining) == found


@pytest.mark.parametrize("value", ["", " ", "-1", "+1", "many", "nan", "inf", "1e3", "1,000", "9" * 400, "\x00"])
def test_an_invalid_rate_limit_is_none(value: str) -> None:
    assert rate_limit(value, "49") is None
    assert rate_limit("50", value) is None


@pytest.mark.parametrize("name", ["X-RateLimit-Total", "X-RateLimit-Remaining", "X-RateLimit-Used-CurrentRequest"])
def test_half_a_rate_limit_is_none(name: str) -> None:
    assert rate_limit_from(httpx.Headers({name: "50"})) is None
    assert rate_limit_from({}) is None


@pytest.mark.parametrize(
    "value",
    ["Mon, 02 Mar 2026 12:00:00 GMT", "Mon, 02 Mar 2026 13:00:00 +0100", "Mon, 02 Mar 2026 12:00:00 -0000"],
)
def test_the_date_of_an_answer_has_a_zone(value: str) -> None:
    assert date_from(httpx.Headers({"Date": value})) == NOW


@pytest.mark.parametrize("value", ["", "yesterday", "34", "Mon, 32 Mar 2026 12:00:00 GMT", "2026-03-02T12:00:00Z"])
def test_an_invalid_date_is_none(value: str) -> None:
    assert date_from(httpx.Headers({"Date": value})) is None
    assert date_from({}) is None
