"""GET the list of tickets."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Sandbox
from sandbox.helpers import BASE_URL, Clock, errors_of, message_of

pytestmark = pytest.mark.anyio

ROW_KEYS = {
    *("cc_emails", "fwd_emails", "reply_cc_emails", "ticket_cc_emails", "ticket_bcc_emails", "fr_escalated", "spam"),
    *("email_config_id", "group_id", "priority", "requester_id", "responder_id", "source", "company_id", "status"),
    *("subject", "association_type", "support_email", "to_emails", "product_id", "id", "type", "due_by", "fr_due_by"),
    *("is_escalated", "custom_fields", "created_at", "updated_at", "associated_tickets_count", "tags", "source_info"),
    *("structured_description", "sentiment_score", "initial_sentiment_score", "nr_due_by", "nr_escalated"),
}


async def listed(api: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await api.get("/tickets", params=params)
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()
    return rows


async def all_rows(api: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    return await listed(api, per_page=100, **params)


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def validation(*errors: tuple[str, str, str]) -> dict[str, Any]:
    entries = [{"field": field, "message": message, "code": code} for field, message, code in errors]
    return {"description": "Validation failed", "errors": entries}


async def test_a_row_has_the_recorded_keys_and_a_form_only_where_the_ticket_has_one(api: httpx.AsyncClient) -> None:
    rows = await all_rows(api)

    with_form = [row for row in rows if "form_id" in row]
    assert 0 < len(with_form) < len(rows)
    assert all(set(row) - {"form_id"} == ROW_KEYS for row in rows)


async def test_thirty_tickets_come_newest_first_unless_told_otherwise(api: httpx.AsyncClient) -> None:
    rows = await listed(api)

    assert len(rows) == 30
    assert ids(rows) == sorted(ids(rows), reverse=True)
    assert rows[0]["id"] == 60


async def test_deleted_tickets_spam_and_those_older_than_thirty_days_are_left_out(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    rows = await all_rows(api)

    hidden = [ticket.id for ticket in sandbox.store.tickets.values() if ticket.locked]
    assert not set(ids(rows)) & set(hidden)
    assert min(ids(rows)) == 11
    assert len(rows) == 50 - len(hidden)


async def test_a_ticket_leaves_the_list_thirty_days_after_its_creation(api: httpx.AsyncClient, clock: Clock) -> None:
    clock.advance(days=2)
    assert 11 in ids(await all_rows(api))
    clock.advance(seconds=1)
    assert 11 not in ids(await all_rows(api))


async def test_updated_since_lifts_the_thirty_days(api: httpx.AsyncClient) -> None:
    assert min(ids(await all_rows(api, updated_since="2020-01-01"))) == 1
    assert 8 in ids(await all_rows(api, updated_since="2026-02-20T00:00:00Z"))


async def test_updated_since_includes_its_own_second(api: httpx.AsyncClient) -> None:
    (row,) = [row for row in await listed(api) if row["id"] == 60]
    assert row["updated_at"] == "2026-03-02T09:03:00Z"

    for time in ("2026-03-02T09:03:00Z", "2026-03-02T09:03", "2026-03-02T10:03:00+01:00", "2026-03-02T10:03:00+0100"):
        assert 60 in ids(await listed(api, updated_since=time))
    assert 60 not in ids(await listed(api, updated_since="2026-03-02T09:03:01Z"))
    assert await listed(api, updated_since="2026-03-02T09:15:01Z") == []


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "02/03/2026", "", "2026-03-02T25:00:00Z", "20260302"])
async def test_an_updated_since_that_is_no_time_is_refused(api: httpx.AsyncClient, text: str) -> None:
    assert errors_of(await api.get("/tickets", params={"updated_since": text})) == [("updated_since", "invalid_value")]


@pytest.mark.parametrize("order_by", ["created_at", "due_by", "updated_at", "status"])
async def test_order_by_and_order_type_sort(api: httpx.AsyncClient, order_by: str) -> None:
    down = await all_rows(api, order_by=order_by)
    up = await all_rows(api, order_by=order_by, order_type="asc")

    values = [row[order_by] for row in up if row[order_by] is not None]
    assert values == sorted(values)
    assert ids(down) == ids(up)[::-1]


async def test_each_filter_lists_the_tickets_that_it_names(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    deleted = await all_rows(api, filter="deleted")
    spam = await all_rows(api, filter="spam")
    watched = await all_rows(api, filter="watching")
    mine = await all_rows(api, filter="new_and_my_open")

    assert len(deleted) == len(spam) == 3
    assert all(row["deleted"] is True for row in deleted)
    assert all(row["spam"] is True and "deleted" not in row for row in spam)
    assert ids(watched) == [ticket.id for ticket in reversed(sandbox.store.tickets.values()) if ticket.watched]
    assert all(row["status"] == 2 and row["responder_id"] in {None, 158017609801} for row in mine)
    assert 0 < len(mine) < 30


async def test_tickets_of_one_requester_are_found_in_three_ways(api: httpx.AsyncClient) -> None:
    by_id = await all_rows(api, requester_id=158018064991)
    by_email = await all_rows(api, email="Tomasz.Kowalski@example.com")
    by_external_id = await all_rows(api, unique_external_id="crm-88121")

    assert by_id == by_email == by_external_id
    assert len(by_id) > 3
    assert {row["requester_id"] for row in by_id} == {158018064991}


async def test_tickets_of_one_company_are_found(api: httpx.AsyncClient) -> None:
    rows = await all_rows(api, company_id=158003104315)

    assert {row["company_id"] for row in rows} == {158003104315}
    assert len({row["requester_id"] for row in rows}) == 2


async def test_an_unknown_address_is_an_error_and_not_an_empty_list(api: httpx.AsyncClient) -> None:
    response = await api.get("/tickets", params={"email": "nobody@example.com"})

    assert response.status_code == 400
    assert response.json() == {
        "description": "Validation failed",
        "errors": [
            {
                "field": "email",
                "message": "There is no contact matching the given email",
                "code": "invalid_value",
            }
        ],
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requester_id", "5"),
        ("requester_id", "x"),
        ("unique_external_id", "crm-0"),
        ("company_id", "5"),
        ("company_id", "x"),
        ("filter", "all"),
        ("order_by", "priority"),
        ("order_type", "up"),
        ("include", "company"),
        ("include", "stats,company"),
        ("page", "0"),
        ("page", "two"),
        ("page", "-1"),
        ("per_page", "0"),
        ("per_page", "101"),
        ("per_page", "٣"),
        ("per_page", "1.5"),
    ],
)
async def test_a_parameter_with_a_wrong_value_is_refused(api: httpx.AsyncClient, name: str, value: str) -> None:
    assert errors_of(await api.get("/tickets", params={name: value})) == [(name, "invalid_value")]


async def test_an_unknown_parameter_is_refused_as_recorded(api: httpx.AsyncClient) -> None:
    response = await api.get("/tickets", params={"invalid": "something", "per_page": 1000})

    assert errors_of(response) == [("invalid", "invalid_field")]
    assert message_of(response) == "Unexpected/invalid field in request"


async def test_the_300th_page_is_the_last(api: httpx.AsyncClient) -> None:
    response = await api.get("/tickets", params={"page": 301})

    assert await listed(api, page=300) == []
    assert errors_of(response) == [("page", "invalid_value")]
    assert message_of(response) == (
        "You cannot access tickets beyond the 300th page. Please provide a smaller page number."
    )


async def test_the_link_leads_through_all_pages_and_ends(api: httpx.AsyncClient) -> None:
    seen: list[int] = []
    response = await api.get("/tickets", params={"per_page": 20, "order_type": "asc"})
    seen += ids(response.json())
    while "link" in response.headers:
        response = await api.get(response.links["next"]["url"])
        seen += ids(response.json())

    assert seen == ids(await all_rows(api, order_type="asc"))


async def test_the_link_has_the_recorded_form_and_keeps_all_other_parameters(api: httpx.AsyncClient) -> None:
    response = await api.get("/tickets", params={"per_page": 2, "page": 3, "include": "stats,requester"})
    single = await api.get("/tickets", params={"per_page": 100})

    expected = f'<{BASE_URL}/tickets?per_page=2&include=stats%2Crequester&page=4>; rel="next"'
    assert response.headers["link"] == expected
    assert "link" not in single.headers


async def test_a_full_last_page_has_no_link(clock: Clock) -> None:
    sandbox = Sandbox(clock=clock, seeded=False)
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
        assert (await client.get("/tickets")).json() == []
        for _ in range(4):
            await client.post("/tickets", json={"email": "a@example.com", "subject": "s", "description": "d"})
        first = await client.get("/tickets", params={"per_page": 2})
        second = await client.get("/tickets", params={"per_page": 2, "page": 2})

    assert "link" in first.headers
    assert "link" not in second.headers
    assert ids(second.json()) == [2, 1]


async def test_descriptions_requesters_and_stats_come_only_when_asked_for(api: httpx.AsyncClient) -> None:
    (row,) = await listed(api, per_page=1, include="stats,requester,description")

    assert set(row) - ROW_KEYS == {"stats", "requester", "description", "description_text"}
    assert set(row["requester"]) == {"id", "name", "email", "mobile", "phone"}
    assert row["requester"]["name"] == "Emily Dean"
    assert len(row["stats"]) == 8
    assert row["description_text"].endswith('The tracking page says "unknown".')


async def test_attachments_never_come_with_a_list(api: httpx.AsyncClient) -> None:
    rows = await all_rows(api, include="stats,requester,description")

    assert not any("attachments" in row or "conversations" in row for row in rows)


@pytest.mark.parametrize(
    ("params", "field", "message"),
    [
        ({"filter": "mine"}, "filter", "It should be one of these values: 'new_and_my_open,watching,spam,deleted'"),
        ({"email": "nobody@example.com"}, "email", "There is no contact matching the given email"),
        ({"company_id": 404}, "company_id", "There is no company matching the given company_id"),
        (
            {"page": 301},
            "page",
            "You cannot access tickets beyond the 300th page. Please provide a smaller page number.",
        ),
    ],
)
async def test_a_list_is_refused_in_freshdesks_words(
    raw: httpx.AsyncClient, params: dict[str, Any], field: str, message: str
) -> None:
    response = await raw.get("/tickets", params=params)

    assert (response.status_code, response.json()) == (400, validation((field, message, "invalid_value")))
