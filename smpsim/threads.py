"""Several pieces of work at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(work: Callable[[Item], Result], items: Sequence[Item], threads: int) -> Iterator[Result]:
    """Work on some items, several at a time.

    Parameters
    ----------
    work : callable
        Takes an item; must not care what is done beside it.
    items : sequence
        The items.
    threads : int
        How many at a time.

    Yields
    ------
    Result
        In the order of the items.  When one fails, what is begun ends, the rest is left, and its error is raised.
    """
    if threads == 1 or len(items) < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(min(threads, len(items)), "smpsim") as pool:
        yield from pool.map(work, items)


@contextmanager
def beside(work: Callable[[], Result], threads: int) -> Iterator[Callable[[], Result]]:
    """Do some work beside what is done in the meantime.

    Parameters
    ----------
    work : callable
        The work; must not care what is done beside it.
    threads : int
        With 1 it is done when its result is asked for.

    Yields
    ------
    callable
        Waits for the result, or raises the error of the work; to be called once at most.
    """
    if threads == 1:
        yield work
        return
    with ThreadPoolExecutor(1, "smpsim") as pool:
        yield pool.submit(work).result
