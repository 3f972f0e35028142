"""A small cache of computed things: least recently used out first, each computed once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """A bounded map from key to value, safe for threads.

    Two threads that ask for the same missing key compute it once: the second waits.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        self._busy: dict[Hashable, threading.Lock] = {}

    def __len__(self) -> int:
        return len(self._values)

    def has(self, key: Hashable) -> bool:
        """Return whether ``key`` is there."""
        with self._lock:
            return key in self._values

    def keys(self) -> list[Hashable]:
        """Return the keys there are, least recently used first."""
        with self._lock:
            return list(self._values)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of ``key``, made with ``make`` where it is missing."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                if key in self._values:
                    self._values.move_to_end(key)
                    return self._values[key]
            try:
                value = make()
                with self._lock:
                    self._values[key] = value
                    while len(self._values) > self.most:
                        self._values.popitem(last=False)
            finally:
                with self._lock:
                    self._busy.pop(key, None)
        return value
