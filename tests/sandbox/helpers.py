"""Helpers of the sandbox's tests: a clock to turn by hand, and the check of an answer against the specification."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from support.specification import SPECIFICATION

BASE_URL = "https://example.freshdesk.com/api/v2"
START = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
# The keys of a recorded view.
VIEW_KEYS = {
    *("cc_emails", "fwd_emails", "reply_cc_emails", "ticket_cc_emails", "ticket_bcc_emails", "fr_escalated", "spam"),
    *("email_config_id", "group_id", "priority", "requester_id", "responder_id", "source", "company_id", "status"),
    *("subject", "association_type", "support_email", "to_emails", "product_id", "id", "type", "due_by", "fr_due_by"),
    *("is_escalated", "description", "description_text", "custom_fields", "created_at", "updated_at", "tags"),
    *("attachments", "source_info", "source_additional_info", "structured_description", "sentiment_score"),
    *("initial_sentiment_score", "nr_due_by", "nr_escalated"),
}


class Clock:
    """A clock whose time a test sets."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **amount: float) -> None:
        self.time += timedelta(**amount)


@cache
def specification() -> OpenAPI:
    return OpenAPI.from_dict(SPECIFICATION)


@dataclass
class SentRequest:
    """A request of httpx in the form that openapi-core reads."""

    sent: httpx.Request
    parameters: RequestParameters = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(self.sent.url.params.multi_items()),
            header=Headers(list(self.sent.headers.items())),
        )

    @property
    def host_url(self) -> str:
        return f"{self.sent.url.scheme}://{self.sent.url.netloc.decode()}"

    @property
    def path(self) -> str:
        return self.sent.url.path

    @property
    def method(self) -> str:
        return self.sent.method.lower()

    @property
    def body(self) -> bytes:
        return self.sent.content

    @property
    def content_type(self) -> str:
        return str(self.sent.headers.get("content-type", ""))


@dataclass
class ReceivedResponse:
    """A response of httpx in the form that openapi-core reads."""

    received: httpx.Response

    @property
    def data(self) -> bytes:
        return self.received.content

    @property
    def status_code(self) -> int:
        return self.received.status_code

    @property
    def content_type(self) -> str:
        return str(self.received.headers.get("content-type", ""))

    @property
    def headers(self) -> Headers:
        return Headers(list(self.received.headers.items()))


def check_against_specification(response: httpx.Response) -> None:
    """Raise unless the specification describes `response`. It cannot describe a blank 404, nor an empty 429."""
    if (response.status_code, response.content) not in {(404, b" "), (429, b"")}:
        specification().validate_response(SentRequest(response.request), ReceivedResponse(response))


def errors_of(response: httpx.Response) -> list[tuple[str, str]]:
    """Return field and code of every error of a 400."""
    assert response.status_code == 400, response.text
    body: dict[str, Any] = response.json()
    assert body["description"] == "Validation failed"
    assert all(set(error) == {"field", "message", "code"} for error in body["errors"])
    return [(error["field"], error["code"]) for error in body["errors"]]


def message_of(response: httpx.Response) -> str:
    """Return the message of the only error of a 400."""
    (error,) = response.json()["errors"]
    return str(error["message"])
