"""The connections that end when there are too many, or when too much is kept for them."""

from freshdesk_mcp_server.transports.connections import Budget, Connections


class Client:
    """A connection that remembers its end."""

    def __init__(self, connections: Connections | None = None) -> None:
        self.is_ended = False
        if connections is not None:
            connections.enter(self)

    def abort(self) -> None:
        assert not self.is_ended
        self.is_ended = True


def test_the_connection_that_waited_longest_makes_room() -> None:
    connections = Connections(most_connections=2)
    first, second, third = Client(connections), Client(connections), Client(connections)
    assert [client.is_ended for client in (first, second, third)] == [True, False, False]
    Client(connections)
    assert second.is_ended


def test_a_working_connection_stays() -> None:
    connections = Connections(most_connections=2)
    first, second = Client(connections), Client(connections)
    connections.works(first)
    Client(connections)
    assert [client.is_ended for client in (first, second)] == [False, True]


def test_a_second_wait_of_a_connection_counts_from_its_own_beginning() -> None:
    connections = Connections(most_connections=2)
    first, second = Client(connections), Client(connections)
    connections.works(first)
    connections.waits(first, 0)
    Client(connections)
    assert [client.is_ended for client in (first, second)] == [False, True]


def test_a_continued_wait_of_a_connection_counts_from_its_first_beginning() -> None:
    """A body that comes byte by byte keeps no place for longer."""
    connections = Connections(most_connections=2)
    first, second = Client(connections), Client(connections)
    connections.waits(first, 1)
    Client(connections)
    assert [client.is_ended for client in (first, second)] == [True, False]


def test_a_new_connection_ends_if_all_others_work() -> None:
    connections = Connections(most_connections=1)
    first = Client(connections)
    connections.works(first)
    second = Client(connections)
    assert [client.is_ended for client in (first, second)] == [False, True]


def test_a_connection_that_left_has_no_place() -> None:
    connections = Connections(most_connections=1)
    first = Client(connections)
    connections.leave(first)
    connections.waits(first, 0)
    second = Client(connections)
    assert [client.is_ended for client in (first, second)] == [False, False]


def test_the_connection_with_most_kept_bytes_ends() -> None:
    connections = Connections(budget=Budget(10))
    few, many = Client(connections), Client(connections)
    connections.waits(few, 4)
    connections.waits(many, 6)
    assert not many.is_ended
    connections.waits(few, 5)
    assert [client.is_ended for client in (few, many)] == [False, True]


def test_the_kept_bytes_of_a_connection_count_until_it_works_or_leaves() -> None:
    connections = Connections(budget=Budget(10))
    clients = [Client(connections) for _ in range(5)]
    connections.waits(clients[0], 6)
    connections.works(clients[0])
    connections.waits(clients[1], 6)
    connections.leave(clients[1])
    connections.waits(clients[2], 6)
    connections.waits(clients[2], 1)
    connections.waits(clients[3], 6)
    assert not any(client.is_ended for client in clients)
    connections.waits(clients[4], 4)
    assert [client.is_ended for client in clients] == [False, False, False, True, False]


def test_a_single_connection_with_too_many_kept_bytes_ends() -> None:
    budget = Budget(10)
    client = Client()
    budget.hold(client, 11)
    assert client.is_ended
    other = Client()
    budget.hold(other, 10)
    assert not other.is_ended
