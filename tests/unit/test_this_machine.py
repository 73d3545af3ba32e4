"""The addresses and names of this machine."""

import pytest

from freshdesk_mcp_server.this_machine import is_beyond_this_machine, is_loopback, is_this_machine


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5056", "http://localhost/mcp", "https://LOCALHOST", "http://[::1]:5000/sse"]
)
def test_a_url_of_this_machine_leads_nowhere_else(url: str) -> None:
    assert is_this_machine(url)
    assert not is_beyond_this_machine(url)


@pytest.mark.parametrize(
    "url", ["https://mcp.example.com", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example", "http://[::2]"]
)
def test_a_url_of_another_host_leads_beyond(url: str) -> None:
    assert is_beyond_this_machine(url)
    assert not is_this_machine(url)


@pytest.mark.parametrize("text", ["", "nonsense", "http://[", "http:///mcp"])
def test_a_text_that_names_no_host_leads_nowhere(text: str) -> None:
    assert not is_beyond_this_machine(text)
