"""Refusals of what the account's plan has no feature for.

Here: which field needs which feature, and the words. Not here: what the features do (associations.py, archive.py).
Source of the sentence: answers of accounts without surveys and without an archive.
"""

from typing import Final

from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.problems import Problem, refuse
from freshdesk_sandbox.records import JsonObject
from freshdesk_sandbox.switches import Feature
from freshdesk_sandbox.wire import Refused, error_answer

FIELDS: Final[dict[str, Feature]] = {
    "internal_agent_id": "shared_ownership",
    "internal_group_id": "shared_ownership",
    "parent_id": "parent_child",
    "related_ticket_ids": "linked_tickets",
}
# Attested is the name of the archive alone.
_NAMES: Final[dict[Feature, str]] = {
    "shared_ownership": "Shared Ownership",
    "parent_child": "Parent Child Tickets",
    "linked_tickets": "Linked Tickets",
    "archive": "Archive Tickets",
}


def check_fields(body: JsonObject, behaviour: Behaviour) -> None:
    """Raise Refused if `body` names a field of a feature that the account has not.

    The code `inaccessible_field` is documented; its words are not established, and are those of the other refusal.
    """
    missing = {key: FIELDS[key] for key in body if key in FIELDS and FIELDS[key] not in behaviour.features}
    if missing and behaviour.missing_feature_status == 403:
        raise Refused(error_answer(403, _sentence(next(iter(missing.values()))), "require_feature"))
    refuse([Problem(key, _sentence(feature), "inaccessible_field") for key, feature in missing.items()])


def require(feature: Feature, behaviour: Behaviour) -> None:
    """Raise Refused, a 403, unless the account has `feature`."""
    if feature not in behaviour.features:
        raise Refused(error_answer(403, _sentence(feature), "require_feature"))


def _sentence(feature: Feature) -> str:
    name = _NAMES[feature]
    return f"The {name} feature(s) is/are not supported in your plan. Please upgrade your account to use it."
