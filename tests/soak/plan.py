"""The calls of a soak of faults, their order and their arguments. The seed decides them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

SHARES: Final = {"create": 42, "update": 22, "delete": 8, "get": 17, "list": 11}
"""The mix of calls; with its identical twins, a create is about every second call."""
IDENTICAL: Final = {1: 13, 2: 2, 3: 1, 4: 1}


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the command line; times are in seconds, and `credits_` are those of one window of the rate limit."""

    calls: int
    seed: int
    concurrency: int
    fault_rate: float
    credits_: int
    window_s: float
    deadline_s: float
    limit_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """One call to make. Its words hold the `marker`, which no other call has but its identical twins."""

    kind: str
    marker: str
    dice: random.Random
    arguments: dict[str, Any] = field(default_factory=dict)


def planned_steps(options: Options, emails: list[str]) -> Iterator[Step]:
    """Yield the calls of this seed in their order; the run chooses the ticket of each read or change."""
    dice = random.Random(options.seed)
    made = 0
    while made < options.calls:
        marker = f"[soak-{made:06}]"
        kind = dice.choices([*SHARES], [*SHARES.values()])[0]
        arguments = _create_arguments(dice, marker, emails) if kind == "create" else {}
        copies = dice.choices([*IDENTICAL], [*IDENTICAL.values()])[0] if kind == "create" else 1
        for _ in range(min(copies, options.calls - made)):
            yield Step(kind, marker, random.Random(f"{options.seed} {made}"), arguments)
            made += 1


def arguments_for(step: Step, ticket_id: int | None) -> dict[str, Any]:
    match step.kind:
        case "create":
            return step.arguments
        case "list":
            return {"per_page": step.dice.choice([5, 30, 100]), "order_type": step.dice.choice(["asc", "desc"])}
        case "update":
            return {"ticket_id": ticket_id, **_changes(step.dice, step.marker)}
        case _:
            return {"ticket_id": ticket_id}


def _create_arguments(dice: random.Random, marker: str, emails: list[str]) -> dict[str, Any]:
    newcomer = f"{marker.strip('[]')}@newcomers.example.com"
    arguments: dict[str, Any] = {"email": newcomer if dice.random() < 0.3 else dice.choice(emails)}
    if dice.random() < 0.5:
        arguments |= {"subject": f"The printer on floor 2 is out {marker}"}
    else:
        arguments |= {"subject": "The printer is out", "description": f"Since <monday> & today.\n\n  {marker}"}
    return arguments | ({"priority": dice.randint(1, 4), "tags": ["soak"]} if dice.random() < 0.5 else {})


def _changes(dice: random.Random, marker: str) -> dict[str, Any]:
    others = {"priority": dice.randint(1, 4), "status": dice.randint(2, 5)}
    return {"tags": [marker]} | {name: value for name, value in others.items() if dice.random() < 0.5}
