"""Failures of one attempt, grouped by the known effect of the request, as rows for a test."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from freshdesk_mcp_server.errors import (
    FreshdeskError,
    Outcome,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
)
from support.answers import Answer, body_lost, fails, status

type Ending = tuple[type[FreshdeskError], Outcome]

NOT_ACTED_ON: list[tuple[str, Answer, Ending]] = [
    ("rate limited", status(429), (RateLimitedError, Outcome.REFUSED)),
    ("rate limited, body lost", body_lost(429), (RateLimitedError, Outcome.REFUSED)),
    ("no connection", fails(httpx.ConnectError), (UnreachableError, Outcome.NOT_SENT)),
    ("no connection in time", fails(httpx.ConnectTimeout), (UnreachableError, Outcome.NOT_SENT)),
    ("no free connection", fails(httpx.PoolTimeout), (UnreachableError, Outcome.NOT_SENT)),
    ("no way through the proxy", fails(httpx.ProxyError), (UnreachableError, Outcome.NOT_SENT)),
]
OF_UNKNOWN_FATE: list[tuple[str, Answer, type[FreshdeskError]]] = [
    ("500", status(500), ServerFailureError),
    ("502", status(502, content=b"<html>"), ServerFailureError),
    ("503", status(503), ServerFailureError),
    ("504", status(504), ServerFailureError),
    ("520", status(520), ServerFailureError),
    ("502, body lost", body_lost(502), ServerFailureError),
    ("reset", fails(httpx.ReadError), ReplyLostError),
    ("reset while writing", fails(httpx.WriteError), ReplyLostError),
    ("closed without an answer", fails(httpx.RemoteProtocolError), ReplyLostError),
    ("no answer in time", fails(httpx.ReadTimeout), ReplyLostError),
    ("not sent in time", fails(httpx.WriteTimeout), ReplyLostError),
]


def faults(rows: Sequence[tuple[Any, ...]], names: tuple[str, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(names, [row[1:] for row in rows], ids=[row[0] for row in rows])
