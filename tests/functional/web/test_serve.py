"""How the server listens."""

import socket

import uvicorn

from foramen.cli.serve import listen


def test_connections_to_several_workers_do_not_wait_for_the_network():
    with listen(uvicorn.Config("foramen.web.app:create_app", host="127.0.0.1", port=0, log_level="error")) as server:
        server.listen()
        with socket.create_connection(server.getsockname()), server.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
