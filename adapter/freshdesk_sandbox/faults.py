"""Faults on purpose, and the requests that meet them.

Here: a fault, its JSON twin, and the plan that hands faults out. Not here: the look of a faulty answer (broken.py), and
sending it (delivery.py).
"""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Final, Literal, get_args

from freshdesk_sandbox.kinds import is_integer, is_number
from freshdesk_sandbox.routes import METHODS, TEMPLATES

type When = Literal["before", "after", "later"]
type Body = Literal[
    "real",
    "json",
    "html",
    "empty",
    "blank",
    "truncated",
    "not_json",
    "wrong_shape",
    "broken_gzip",
    "huge",
    "invalid_utf8",
]
type Drop = Literal["before_answer", "mid_body"]

_METHODS: Final = sorted({method for methods in METHODS.values() for method in methods})
_CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "method": (None, *_METHODS),
    "path": (None, *TEMPLATES),
    "when": get_args(When.__value__),
    "body": get_args(Body.__value__),
    "drop": (None, *get_args(Drop.__value__)),
}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"([\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")
_CODE = re.compile(r"[a-z][a-z_]*")
# The server frames bodies; a header that contradicts it would break the server, not the caller.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A thing that goes wrong, for the next `times` requests that match `method` and `path`.

    Attributes:
        times: how many requests meet it.
        method: the HTTP method it is for; None is any.
        path: the path template it is for, such as `/api/v2/tickets/{id}`; None is any.
        when: "before": the request has no effect. "after": its effect is kept, and then things go wrong. "later":
            things go wrong at once, and the effect is made `delay_s` after that. Delays, drips and headers replace
            nothing of the answer. Such a fault never takes away the effect, nor comes before it.
        status: the status to answer; None keeps the real one.
        body: the body to answer. "real" is the body that goes with the status: the true one, or for an error status
            Freshdesk's own error. "json" is always such an error. "truncated" is the first half of the real one,
            "blank" one space, "huge" 10 MB of JSON. "html" is a page, and with a 403 the one for a blocked address.
        code: the code of Freshdesk's own error, such as `account_suspended` of a 403, where there are several.
        headers: headers to set; None takes one away.
        delay_s: seconds to wait before answering, before the effect or after it, as `when` says. With "later" they lie
            between the answer and the effect.
        drop: cut the connection instead of answering, or after half of the body.
        drip_s: seconds to wait between the pieces of the body, of which there are up to 32.

    Raises:
        ValueError: a value is none of these; says which and why.
    """

    times: int = 1
    method: str | None = None
    path: str | None = None
    when: When = "before"
    status: int | None = None
    body: Body = "real"
    code: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    delay_s: float = 0
    drop: Drop | None = None
    drip_s: float = 0

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {_listed(choices)}, not {getattr(self, name)!r}")
        _check_whole_number("times", self.times, least=1, most=1_000_000_000)
        if self.status is not None:
            _check_whole_number("status", self.status, least=200, most=599)
        _check_seconds("delay_s", self.delay_s)
        _check_seconds("drip_s", self.drip_s)
        _check_headers(self.headers)
        _check_code(self.code, self.status, self.body)
        if self.when == "later" and not self.replaces_answer:
            raise ValueError("when cannot be later for a fault that answers as if all were well")

    @property
    def replaces_answer(self) -> bool:
        """True if the caller gets something else than Freshdesk's answer, or nothing."""
        return self.status is not None or self.body != "real" or self.drop is not None

    def matches(self, method: str, path: str) -> bool:
        """Return True if the fault is for this request."""
        return self.method in {None, method} and self.path in {None, path}


def fault_from_json(value: object) -> Fault:
    """Return the fault that a JSON object describes.

    Raises:
        ValueError: it describes none; says why.
    """
    known = [one.name for one in fields(Fault)]
    if not isinstance(value, dict) or not set(value) <= set(known):
        raise ValueError(f"a fault must be an object with some of {', '.join(known)}, not {value!r}")
    return Fault(**value)


@dataclass(frozen=True, slots=True)
class RandomFaults:
    """Faults for a share of all requests, chosen by a seeded dice; their `times` do not count."""

    seed: int
    rate: float
    faults: tuple[Fault, ...]

    def __post_init__(self) -> None:
        _check_whole_number("seed", self.seed, least=0, most=2**63)
        if not is_number(self.rate) or not 0 <= self.rate <= 1:
            raise ValueError(f"rate must be between 0 and 1, not {self.rate!r}")
        if not self.faults:
            raise ValueError("random faults must hold at least one fault")


def random_from_json(value: object) -> RandomFaults:
    """Return the random faults that `{"seed": 1, "rate": 0.2, "faults": [...]}` describes.

    Raises:
        ValueError: it describes none; says why.
    """
    if not isinstance(value, dict) or set(value) != {"seed", "rate", "faults"}:
        raise ValueError("random must be an object with seed, rate and faults")
    return RandomFaults(value["seed"], value["rate"], tuple(faults_from_json(value["faults"])))


def faults_from_json(value: object) -> list[Fault]:
    """Return the faults of a JSON list.

    Raises:
        ValueError: it is no list of faults; says why.
    """
    return [fault_from_json(one) for one in _checked_list(value)]


class FaultPlan:
    """The faults still to come: planned ones in their order, and random ones beside them."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Plan nothing."""
        self._planned: list[tuple[Fault, int]] = []
        self._random: RandomFaults | None = None
        self._dice = random.Random(0)  # noqa: S311 - a test that can be repeated, not a secret

    def add(self, *faults: Fault) -> None:
        """Add faults behind those already planned."""
        self._planned += [(fault, fault.times) for fault in faults]

    def random_faults(self, seed: int, rate: float, faults: Iterable[Fault]) -> None:
        """Let each matching request meet one of `faults` with probability `rate`; the same seed, the same faults."""
        self._random = RandomFaults(seed, rate, tuple(faults))
        self._dice.seed(seed)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this request, and count it as served; a planned one comes before a random one."""
        for index, (fault, left) in enumerate(self._planned):
            if fault.matches(method, path):
                self._planned[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return self._roll(method, path)

    def as_json(self) -> dict[str, object]:
        """Return what is still planned; `times` is what is left of it."""
        planned = [{**asdict(fault), "times": left} for fault, left in self._planned]
        return {"faults": planned, "random": None if self._random is None else asdict(self._random)}

    def _roll(self, method: str, path: str) -> Fault | None:
        if self._random is None:
            return None
        fitting = [fault for fault in self._random.faults if fault.matches(method, path)]
        if not fitting or self._dice.random() >= self._random.rate:
            return None
        return self._dice.choice(fitting)


def _listed(choices: Iterable[object]) -> str:
    return ", ".join("null" if one is None else str(one) for one in choices)


def _check_whole_number(name: str, value: object, *, least: int, most: int) -> None:
    if not is_integer(value) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {value!r}")


def _check_seconds(name: str, value: float) -> None:
    if not is_number(value) or not 0 <= value <= 3600:
        raise ValueError(f"{name} must be seconds from 0 to 3600, not {value!r}")


def _checked_list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise ValueError(f"faults must be a list, not {value!r}")


def _checked_mapping(value: object) -> Mapping[object, object]:
    if isinstance(value, Mapping):
        return value
    raise ValueError(f"headers must be an object, not {value!r}")


def _check_code(code: object, status: int | None, body: str) -> None:
    if code is None:
        return
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise ValueError(f"code must be null or a word in small letters, not {code!r}")
    if status is None or status < 401 or body not in {"real", "json"}:
        raise ValueError("code goes with a status from 401 on, and with Freshdesk's own error as the body")


def _check_headers(headers: object) -> None:
    for name, value in _checked_mapping(headers).items():
        _check_header(name, value)


def _check_header(name: object, value: object) -> None:
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name) or name.lower() in _FRAMING:
        raise ValueError(f"headers cannot set {name!r}")
    if value is not None and not (isinstance(value, str) and _HEADER_VALUE.fullmatch(value)):
        raise ValueError(f"headers[{name!r}] must be null or one line of text, not {value!r}")
