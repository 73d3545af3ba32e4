"""Refusals of requests that the account's plan has no feature for.

Here: the answers and their words. Not here: the features, which each resource names.
Source of the sentence: answers of accounts without surveys and without an archive.
"""

from collections.abc import Mapping

from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.problems import Problem, refuse
from freshdesk_sandbox.switches import AccountSwitches
from freshdesk_sandbox.wire import Refused, error_answer


def require(feature: str, name: str, behaviour: AccountSwitches) -> None:
    """Raise Refused, a 403, unless the account has `feature`; `name` is how the answer calls it."""
    if feature not in behaviour.features:
        raise Refused(error_answer(403, _sentence(name), "require_feature"))


def check_fields(
    body: JsonObject, features: Mapping[str, str], names: Mapping[str, str], behaviour: AccountSwitches
) -> None:
    """Raise Refused if `body` names a field of a feature that the account has not.

    The code `inaccessible_field` is documented. Its words are not established, and are those of the other refusal.

    Args:
        body: the request.
        features: the feature that each field needs.
        names: the name of each feature in an answer.
        behaviour: the switches of the account.
    """
    missing = {key: features[key] for key in body if key in features and features[key] not in behaviour.features}
    sentences = {key: _sentence(names[feature]) for key, feature in missing.items()}
    if missing and behaviour.missing_feature_status == 403:
        raise Refused(error_answer(403, next(iter(sentences.values())), "require_feature"))
    refuse([Problem(key, sentence, "inaccessible_field") for key, sentence in sentences.items()])


def _sentence(name: str) -> str:
    return f"The {name} feature(s) is/are not supported in your plan. Please upgrade your account to use it."
