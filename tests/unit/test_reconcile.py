"""Finding the ticket of a create whose answer was lost, in virtual time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import anyio
import pytest
import trio.testing

from freshdesk_client.models import Ticket, TicketCreate, TicketPriority
from freshdesk_mcp_server.errors import (
    FieldProblem,
    ForbiddenError,
    FreshdeskError,
    Outcome,
    OverloadedError,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreadableReplyError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway.reconcile import (
    MOST_CLAIMS,
    NEWEST,
    SETTLE_S,
    TOLERANCE,
    Finding,
    Reconciler,
    Twin,
    words_from_html,
)
from freshdesk_mcp_server.gateway.reply import Reply
from support.growth import assert_linear

pytestmark = pytest.mark.anyio

EMAIL = "ada@example.com"
HTML = "No <b>toner</b>,<br>2nd floor &amp; &lt;left&gt;"
WORDS = "Notoner,2ndfloor&<left>"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


def twin_of(*, subject: str = "No toner", description: str = HTML, email: str = EMAIL) -> Twin:
    return Twin.of(
        TicketCreate(subject=subject, status=2, priority=TicketPriority.LOW, email=email, description=description)
    )


def ticket(number: int = 7, **changes: Any) -> Ticket:
    """A ticket as Freshdesk lists it with include=description, with `changes`."""
    return Ticket.from_dict(
        {"id": number, "subject": "No toner", "description": f"<div>{HTML}</div>", "description_text": "x"} | changes
    )


# --- Twins -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", ""),
        ("one two", "onetwo"),
        (" one\r\n\ttwo\u00a0three ", "onetwothree"),
        ("<div>one<br>two</div>", "onetwo"),
        ("<DIV CLASS='x'>one</DIV>", "one"),
        ("one<br/>two<hr />three", "onetwothree"),
        ("a &lt; b &amp;&amp; c &gt; d", "a<b&&c>d"),
        ("&quot;it&#39;s&quot;&nbsp;&#x20AC;", '"it\'s"€'),
        ("&amp;lt;", "&lt;"),
        ('<a href="https://example.com/?a=1&amp;b=2">link</a>', "link"),
        ("<style>p { color: red }</style>one<script>alert('<b>')</script>two", "onetwo"),
        ("<script type='x'>one</script><SCRIPT>two</SCRIPT >three", "three"),
        ("one</script>two", "onetwo"),
        ("one<!-- two -->three", "onethree"),
        ("1 < 2 and 3 > 2", "1<2and3>2"),
        ("<p>unclosed <b>one", "unclosedone"),
        ("Grüße 日本 🙂", "Grüße日本🙂"),
        (None, ""),
        (7, ""),
        (["one"], ""),
    ],
)
def test_words_are_what_a_reader_sees_without_blanks(html: object, words: str) -> None:
    assert words_from_html(html) == words


def test_a_twin_is_made_of_requester_subject_and_words() -> None:
    twin = twin_of(subject=" No  toner ")
    assert (twin.email, twin.subject, twin.words) == (EMAIL, "Notoner", WORDS)


@pytest.mark.parametrize("other", [{"subject": "No ink"}, {"description": "No toner"}, {"email": "bob@example.com"}])
def test_twins_that_differ_in_one_of_them_differ(other: dict[str, str]) -> None:
    assert twin_of(**other) != twin_of()
    assert twin_of(description=f"<p>{HTML}</p>\n") == twin_of()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"description": HTML},
        {"description": f'<div style="font-size:14px">\n  <div dir="ltr">{HTML}</div>\n</div>'},
        {"description": "<div>No toner,<br/>2nd floor &amp; &lt;left></div>"},
        {"description": f"<div>{HTML}<script>track()</script></div>"},
        {"description": "<div>something else</div>", "description_text": " No toner, \n2nd floor & <left>"},
        {"description": None, "description_text": "No toner,\r\n2nd floor & <left>"},
        {"subject": " No   toner "},
        {"subject": "No\u00a0toner\n"},
        {"status": 9000, "priority": None, "requester_id": "?"},
    ],
)
def test_a_ticket_is_like_its_twin_whatever_markup_and_blanks_freshdesk_adds(changes: dict[str, Any]) -> None:
    assert twin_of().is_like(ticket(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "no toner"},
        {"subject": "No toner!"},
        {"subject": None},
        {"subject": 7},
        {"description": f"<div>{HTML} again</div>"},
        {"description": "<div>No toner</div>"},
        {"description": None},
        {"description": None, "description_text": None},
        {"description": 7, "description_text": ["x"]},
        {"description": ""},
    ],
)
def test_a_ticket_that_says_anything_else_is_not(changes: dict[str, Any]) -> None:
    assert not twin_of().is_like(ticket(**changes))


# --- Looking -----------------------------------------------------------------------------------------------------

SERVER_TIME = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
"""What Freshdesk's clock shows when a test begins; hours from ours, as it has to be told by the Date header."""
type Listed = list[Ticket] | FreshdeskError


class Requester:
    """The lists of one requester's tickets: each is given once, in turn, and the last one for ever."""

    def __init__(self, *lists: Listed, is_dated: bool = True) -> None:
        self._lists = lists
        self._is_dated = is_dated
        self._started = anyio.current_time()
        self.looks: list[float] = []

    async def __call__(self) -> Reply[list[Ticket]]:
        self.looks.append(anyio.current_time() - self._started)
        found = self._lists[min(len(self.looks), len(self._lists)) - 1]
        if isinstance(found, FreshdeskError):
            raise found
        now = SERVER_TIME + timedelta(seconds=self.looks[-1])
        return Reply(found, {"date": format_datetime(now, usegmt=True)} if self._is_dated else {}, 1)


def created(after_s: float, number: int = 7, **changes: Any) -> Ticket:
    """A twin that Freshdesk stored so many seconds after the create began."""
    moment = SERVER_TIME + timedelta(seconds=after_s)
    return ticket(number, created_at=moment.isoformat().replace("+00:00", "Z"), **changes)


async def look(
    requester: Requester, *, reconciler: Reconciler | None = None, started_s: float = 0.0, deadline_s: float = 45.0
) -> Ticket | Finding:
    now = anyio.current_time()
    return await (reconciler or Reconciler()).look_twice(
        twin_of(), requester, started=now - started_s, deadline=now + deadline_s
    )


def refused(*problems: tuple[str, str]) -> ValidationFailedError:
    fields = [FieldProblem(field, code, "x") for field, code in problems]
    return ValidationFailedError("list_tickets", outcome=Outcome.REFUSED, fields=fields)


UNKNOWN_REQUESTER = ("email", "invalid_value")


async def test_a_ticket_that_is_there_is_found_at_the_first_look() -> None:
    requester, mine = Requester([created(1)]), created(1)
    assert await look(requester) == mine
    assert requester.looks == [0.0]


async def test_a_ticket_that_takes_its_time_is_found_at_the_second() -> None:
    requester = Requester([], [created(1)])
    assert await look(requester) == created(1)
    assert requester.looks == [0.0, pytest.approx(SETTLE_S)]


async def test_so_is_that_of_a_requester_who_takes_his_time() -> None:
    requester = Requester(refused(UNKNOWN_REQUESTER), [created(1)])
    assert await look(requester) == created(1)


@pytest.mark.parametrize("others", [[], [created(1, subject="No ink")], [created(1, description="x")], [created(-60)]])
async def test_a_ticket_that_is_not_there_twice_is_absent(others: list[Ticket]) -> None:
    requester = Requester(others)
    assert await look(requester) is Finding.ABSENT
    assert requester.looks == [0.0, pytest.approx(SETTLE_S)]


async def test_a_requester_who_is_not_known_twice_has_no_ticket() -> None:
    requester = Requester(refused(UNKNOWN_REQUESTER))
    assert await look(requester) is Finding.NO_REQUESTER
    assert len(requester.looks) == 2


async def test_a_requester_who_has_come_into_being_without_a_ticket_has_none_yet() -> None:
    assert await look(Requester(refused(UNKNOWN_REQUESTER), [])) is Finding.ABSENT


@pytest.mark.parametrize(
    "error",
    [
        refused(),
        refused(("email", "missing_field")),
        refused(("page", "invalid_value")),
        refused(UNKNOWN_REQUESTER, ("page", "invalid_value")),
        ForbiddenError("list_tickets", outcome=Outcome.REFUSED),
        RateLimitedError("list_tickets", outcome=Outcome.REFUSED),
        ServerFailureError("list_tickets", outcome=Outcome.REFUSED),
        ReplyLostError("list_tickets", outcome=Outcome.REFUSED),
        UnreadableReplyError("list_tickets", outcome=Outcome.REFUSED),
        OverloadedError("list_tickets", outcome=Outcome.NOT_SENT),
    ],
)
async def test_a_look_that_fails_shows_nothing(error: FreshdeskError) -> None:
    first, second = Requester(error), Requester([], error)
    assert await look(first) is Finding.NOT_KNOWN
    assert await look(second) is Finding.NOT_KNOWN
    assert (len(first.looks), len(second.looks)) == (1, 2)


@pytest.mark.parametrize("listed", [[], refused(UNKNOWN_REQUESTER)])
@pytest.mark.parametrize("deadline_s", [-1.0, 0.0, 1.0, SETTLE_S])
async def test_without_the_time_for_a_second_look_nothing_is_known(listed: Listed, deadline_s: float) -> None:
    requester = Requester(listed)
    assert await look(requester, deadline_s=deadline_s) is Finding.NOT_KNOWN
    assert requester.looks == [0.0]


async def test_but_what_the_first_one_finds_counts() -> None:
    assert await look(Requester([created(0)]), deadline_s=0.5) == created(0)


async def test_among_a_page_full_of_newer_tickets_a_missing_one_may_still_be_further_down() -> None:
    newer = [created(1, number, subject="another") for number in range(NEWEST)]
    assert await look(Requester(newer)) is Finding.NOT_KNOWN
    assert await look(Requester(newer[1:])) is Finding.ABSENT
    assert await look(Requester([*newer[1:], created(-60)])) is Finding.ABSENT
    assert await look(Requester([*newer[1:], created(1, 4711)])) == created(1, 4711)


@pytest.mark.parametrize(
    ("after_s", "is_found"),
    [
        (0.0, True),
        (30.0, True),
        (-TOLERANCE.total_seconds(), True),
        (-TOLERANCE.total_seconds() - 1, False),
        (-3600.0, False),
    ],
)
@pytest.mark.parametrize("started_s", [0.0, 30.0])
async def test_only_a_ticket_since_the_create_by_freshdesks_clock_counts(
    after_s: float, started_s: float, *, is_found: bool
) -> None:
    found = await look(Requester([created(after_s - started_s)]), started_s=started_s)
    assert isinstance(found, Ticket) is is_found


async def test_without_a_date_in_the_answer_our_clock_counts() -> None:
    now = datetime.now(UTC)
    mine = ticket(created_at=now.isoformat())
    assert await look(Requester([mine], is_dated=False)) == mine
    old = ticket(created_at=(now - timedelta(minutes=5)).isoformat())
    assert await look(Requester([old], is_dated=False)) is Finding.ABSENT


@pytest.mark.parametrize("moment", ["2026-03-02T12:00:01", "2026-03-02T17:00:01+05:00", "9999-12-31T23:59:59-05:00"])
async def test_a_time_in_any_form_counts(moment: str) -> None:
    assert isinstance(await look(Requester([ticket(created_at=moment)])), Ticket)


@pytest.mark.parametrize("moment", [None, "", "yesterday", 1_772_442_900, ["x"], "0001-01-01T00:00:00+05:00"])
async def test_a_ticket_of_which_nobody_knows_when_it_was_made_does_not(moment: object) -> None:
    assert await look(Requester([ticket(created_at=moment)])) is Finding.ABSENT


# --- Claims ------------------------------------------------------------------------------------------------------


async def test_a_ticket_is_given_to_one_call_only() -> None:
    reconciler = Reconciler()
    assert await look(Requester([created(1)]), reconciler=reconciler) == created(1)
    assert await look(Requester([created(1)]), reconciler=reconciler) is Finding.ABSENT
    both = Requester([created(2, 8), created(1)])
    assert await look(both, reconciler=reconciler) == created(2, 8)


async def test_a_ticket_of_a_call_that_went_well_is_not_given_to_another() -> None:
    reconciler = Reconciler()
    reconciler.claim(7)
    assert await look(Requester([created(1)]), reconciler=reconciler) is Finding.ABSENT


async def test_the_oldest_of_several_is_taken_first() -> None:
    reconciler = Reconciler()
    three = Requester([created(3, 9), created(1, 7), created(2, 8)])
    found = [await look(three, reconciler=reconciler) for _ in range(3)]
    assert [ticket.id for ticket in found if isinstance(ticket, Ticket)] == [7, 8, 9]


async def test_only_so_many_claims_are_kept_and_the_oldest_are_forgotten() -> None:
    reconciler = Reconciler()
    for number in range(1, MOST_CLAIMS + 2):
        reconciler.claim(number)
    assert len(reconciler._claims) == MOST_CLAIMS
    assert await look(Requester([created(1, 2)]), reconciler=reconciler) is Finding.ABSENT
    assert await look(Requester([created(1, 1)]), reconciler=reconciler) == created(1, 1)


# --- Turns -------------------------------------------------------------------------------------------------------


class Creates:
    """Creates of one process, each under way for a second, and the times at which they began."""

    def __init__(self) -> None:
        self.reconciler = Reconciler()
        self.starts: list[tuple[str, float]] = []
        self.under_way: list[Twin] = []
        self._began = anyio.current_time()

    async def run(self, name: str, twin: Twin, deadline_s: float = 45.0) -> None:
        async with self.reconciler.turn(twin, anyio.current_time() + deadline_s):
            assert twin not in self.under_way
            self.under_way.append(twin)
            self.starts.append((name, anyio.current_time() - self._began))
            try:
                await anyio.sleep(1)
            finally:
                self.under_way.remove(twin)


def approximately(starts: list[tuple[str, float]]) -> list[tuple[str, object]]:
    return [(name, pytest.approx(start, abs=0.001)) for name, start in starts]


async def test_identical_creates_go_one_after_the_other() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(creates.run, name, twin_of())
            await anyio.wait_all_tasks_blocked()
    assert creates.starts == approximately([("a", 0), ("b", 1), ("c", 2)])
    assert creates.reconciler._turns == {}


async def test_different_ones_do_not_wait() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(creates.run, name, twin_of(subject=name))
            await anyio.wait_all_tasks_blocked()
    assert creates.starts == approximately([("a", 0), ("b", 0), ("c", 0)])
    assert creates.reconciler._turns == {}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_one_that_comes_while_a_turn_is_handed_over_does_not_overtake(anyio_backend: str) -> None:
    del anyio_backend
    reconciler, order = Reconciler(), list[str]()
    deadline = anyio.current_time() + 45

    async def run(name: str, then: Callable[[], object] = lambda: None) -> None:
        async with reconciler.turn(twin_of(), deadline):
            order.append(f"{name} begins")
            await anyio.wait_all_tasks_blocked()
            order.append(f"{name} ends")
        then()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, "a", lambda: tasks.start_soon(run, "c"))
        tasks.start_soon(run, "b")
    assert order[0::2] == [entry.replace("ends", "begins") for entry in order[1::2]]
    assert {order[0][0], order[2][0]} == {"a", "b"}
    assert order[4:] == ["c begins", "c ends"]
    assert reconciler._turns == {}


async def test_a_turn_is_waited_for_until_the_deadline_and_no_longer() -> None:
    creates, started = Creates(), anyio.current_time()
    async with anyio.create_task_group() as tasks:
        for name in "ab":
            tasks.start_soon(creates.run, name, twin_of())
            await anyio.wait_all_tasks_blocked()
        with pytest.raises(OverloadedError) as caught:
            await creates.run("c", twin_of(), 1.5)
        assert anyio.current_time() - started == pytest.approx(1.5, abs=0.001)
        assert (caught.value.operation, caught.value.outcome) == ("create_ticket", Outcome.NOT_SENT)
    assert creates.starts == approximately([("a", 0), ("b", 1)])
    assert creates.reconciler._turns == {}


async def test_a_create_that_fails_or_is_cancelled_leaves_its_turn_to_the_next() -> None:
    creates = Creates()

    async def fail() -> None:
        with pytest.raises(KeyError):
            async with creates.reconciler.turn(twin_of(), anyio.current_time() + 45):
                raise KeyError

    await fail()
    assert creates.reconciler._turns == {}
    async with anyio.create_task_group() as tasks:
        with anyio.move_on_after(0.25):
            await creates.run("cancelled", twin_of())
        tasks.start_soon(creates.run, "next", twin_of())
    assert creates.starts == approximately([("cancelled", 0), ("next", 0.25)])
    assert creates.reconciler._turns == {}


async def test_a_create_that_is_cancelled_while_it_waits_leaves_nothing_behind() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(creates.run, "a", twin_of())
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.25) as scope:
            await creates.run("cancelled", twin_of())
        assert scope.cancelled_caught
        tasks.start_soon(creates.run, "b", twin_of())
    assert creates.starts == approximately([("a", 0), ("b", 1)])
    assert creates.reconciler._turns == {}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_neither_does_one_that_is_cancelled_before_it_can_wait(anyio_backend: str) -> None:
    del anyio_backend
    reconciler = Reconciler()
    with anyio.CancelScope() as scope:
        scope.cancel()
        async with reconciler.turn(twin_of(), anyio.current_time() + 45):
            pytest.fail("its turn never comes")
    assert reconciler._turns == {}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_neither_does_one_whose_turn_comes_as_it_is_cancelled(anyio_backend: str) -> None:
    del anyio_backend
    reconciler, scope = Reconciler(), anyio.CancelScope()

    async def run() -> None:
        with scope:
            async with reconciler.turn(twin_of(), anyio.current_time() + 45):
                await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        async with reconciler.turn(twin_of(), anyio.current_time() + 45):
            tasks.start_soon(run)
            await anyio.wait_all_tasks_blocked()
        scope.cancel()
    assert reconciler._turns == {}


@pytest.mark.parametrize("text", ["<![]>", "<![x[ y", "<![x>y", "<![ ", "&#" + "9" * 5000 + ";"])
def test_words_of_any_text_are_read(text: str) -> None:
    assert words_from_html(text) == words_from_html(text)


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        *[("", piece) for piece in ("<!--", "<a ", "<", "</", "<a x='", "<script>", "<script></scr", "<![if ", "<?")],
        *[("", "&"), ("", "&#9"), ("<a", " "), ("<a '", "x"), ("<!--", "--"), ("", "-->"), ("", "<!---->")],
    ],
)
def test_words_of_any_text_are_read_in_time_in_proportion(before: str, piece: str) -> None:
    assert_linear(words_from_html, lambda size: before + piece * size, 5_000)
