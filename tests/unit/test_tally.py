"""The counts of one tool call."""

from freshdesk_mcp_server.telemetry.tally import counting_requests, note_request


def test_the_last_id_that_freshdesk_gave_is_kept_when_a_later_request_has_none() -> None:
    with counting_requests() as sent:
        note_request("r-1")
        note_request("r-2")
        note_request(None)
    assert (sent.count, sent.last_id) == (3, "r-2")


def test_nothing_is_counted_outside_a_call() -> None:
    with counting_requests() as sent:
        pass
    note_request("r-1")
    assert (sent.count, sent.last_id) == (0, None)
