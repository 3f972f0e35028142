"""A small cache of computed things: least recently used out first, each computed once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from comparenotes.web.turns import Turns

T = TypeVar("T")


class Cache(Generic[T]):
    """A bounded map from key to value, safe for threads.

    What is there is read without waiting; what is missing is made when ``turns`` allows.
    Two threads that ask for the same missing key compute it once: the second waits.
    Caches whose values are made of one another's share their ``turns``, so that no two
    threads can wait for each other.
    """

    def __init__(self, most: int, turns: Turns) -> None:
        self.most = most
        self._turns = turns
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()  # held for a moment, never while anything is made

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

    def put(self, key: Hashable, value: T) -> T:
        """Keep ``value`` and return it."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._values.popitem(last=False)
        return value

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of ``key``, made with ``make`` where it is missing."""
        found = self._there(key)
        if not found:
            with self._turns:
                found = self._there(key)  # someone before may have made it
                if not found:
                    return self.put(key, make())
        return found[0]

    def _there(self, key: Hashable) -> tuple[T] | tuple[()]:
        with self._lock:
            if key not in self._values:
                return ()
            self._values.move_to_end(key)
            return (self._values[key],)
