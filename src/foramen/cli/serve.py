"""``foramen serve``: the page and the JSON API on this machine."""

from __future__ import annotations

import os
import socket
import ssl
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from foramen.errors import CaseError, MissingExtraError

# what the page needs besides uvicorn; the server's own process would stumble over one that is missing
PARTS = ("babel", "fastapi", "jinja2", "markdown_it", "orjson", "python_multipart")


def command(
    host: Annotated[str, typer.Option(help="Address to listen on; any but loopback needs a password.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option(help="Host name that the server answers to, besides loopback; repeatable.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    examples: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of example cases to offer on the page.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS private key (PEM).")] = None,
) -> None:
    """Serve the page and the JSON API. The password is taken from FORAMEN_PASSWORD in the environment."""
    try:
        import uvicorn
        from uvicorn.supervisors import Multiprocess

        from foramen.web.settings import PASSWORD, Settings, is_loopback
        from foramen.web.templates import STATIC
    except ImportError:
        raise MissingExtraError("The page", "web") from None
    if not all(map(find_spec, PARTS)):
        raise MissingExtraError("The page", "web")
    _check_files(examples, certificate, key)
    settings = Settings(
        host=host, port=port, password=os.environ.get(PASSWORD, ""), names=tuple(name or ()), examples=examples
    )
    os.environ.update(settings.environment())  # worker processes read them there
    _check_free(host, port)
    scheme = "https" if certificate else "http"
    print(f"Foramen answers at {scheme}://{host}:{port} (Ctrl-C ends it).")
    if not is_loopback(host) and certificate is None:
        print("Without --certificate the password travels unprotected; put a TLS proxy in front.", file=sys.stderr)
    if not (STATIC / "vendor" / "htmx.min.js").exists():
        print("The browser files are missing, so the page is plain; fetch them with: make assets", file=sys.stderr)
    sys.stdout.flush()
    config = uvicorn.Config(
        "foramen.web.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        if workers > 1:
            Multiprocess(config, sockets=[listen(host, port)]).run()
        else:
            server.run()
    if workers == 1 and not server.started:
        raise typer.Exit(1)


class OwnSocket(socket.socket):
    """A socket at a port that several processes share, each with a queue of its own.

    At one socket for all, the first worker to wake takes every waiting connection and the others idle. Handed to
    another process it is opened anew there, so that the system deals out the connections.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # taken over by each connection; without it every answer would wait 40 ms for the network
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.bind((host, port))

    def __reduce__(self) -> tuple[type[OwnSocket], tuple[str, int]]:
        host, port = self.getsockname()[:2]
        return OwnSocket, (host, port)

    def __reduce_ex__(self, protocol: object) -> tuple[type[OwnSocket], tuple[str, int]]:
        return self.__reduce__()


def listen(host: str, port: int) -> OwnSocket:
    """The workers' socket. Raises ``CaseError`` where the port is taken or the address is not this machine's."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))  # unlike the shared one, refused where another server answers at the port
        return OwnSocket(host, port)
    except OSError as error:
        raise _cannot_listen(error, port) from None


def _check_free(host: str, port: int) -> None:
    """Raises ``CaseError`` where a server answers at the port, or the address is not this machine's."""
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                probe = socket.socket(family, kind, protocol)
            except OSError:  # a family that this machine does not speak; the server passes it over, too
                continue
            with probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        raise _cannot_listen(error, port) from None


def _cannot_listen(error: OSError, port: int) -> CaseError:
    cure = "Choose another --port or --host."
    return CaseError(f"cannot listen there ({error.strerror})", field="--port", given=port, cure=cure)


def _check_files(examples: Path | None, certificate: Path | None, key: Path | None) -> None:
    if examples is not None and not examples.is_dir():
        raise CaseError("no such folder", field="--examples", given=str(examples))
    if (certificate is None) != (key is None):
        raise CaseError("--certificate and --key belong together", field="--certificate")
    for option, path in (("--certificate", certificate), ("--key", key)):
        if path is not None and not path.is_file():
            raise CaseError("no such file", field=option, given=str(path))
    if certificate is not None and key is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
        except OSError as error:  # as those of ssl are
            reason = (getattr(error, "reason", None) or error.strerror or "not PEM").replace("_", " ").lower()
            raise CaseError(
                f"the certificate and its key cannot be used ({reason})", field="--certificate",
                cure="Both are PEM files that belong together; the key is without a passphrase.",
            ) from None  # fmt: skip
