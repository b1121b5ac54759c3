"""How the server listens."""

import pickle
import socket
from contextlib import suppress

import pytest

from foramen.cli.serve import listen
from foramen.errors import CaseError


def test_connections_to_several_workers_do_not_wait_for_the_network():
    with listen("127.0.0.1", 0) as server:
        server.listen()
        with socket.create_connection(server.getsockname()), server.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_each_worker_has_a_queue_of_its_own_at_the_same_port():
    """At one socket for all, one worker took every connection and the other idled."""
    with listen("127.0.0.1", 0) as parent:
        workers = [pickle.loads(pickle.dumps(parent)) for _ in range(2)]
        taken = [0, 0]
        for worker in workers:
            assert worker.getsockname() == parent.getsockname()
            worker.listen()
            worker.setblocking(False)
        calls = [socket.create_connection(parent.getsockname()) for _ in range(64)]
        for i, worker in enumerate(workers):
            with worker, suppress(BlockingIOError):
                while True:
                    worker.accept()[0].close()
                    taken[i] += 1
        for call in calls:
            call.close()
        assert sum(taken) == 64
        assert min(taken) > 0


def test_a_taken_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CaseError, match="cannot listen there"):
        listen("127.0.0.1", other.getsockname()[1])
