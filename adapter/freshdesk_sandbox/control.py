"""The endpoints under /_sandbox/ through which a test in another process works the sandbox.

Not Freshdesk's: no login, no rate limit, and nothing there at all unless the sandbox was made with `control`.
"""

from collections.abc import Callable
from typing import Final, Protocol

from freshdesk_sandbox.counting import Statistics
from freshdesk_sandbox.faults import FaultPlan, faults_from_json, random_from_json
from freshdesk_sandbox.outages import Outage, Outages
from freshdesk_sandbox.registry import Behaviour
from freshdesk_sandbox.switches import switches_from_json
from freshdesk_sandbox.wire import Answer, Refused, Request, error_answer, json_answer, parse_body

PREFIX: Final = "/_sandbox/"


class Controlled(Protocol):
    """The sandbox that these endpoints work."""

    faults: FaultPlan
    outages: Outages
    statistics: Statistics

    @property
    def behaviour(self) -> Behaviour:
        """The switches of the account."""

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None: ...

    def reset(self) -> None:
        """Go back to the first state."""


def control(request: Request, sandbox: Controlled) -> Answer:
    """Carry out one control request."""
    endpoint = _ENDPOINTS.get((request.method, request.path.removeprefix(PREFIX)))
    if endpoint is None:
        return error_answer(404, f"There is no {request.method} {request.path}.")
    try:
        return endpoint(request, sandbox)
    except Refused as refused:
        return refused.answer
    except ValueError as error:
        return error_answer(400, str(error))


def _reset(_request: Request, sandbox: Controlled) -> Answer:
    sandbox.reset()
    return Answer(204)


def _statistics(_request: Request, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.statistics.as_json())


def _faults(_request: Request, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.faults.as_json())


def _clear_faults(_request: Request, sandbox: Controlled) -> Answer:
    sandbox.faults.clear()
    return Answer(204)


def _add_faults(request: Request, sandbox: Controlled) -> Answer:
    body = parse_body(request.body)
    if not body or set(body) - {"faults", "random"}:
        raise ValueError("the body must hold faults, random or both, and nothing else")
    faults = faults_from_json(body.get("faults", []))
    chance = random_from_json(body["random"]) if "random" in body else None
    sandbox.faults.add(*faults)
    if chance is not None:
        sandbox.faults.random_faults(chance.seed, chance.rate, chance.faults)
    return _faults(request, sandbox)


def _behaviour(_request: Request, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.behaviour.model_dump())


def _set_behaviour(request: Request, sandbox: Controlled) -> Answer:
    sandbox.behaviour = switches_from_json(Behaviour, request.body)
    return _behaviour(request, sandbox)


def _outages(_request: Request, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.outages.as_json())


def _add_outage(request: Request, sandbox: Controlled) -> Answer:
    sandbox.outages.add(switches_from_json(Outage, request.body))
    return _outages(request, sandbox)


def _clear_outages(_request: Request, sandbox: Controlled) -> Answer:
    sandbox.outages.clear()
    return Answer(204)


_ENDPOINTS: Final[dict[tuple[str, str], Callable[[Request, Controlled], Answer]]] = {
    ("POST", "reset"): _reset,
    ("GET", "statistics"): _statistics,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "behaviour"): _behaviour,
    ("PUT", "behaviour"): _set_behaviour,
    ("GET", "outages"): _outages,
    ("POST", "outages"): _add_outage,
    ("DELETE", "outages"): _clear_outages,
}
