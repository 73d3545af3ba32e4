"""Fields of a ticket for which the account's plan needs a feature."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Sandbox
from sandbox.helpers import errors_of

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}

AGENT_ID = 158017609801

GROUP_ID = 158000114201

FEATURE_FIELDS = [
    ("internal_agent_id", AGENT_ID),
    ("internal_group_id", GROUP_ID),
    ("parent_id", 31),
    ("related_ticket_ids", [31]),
]


async def make(api: httpx.AsyncClient, **values: Any) -> httpx.Response:
    return await api.post("/tickets", json={**LEAST, **values})


@pytest.mark.parametrize(("key", "value"), FEATURE_FIELDS)
async def test_a_field_of_a_feature_that_the_account_lacks_cannot_be_written(
    api: httpx.AsyncClient, key: str, value: object
) -> None:
    assert errors_of(await make(api, **{key: value})) == [(key, "inaccessible_field")]


@pytest.mark.parametrize(("key", "value"), FEATURE_FIELDS[:3])
async def test_a_field_of_a_missing_feature_cannot_be_written_in_an_update(
    api: httpx.AsyncClient, key: str, value: object
) -> None:
    assert errors_of(await api.put("/tickets/33", json={key: value})) == [(key, "inaccessible_field")]


async def test_an_account_may_refuse_a_field_of_a_missing_feature_with_a_403(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.behaviour = Behaviour(missing_feature_status=403)

    refused = await make(api, parent_id=31)

    assert refused.status_code == 403
    assert refused.json()["code"] == "require_feature"
    assert refused.json()["message"].endswith(
        "feature(s) is/are not supported in your plan. Please upgrade your account to use it."
    )


async def test_shared_ownership_brings_two_keys_to_every_answer(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(features=("shared_ownership",))

    made = (await make(api, internal_agent_id=AGENT_ID, internal_group_id=GROUP_ID)).json()
    changed = (await api.put(f"/tickets/{made['id']}", json={"internal_agent_id": None})).json()
    shown = (await api.get(f"/tickets/{made['id']}")).json()
    (listed, *_) = (await api.get("/tickets")).json()

    assert (made["internal_agent_id"], made["internal_group_id"]) == (AGENT_ID, GROUP_ID)
    for ticket in (changed, shown, listed):
        assert (ticket["internal_agent_id"], ticket["internal_group_id"]) == (None, GROUP_ID)
    assert errors_of(await make(api, internal_agent_id=1)) == [("internal_agent_id", "invalid_value")]


async def test_without_shared_ownership_no_answer_has_internal_agent_or_group(api: httpx.AsyncClient) -> None:
    made = (await make(api)).json()

    assert not {"internal_agent_id", "internal_group_id"} & set(made)
