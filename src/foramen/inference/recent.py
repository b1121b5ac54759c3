"""A store that keeps what was used last, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Anything that knows how much memory it takes, as arrays do."""

    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)


class Recent(Generic[T]):
    """Values by key. What was not used for longest is let go once they hold more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made if it is not there. It is shared: callers do not write into it."""
        value = self._kept.get(key)
        if value is not None:
            with suppress(KeyError):  # let go by another thread since; the value is still good
                self._kept.move_to_end(key)
            return value
        value = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value
                self.held += value.nbytes
            while self.held > self.limit and len(self._kept) > 1:
                self.held -= self._kept.popitem(last=False)[1].nbytes
        return value

    def __len__(self) -> int:
        return len(self._kept)
