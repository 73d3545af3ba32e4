"""Query parameters of a list, and its pages.

Source: https://developers.freshdesk.com/api/#pagination.
Not here: the parameters that one list has (resources/).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from freshdesk_sandbox.problems import Problem, one_of, refusal, unexpected
from freshdesk_sandbox.times import parse_time
from freshdesk_sandbox.wire import Refused, Request

PAGE_KEYS: Final = ("page", "per_page")
_LAST_PAGE: Final = 300


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    number: int
    size: int

    def of[T](self, found: Sequence[T]) -> Sequence[T]:
        """Return one page; a page past the end is empty (presumed, no recording shows one)."""
        start = (self.number - 1) * self.size
        return found[start : start + self.size]

    def next_link(self, request: Request, *, total: int) -> dict[str, str]:
        """Return the `link` header, which is sent only when there is a next page."""
        if self.number * self.size >= total:
            return {}
        kept = [(name, value) for name, value in request.query if name != "page"]
        target = urlencode([*kept, ("page", str(self.number + 1))])
        return {"link": f'<{request.base_url}{request.path}?{target}>; rel="next"'}


class Reader:
    """Reads query parameters, and gathers what is wrong with them."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.problems: list[Problem] = []

    def check_names(self, known: Collection[str]) -> None:
        """Refuse parameters that are none of `known`; they are reported alone."""
        self.problems = [unexpected(name) for name in self.values if name not in known]
        self.finish()

    def finish(self) -> None:
        """Raise Refused if anything was wrong."""
        if self.problems:
            raise Refused(refusal(self.problems))

    def reject(self, name: str, message: str) -> None:
        """Note that the value of a parameter is none that Freshdesk takes."""
        self.problems.append(Problem(name, message, "invalid_value"))

    def choices(self, name: str, allowed: tuple[str, ...]) -> list[str]:
        """Return the parts of a list with commas."""
        text = self.values.get(name)
        parts = [] if text is None else text.split(",")
        if not set(parts) <= set(allowed):
            self.reject(name, one_of(allowed))
        return parts

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        """Return a value out of `allowed`."""
        value = self.values.get(name)
        if value is not None and value not in allowed:
            self.reject(name, one_of(allowed))
        return value

    def number(self, name: str, *, most: int | None = None) -> int | None:
        """Return a positive number, or 0 for one that was rejected."""
        text = self.values.get(name)
        if text is None:
            return None
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
        if value < 1 or (most is not None and value > most):
            # The code is documented; the words of Freshdesk for this are not established.
            self.reject(name, f"It should be a positive integer{'' if most is None else f' up to {most}'}")
        return value

    def page(self) -> Page:
        """Return the page that is asked for: the first one of 30, unless told otherwise."""
        number = self.number("page")
        if number is not None and number > _LAST_PAGE:
            text = "You cannot access tickets beyond the 300th page. Please provide a smaller page number."
            self.reject("page", text)
        return Page(1 if number is None else number, self.number("per_page", most=100) or 30)

    def time(self, name: str) -> datetime | None:
        """Return a time."""
        text = self.values.get(name)
        time = None if text is None else parse_time(text)
        if text is not None and time is None:
            self.reject(name, "It should be a valid ISO 8601 date and time")  # words not established
        return time
