"""The connections that end when there are too many, or when too much is kept for them."""

from freshdesk_mcp_server.transports.room import Budget, Room


class Client:
    """A connection that remembers its end."""

    def __init__(self, room: Room | None = None) -> None:
        self.is_ended = False
        if room is not None:
            room.enter(self)

    def abort(self) -> None:
        assert not self.is_ended
        self.is_ended = True


def test_the_connection_that_waited_longest_makes_room() -> None:
    room = Room(most_connections=2)
    first, second, third = Client(room), Client(room), Client(room)
    assert [client.is_ended for client in (first, second, third)] == [True, False, False]
    Client(room)
    assert second.is_ended


def test_a_working_connection_stays() -> None:
    room = Room(most_connections=2)
    first, second = Client(room), Client(room)
    room.works(first)
    Client(room)
    assert [client.is_ended for client in (first, second)] == [False, True]


def test_a_second_wait_of_a_connection_counts_from_its_own_beginning() -> None:
    room = Room(most_connections=2)
    first, second = Client(room), Client(room)
    room.works(first)
    room.waits(first, 0)
    Client(room)
    assert [client.is_ended for client in (first, second)] == [False, True]


def test_a_continued_wait_of_a_connection_counts_from_its_first_beginning() -> None:
    """A body that comes byte by byte keeps no place for longer."""
    room = Room(most_connections=2)
    first, second = Client(room), Client(room)
    room.waits(first, 1)
    Client(room)
    assert [client.is_ended for client in (first, second)] == [True, False]


def test_a_new_connection_ends_if_all_others_work() -> None:
    room = Room(most_connections=1)
    first = Client(room)
    room.works(first)
    second = Client(room)
    assert [client.is_ended for client in (first, second)] == [False, True]


def test_a_connection_that_left_has_no_place() -> None:
    room = Room(most_connections=1)
    first = Client(room)
    room.leave(first)
    room.waits(first, 0)
    second = Client(room)
    assert [client.is_ended for client in (first, second)] == [False, False]


def test_the_connection_with_most_kept_bytes_ends() -> None:
    room = Room(budget=Budget(10))
    few, many = Client(room), Client(room)
    room.waits(few, 4)
    room.waits(many, 6)
    assert not many.is_ended
    room.waits(few, 5)
    assert [client.is_ended for client in (few, many)] == [False, True]


def test_the_kept_bytes_of_a_connection_count_until_it_works_or_leaves() -> None:
    room = Room(budget=Budget(10))
    clients = [Client(room) for _ in range(5)]
    room.waits(clients[0], 6)
    room.works(clients[0])
    room.waits(clients[1], 6)
    room.leave(clients[1])
    room.waits(clients[2], 6)
    room.waits(clients[2], 1)
    room.waits(clients[3], 6)
    assert not any(client.is_ended for client in clients)
    room.waits(clients[4], 4)
    assert [client.is_ended for client in clients] == [False, False, False, True, False]


def test_a_single_connection_with_too_many_kept_bytes_ends() -> None:
    budget = Budget(10)
    client = Client()
    budget.hold(client, 11)
    assert client.is_ended
    other = Client()
    budget.hold(other, 10)
    assert not other.is_ended
