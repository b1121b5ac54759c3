"""One case is small work: more than one thread of the linear algebra library only waits for the others."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[Any]:
    """Within this context NumPy's matrix products use one thread."""
    return _controller().limit(limits=1, user_api="blas")
