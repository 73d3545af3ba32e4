"""Serve, on a free port, this project's server with the conformance suite's fixtures added.

    python -m interop.everything stateless|sessions

The mode "stateless" is the one that people get. The mode "sessions" answers in streams, without which a server cannot
ask anything of an older client.
"""

import sys
from functools import partial

import anyio
import httpx

from freshdesk_mcp_server.telemetry.log import configure_logging
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.transports.http import HttpOptions, serve_http
from freshdesk_mcp_server.transports.probes import Reachability
from freshdesk_mcp_server.transports.shutdown import Drain
from interop.fixtures import add_fixtures
from support.servers import server_over


def nobody_there(request: httpx.Request) -> httpx.Response:
    """Fail, since no fixture asks Freshdesk anything."""
    raise httpx.ConnectError("there is no Freshdesk here", request=request)


def main(mode: str) -> None:
    """Serve until stopped; the address is in the log's line "listening"."""
    configure_logging("INFO")
    server = server_over(nobody_there)
    add_fixtures(server)
    serving = partial(
        serve_http,
        metrics=Metrics(),
        reachability=Reachability(),
        drain=Drain(CallsUnderWay(), grace_s=0),
    )
    anyio.run(serving, server, HttpOptions(has_sessions=mode == "sessions"), 0)


if __name__ == "__main__":
    main(sys.argv[1])
