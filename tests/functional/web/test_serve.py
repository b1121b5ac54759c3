"""How the server listens."""

import pickle
import socket
from contextlib import suppress

import pytest

from foramen.cli import serve
from foramen.cli.main import main
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


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_taken_port_is_told_before_anything_is_promised(workers, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert main(["serve", "--port", str(other.getsockname()[1]), "--workers", workers]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: --port: cannot listen there (Address already in use).")
    assert err.count("\n") == 1


def test_an_address_of_another_machine_is_told(capsys, monkeypatch):
    monkeypatch.setenv("FORAMEN_PASSWORD", "correct horse battery")
    assert main(["serve", "--host", "203.0.113.7", "--port", "8123"]) == 2
    assert "cannot listen there" in capsys.readouterr().err


BEGUN = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("content", ["", "no certificate\n", BEGUN])
def test_a_certificate_that_is_none_is_told(tmp_path, capsys, content):
    for name in ("a.pem", "b.pem"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    files = ["--certificate", str(tmp_path / "a.pem"), "--key", str(tmp_path / "b.pem")]
    assert main(["serve", *files]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: --certificate: the certificate and its key cannot be used (")
    assert err.count("\n") == 1


@pytest.mark.parametrize("part", serve.PARTS)
def test_a_part_that_is_not_installed_is_told(part, monkeypatch, capsys):
    found = serve.find_spec
    monkeypatch.setattr(serve, "find_spec", lambda name: None if name == part else found(name))
    assert main(["serve"]) == 5
    out, err = capsys.readouterr()
    assert (out, err) == ("", "error: The page needs an optional part. Install it with: pip install 'foramen[web]'\n")
