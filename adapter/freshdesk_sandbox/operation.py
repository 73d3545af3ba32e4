"""The parts that a resource registers: itself, and its operations.

Here: their shape. Not here: the list of resources (registry.py), and the finding of an operation (routes.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Concatenate

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.files import Attachment
from freshdesk_sandbox.store import Records
from freshdesk_sandbox.wire import Answer, Request


@dataclass(frozen=True, slots=True)
class Includes:
    """The values that `include` of an operation takes, each of which costs credits."""

    names: tuple[str, ...]
    credits_each: int

    def price(self, request: Request) -> int:
        """Return the credits that a request takes for them; an unknown value costs nothing."""
        return self.credits_each * len(set(included(request)) & set(self.names))


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of one path.

    Attributes:
        method: the HTTP method.
        path: the template of the path; `{id}`, and any other name in braces, stands for a number.
        answer: the function that answers, given the account, the request and the numbers of the path. It never awaits:
            between the check of a request and its effect no other request can come.
        reads_json: a body of another content type is refused.
        limit: the name of the limit of its own that the operation may have, a field of `SubLimits`.
        includes: the values of `include`, where they cost credits.
    """

    method: str
    path: str
    answer: Callable[Concatenate[Account, Request, ...], Answer]
    reads_json: bool = False
    limit: str | None = None
    includes: Includes | None = None

    def price(self, request: Request) -> int:
        """Return the credits that a request takes from the rate limit; an invalid one costs too."""
        return 1 if self.includes is None else 1 + self.includes.price(request)


def _no_files(_: Records) -> Iterable[Attachment]:
    return ()


def _nothing(_: Account) -> None:
    return


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of Freshdesk.

    Attributes:
        operations: its operations, in the order in which lists name their paths.
        counts: numbers that the statistics show, by name.
        attachments: the files that its records hold, which the host of files serves.
        before_request: carried out before each request is answered.
    """

    operations: tuple[Operation, ...]
    counts: Mapping[str, Callable[[Records], int]] = field(default_factory=dict)
    attachments: Callable[[Records], Iterable[Attachment]] = _no_files
    before_request: Callable[[Account], None] = _nothing


def included(request: Request) -> list[str]:
    """Return the values of the parameter `include`."""
    text = dict(request.query).get("include")
    return [] if text is None else text.split(",")
