"""How the server is to be run; what would expose patients is refused here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from foramen.errors import CaseError

PASSWORD = "FORAMEN_PASSWORD"
SHORTEST = 12  # characters of a password for an open address
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to listen, who may come in and which cases are offered as examples.

    ``password`` empty: no authentication, allowed on a loopback address only. ``names``: host names that requests may
    be addressed to (against DNS rebinding); empty: loopback names only.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    password: str = field(default="", repr=False)
    names: tuple[str, ...] = ()
    examples: Path | None = None

    def __post_init__(self) -> None:
        if self.password and len(self.password) < SHORTEST:
            raise CaseError(f"the password is too short: at least {SHORTEST} characters", field=PASSWORD)
        if not is_loopback(self.host) and not self.password:
            raise CaseError(
                "this address is open to others, and no password is set",
                field="--host",
                given=self.host,
                cure=f"Set {PASSWORD} in the environment (and serve behind TLS), or leave the default, 127.0.0.1.",
            )

    def environment(self) -> dict[str, str]:
        """These settings as environment variables, for worker processes."""
        values = {"FORAMEN_HOST": self.host, PASSWORD: self.password, "FORAMEN_NAMES": ",".join(self.names)}
        if self.examples is not None:
            values["FORAMEN_EXAMPLES"] = str(self.examples)
        return {"FORAMEN_PORT": str(self.port), **values}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def from_environment(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``FORAMEN_*`` variables. Raises ``CaseError`` as ``Settings`` does."""
    env = os.environ if env is None else env
    folder = env.get("FORAMEN_EXAMPLES")
    return Settings(
        host=env.get("FORAMEN_HOST", "127.0.0.1"),
        port=int(env.get("FORAMEN_PORT", "8000")),
        password=env.get(PASSWORD, ""),
        names=tuple(n for n in env.get("FORAMEN_NAMES", "").split(",") if n),
        examples=Path(folder) if folder else None,
    )
