"""Checks of single values in a request's body.

Here: checks that serve several fields, and the words and codes of their refusals. Not here: the fields of one resource
(resources/). Words are attested for choices, numbers that are sent as text, ids and attachments. Those of other values
are built after them; where they are not, a comment says so.
"""

import re
from collections.abc import Callable, Collection
from typing import Final

from freshdesk_sandbox.kinds import is_integer, kind_name
from freshdesk_sandbox.problems import Problem, one_of
from freshdesk_sandbox.times import parse_time

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
# Entries of cc_emails may carry a name; that this is taken in requests too is not established.
_NAMED_ADDRESS = re.compile(rf"[^<>]*<{_ADDRESS.pattern}>|{_ADDRESS.pattern}")

STRING: Final = "It should be a/an String"
POSITIVE: Final = "It should be a/an Positive Integer"
BLANK: Final = "It should not be blank as this is a mandatory field"
TIME: Final = "It should be a valid ISO 8601 date and time"  # not established
_FILES: Final = "It should contain elements of type valid file format only"

type Flaw = tuple[str, str] | None  # code and message
type Check = Callable[[object], Flaw]


def problem(field: str, flaw: Flaw) -> Problem | None:
    """Return the problem of a field that has `flaw`."""
    return None if flaw is None else Problem(field, message=flaw[1], code=flaw[0])


def mismatch(value: object, words: str) -> Flaw:
    """Return the flaw of a value of another kind than `words` ask for."""
    return "datatype_mismatch", f"Value set is of type {kind_name(value)}.{words}"


def text(value: object) -> Flaw:
    """Check a text."""
    return None if isinstance(value, str) else mismatch(value, STRING)


def text_or_null(value: object) -> Flaw:
    """Check a text that may be null."""
    return None if value is None else text(value)


def filled_text(value: object) -> Flaw:
    """Check a text that may be neither null nor blank."""
    if isinstance(value, str) and value.strip():
        return None
    return ("invalid_value", BLANK) if value is None or isinstance(value, str) else text(value)


def choice(choices: Collection[int]) -> Check:
    """Return the check of a number out of `choices`."""

    def check(value: object) -> Flaw:
        if not is_integer(value):
            return mismatch(value, one_of(choices))
        return None if value in choices else ("invalid_value", one_of(choices))

    return check


def choice_of_texts(choices: Collection[str], *, nullable: bool) -> Check:
    """Return the check of a text out of `choices`."""

    def check(value: object) -> Flaw:
        if value is None and nullable:
            return None
        if not isinstance(value, str):
            return mismatch(value, one_of(choices))
        return None if value in choices else ("invalid_value", one_of(choices))

    return check


def known(kind: str, field: str, ids: Collection[int], *, nullable: bool = True) -> Check:
    """Return the check of an id that must be one of `ids`; `kind` is how a refusal calls the record."""

    def check(value: object) -> Flaw:
        if value is None and nullable:
            return None
        if not is_integer(value) or value < 1:
            return "datatype_mismatch", POSITIVE
        return None if value in ids else ("invalid_value", nobody(kind, field))

    return check


def nobody(kind: str, field: str) -> str:
    """Return the words for a record that is not there.

    Recorded for filters of the list; that a body is refused with the same words is not established.
    """
    return f"There is no {kind} matching the given {field}"


def email(value: object) -> Flaw:
    """Check an e-mail address."""
    if not isinstance(value, str):
        return text(value)
    # The text for a bad address is not established.
    return None if _ADDRESS.fullmatch(value) else ("invalid_value", "It should be a valid email address")


def named_emails(value: object) -> Flaw:
    """Check a list of e-mail addresses, each of which may carry a name."""
    if flaw := texts(value):
        return flaw
    bad = [one for one in _strings(value) if not _NAMED_ADDRESS.fullmatch(one)]
    return ("invalid_value", "It should contain valid email addresses only") if bad else None


def texts(value: object) -> Flaw:
    """Check a list of texts."""
    if not isinstance(value, list):
        return mismatch(value, "It should be a/an Array")
    whole = len(_strings(value)) == len(value)
    return None if whole else ("datatype_mismatch", "It should contain elements of type String only")


def no_attachments(value: object) -> Flaw:
    """Check attachments in JSON, which can hold none: files come as multipart.

    That a list without a file may be sent is not established.
    """
    return None if value == [] else ("datatype_mismatch", _FILES)


def time(value: object) -> Flaw:
    """Check a time that may be null."""
    if value is None:
        return None
    if not isinstance(value, str):
        return text(value)
    return None if parse_time(value) else ("invalid_value", TIME)


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
