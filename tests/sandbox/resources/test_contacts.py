from typing import Any

import httpx
import pytest

from sandbox.helpers import errors_of

pytestmark = pytest.mark.anyio

# The keys that every row of the recorded list has, but for numbers of other products.
KEYS = {
    *("active", "address", "description", "email", "id", "job_title", "language", "mobile", "name", "phone"),
    *("time_zone", "twitter_id", "custom_fields", "facebook_id", "created_at", "updated_at", "csat_rating"),
    *("preferred_source", "contact_type", "first_seen", "last_seen", "ip_address", "company_id"),
    *("unique_external_id", "first_name", "last_name", "other_phone_numbers", "social_handler", "guest_name"),
    "guest_profile_pic",
}


async def listed(raw: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await raw.get("/contacts", params=params)
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()
    return rows


async def test_a_row_has_the_recorded_keys_and_other_companies_only_beside_a_company(raw: httpx.AsyncClient) -> None:
    rows = await listed(raw)

    assert all(set(row) - {"other_companies"} == KEYS for row in rows)
    assert [row["id"] for row in rows if "other_companies" in row] == [row["id"] for row in rows if row["company_id"]]


async def test_contacts_come_by_name_and_agents_do_not(raw: httpx.AsyncClient) -> None:
    names = [row["name"] for row in await listed(raw)]

    assert names == sorted(names)
    assert len(names) == 13
    assert "Sam Agent" not in names


async def test_an_address_finds_its_contact(raw: httpx.AsyncClient) -> None:
    (row,) = await listed(raw, email="emily.dean@example.com")

    assert (row["name"], row["first_name"], row["last_name"]) == ("Emily Dean", "Emily", "Dean")


async def test_an_address_that_nobody_has_finds_nobody(raw: httpx.AsyncClient) -> None:
    assert await listed(raw, email="nobody@example.com") == []
    assert await listed(raw, email="sam.agent@example.com") == []


async def test_a_new_contact_is_called_by_one_word(raw: httpx.AsyncClient) -> None:
    await raw.post("/tickets", json={"email": "newcomer@example.com", "subject": "s", "description": "d"})

    (row,) = await listed(raw, email="newcomer@example.com")

    assert (row["first_name"], row["last_name"]) == ("Newcomer", "")


async def test_contacts_come_in_pages(raw: httpx.AsyncClient) -> None:
    first = await raw.get("/contacts", params={"per_page": 7})
    second = await raw.get(first.links["next"]["url"])

    assert len(first.json()) + len(second.json()) == 13
    assert "link" not in second.headers


async def test_an_unknown_parameter_of_the_list_of_contacts_is_refused(raw: httpx.AsyncClient) -> None:
    assert errors_of(await raw.get("/contacts", params={"name": "x"})) == [("name", "invalid_field")]
    assert errors_of(await raw.get("/contacts", params={"company_id": "x"})) == [("company_id", "invalid_value")]
