"""Events: each observer accepts every class of event, and no other object."""

from dataclasses import dataclass
from typing import Any

import pytest

from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Event,
    Observer,
    RetryScheduled,
    TicketRead,
    ToolCallFinished,
)
from freshdesk_mcp_server.telemetry.log import log_event
from freshdesk_mcp_server.telemetry.metrics import Metrics

EVENTS: list[Event] = [
    AttemptFinished("getTicket", 1, 0.1),
    RetryScheduled("getTicket", 1, 0.1),
    CooldownBegan(0.1),
    CreateReconciled("found"),
    ToolCallFinished("freshdesk_get_ticket", 0.1),
    TicketRead("resource", 0.1),
]


@dataclass
class Unknown:
    """An event that no observer knows."""


@pytest.mark.parametrize("observer", [log_event, Metrics()])
def test_an_observer_takes_every_event_and_no_other(observer: Observer) -> None:
    assert {type(event) for event in EVENTS} == set(Event.__args__)
    for event in EVENTS:
        observer(event)
    unknown: Any = Unknown()
    with pytest.raises(AssertionError):
        observer(unknown)
