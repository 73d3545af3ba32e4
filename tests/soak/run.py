"""One soak of faults: the calls, many at a time, and the record of each. No part of the server is replaced."""

import time
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any, Final

import anyio
from mcp.client import Client
from mcp_types import CallToolResult

from freshdesk_mcp_server.telemetry.events import CreateReconciled, Event
from freshdesk_sandbox import Sandbox, running_sandbox
from soak.calls import TOOLS, client_of, judged, result_of, settings_for, settled, told_id_in
from soak.faults import create_sandbox
from soak.plan import Options, Step, arguments_for, planned_steps
from soak.records import Record, is_held

READ_TIMEOUT_S: Final = 1.0


class Soak:
    """One run: the steps still to come, the tickets that no call works on, and the results of callers."""

    def __init__(self, options: Options, sandbox: Sandbox) -> None:
        self.options = options
        self.sandbox = sandbox
        self.records: list[Record] = []
        self.findings: Counter[str] = Counter()
        self.elapsed_s = 0.0
        store = sandbox.store
        self._idle = [ticket.id for ticket in store.tickets.values() if not ticket.locked]
        self._steps = planned_steps(options, [one.email for one in store.contacts.values() if one.email])

    async def run(self) -> None:
        """Make all calls, `concurrency` at a time."""
        started = time.perf_counter()
        try:
            async with AsyncExitStack() as stack:
                url = await stack.enter_async_context(running_sandbox(sandbox=self.sandbox))
                settings = settings_for(url, deadline_s=self.options.deadline_s, read_timeout_s=READ_TIMEOUT_S)
                client = await stack.enter_async_context(client_of(settings, self._observe))
                await self._call_all(client)
        finally:
            self.elapsed_s = time.perf_counter() - started

    def _observe(self, event: Event) -> None:
        if isinstance(event, CreateReconciled):
            self.findings[event.finding] += 1

    async def _call_all(self, client: Client) -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(self.options.concurrency):
                tasks.start_soon(self._work, client)
        await settled(self.sandbox)

    async def _work(self, client: Client) -> None:
        for step in self._steps:
            ticket_id = self._ticket_for(step)
            arguments = arguments_for(step, ticket_id)
            started = time.perf_counter()
            result = await result_of(client, TOOLS[step.kind], arguments)
            self._note(step, arguments, ticket_id, result, time.perf_counter() - started)

    def _ticket_for(self, step: Step) -> int | None:
        """Return the ticket of a step; a ticket to be changed belongs to no other call until this one has ended."""
        if step.kind == "get":
            numbers: list[int] = [*self.sandbox.store.tickets]
            return step.dice.choice(numbers)
        if step.kind in {"update", "delete"}:
            return self._idle.pop(step.dice.randrange(len(self._idle)))
        return None

    def _note(
        self, step: Step, arguments: dict[str, Any], ticket_id: int | None, result: CallToolResult | None, took_s: float
    ) -> None:
        verdict, code, data = judged(result)
        held = ticket_id is not None and is_held(self.sandbox.store.tickets[ticket_id], step.kind, arguments)
        told_id = told_id_in(data)
        self.records.append(
            Record(step, arguments, ticket_id, verdict, code, told_id, "recovered" in data, held, took_s)
        )
        if step.kind == "create" and told_id is not None and told_id in self.sandbox.store.tickets:
            self._idle.append(told_id)
        if ticket_id is not None and (step.kind == "update" or (step.kind == "delete" and not held)):
            self._idle.append(ticket_id)


async def soaked(options: Options) -> Soak:
    """Run a soak in bounded time."""
    soak = Soak(options, create_sandbox(options))
    with anyio.move_on_after(options.limit_s) as scope:
        await soak.run()
    if scope.cancelled_caught:
        print(f"soak: given up after {options.limit_s:g} s; what follows is of the calls that had ended by then")
    return soak
