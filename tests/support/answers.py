"""Answers of a Freshdesk that is a function, well-formed and broken, for gateways over a mocked transport."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import anyio
import httpx

type Answer = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]

MARK = "marked-value"
"""Stands for the words of a customer; it must appear in no log."""

JSON = {"Content-Type": "application/json"}
"""The headers of an answer of Freshdesk's that has a body."""


class Upstream:
    """A Freshdesk that gives each of its answers once, in turn, and the last one without end."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.times.append(anyio.current_time())
        self.requests.append(request)
        return await self._answers[min(len(self.requests), len(self._answers)) - 1](request)

    @property
    def waits_s(self) -> list[float]:
        """The time from each request to the next."""
        return [later - earlier for earlier, later in zip(self.times, self.times[1:], strict=False)]


async def fine(request: httpx.Request) -> httpx.Response:
    """Return the success of the requested operation."""
    if request.method == "DELETE":
        return httpx.Response(204)
    ticket: Any = {"id": 7, "subject": "s"}
    last = request.url.path.rpartition("/")[2]
    is_list = request.method == "GET" and not last.isdecimal() and last != "me"
    return httpx.Response(201 if request.method == "POST" else 200, json=[ticket] if is_list else ticket)


def status(code: int, *, after_s: float = 0.0, content: bytes = b"", **headers: str) -> Answer:
    async def answer(_: httpx.Request) -> httpx.Response:
        await anyio.sleep(after_s)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(code, content=content, headers=named)

    return answer


def unreadable(content: bytes = b"{", content_type: str = "application/json") -> Answer:
    async def answer(request: httpx.Request) -> httpx.Response:
        code = (await fine(request)).status_code
        return httpx.Response(code, content=content, headers={"Content-Type": content_type})

    return answer


def fails(error_class: type[httpx.RequestError], *, after_s: float = 0.0) -> Answer:
    async def answer(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(after_s)
        raise error_class(f"{MARK} {request.url}", request=request)

    return answer


def body_lost(code: int | None = None, *, error_class: type[Exception] = httpx.ReadError, **headers: str) -> Answer:
    """The head of an answer, and half of its body; `code` None is success."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"id": 7, "subject": "'
        raise error_class(MARK)

    async def answer(request: httpx.Request) -> httpx.Response:
        named = {
            name.replace("_", "-"): value for name, value in {"Content_Type": "application/json", **headers}.items()
        }
        return httpx.Response(code or (await fine(request)).status_code, content=half(), headers=named)

    return answer


def dripping(code: int | None = None) -> Answer:
    """Return an answer of which a byte comes each second, without an end."""

    async def drips() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await anyio.sleep(1)

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(code or (await fine(request)).status_code, content=drips(), headers=JSON)

    return answer


async def silent(_: httpx.Request) -> httpx.Response:
    """Give no answer at all."""
    await anyio.sleep_forever()
    raise AssertionError
