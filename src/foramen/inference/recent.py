"""A store of arrays that keeps those used last, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from foramen.model.parameters import Floats


class Recent:
    """Arrays by key. What was not used for longest is let go once they hold more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0
        self._kept: OrderedDict[Hashable, Floats] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Floats]) -> Floats:
        """The array of a key, made if it is not there. Callers do not write into it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = make()
        value.setflags(write=False)  # it is shared by all who ask for it
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value
                self.held += value.nbytes
            while self.held > self.limit and len(self._kept) > 1:
                self.held -= self._kept.popitem(last=False)[1].nbytes
        return value

    def __len__(self) -> int:
        return len(self._kept)
