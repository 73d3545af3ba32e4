"""The endpoints under /_sandbox/ through which a test in another process works the sandbox.

Not Freshdesk's: no login, no rate limit, and nothing there at all unless the sandbox was made with `control`.
"""

from collections.abc import Callable
from typing import Final, Protocol

from freshdesk_sandbox.behaviour import Behaviour, switches_from_json
from freshdesk_sandbox.counting import Statistics
from freshdesk_sandbox.faults import FaultPlan, faults_from_json, random_from_json
from freshdesk_sandbox.outages import Outage, Outages
from freshdesk_sandbox.rules import parse_body
from freshdesk_sandbox.wire import Answer, Call, Refused, error_answer, json_answer

PREFIX: Final = "/_sandbox/"


class Controlled(Protocol):
    """What these endpoints work: a Sandbox."""

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


def control(call: Call, sandbox: Controlled) -> Answer:
    """Carry out one control request."""
    endpoint = _ENDPOINTS.get((call.method, call.path.removeprefix(PREFIX)))
    if endpoint is None:
        return error_answer(404, f"There is no {call.method} {call.path}.")
    try:
        return endpoint(call, sandbox)
    except Refused as refused:
        return refused.answer
    except ValueError as error:
        return error_answer(400, str(error))


def _reset(_call: Call, sandbox: Controlled) -> Answer:
    sandbox.reset()
    return Answer(204)


def _statistics(_call: Call, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.statistics.as_json())


def _faults(_call: Call, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.faults.as_json())


def _clear_faults(_call: Call, sandbox: Controlled) -> Answer:
    sandbox.faults.clear()
    return Answer(204)


def _add_faults(call: Call, sandbox: Controlled) -> Answer:
    body = parse_body(call.body)
    if not body or set(body) - {"faults", "random"}:
        raise ValueError("the body must hold faults, random or both, and nothing else")
    faults = faults_from_json(body.get("faults", []))
    chance = random_from_json(body["random"]) if "random" in body else None
    sandbox.faults.add(*faults)
    if chance is not None:
        sandbox.faults.random_faults(chance.seed, chance.rate, chance.faults)
    return _faults(call, sandbox)


def _behaviour(_call: Call, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.behaviour.model_dump())


def _set_behaviour(call: Call, sandbox: Controlled) -> Answer:
    sandbox.behaviour = switches_from_json(Behaviour, call.body)
    return _behaviour(call, sandbox)


def _outages(_call: Call, sandbox: Controlled) -> Answer:
    return json_answer(200, sandbox.outages.as_json())


def _add_outage(call: Call, sandbox: Controlled) -> Answer:
    sandbox.outages.add(switches_from_json(Outage, call.body))
    return _outages(call, sandbox)


def _clear_outages(_call: Call, sandbox: Controlled) -> Answer:
    sandbox.outages.clear()
    return Answer(204)


_ENDPOINTS: Final[dict[tuple[str, str], Callable[[Call, Controlled], Answer]]] = {
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
