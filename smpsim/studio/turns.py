"""Whose turn it is: of the questions about one photo the newest is answered, and nothing is drawn for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

#: a picture that takes longer is given up, s
LONGEST_SECONDS = 30.0


class SupersededError(Exception):
    """A newer question has come."""


class LateError(Exception):
    """The time for a picture is over."""


class Turns:
    """The order of the questions about one photo; one is worked on at a time.

    A leading question (a picture of what is wanted now) takes the place of all older ones, under way or waiting.  The
    others, layers and tiles, give way to leading ones and take nobody's place.
    """

    def __init__(self, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds
        self._lock = Lock()
        self._newest = 0

    def ask(self, *, leads: bool) -> Turn:
        """Take a turn; it is had in :meth:`Turn.had`."""
        if leads:
            self._newest += 1
        return Turn(self, self._newest, self._longest_seconds)

    def is_newest(self, number: int) -> bool:
        """Whether nothing that leads has come since."""
        return number == self._newest

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait until nobody else is at work, and be the one who is."""
        with self._lock:
            yield


class Turn:
    """One question's turn; called while it is worked on, as a progress, it says when to stop."""

    def __init__(self, turns: Turns, number: int, seconds: float) -> None:
        self._turns, self._number, self._seconds = turns, number, seconds
        self._ends = float("inf")

    def __call__(self, share: float = 0.0, stage: str = "") -> None:
        """Go on, or not.

        Raises
        ------
        SupersededError
            When a newer question leads.
        LateError
            When this one has taken too long.
        """
        if not self._turns.is_newest(self._number):
            raise SupersededError
        if time.monotonic() > self._ends:
            raise LateError

    @contextmanager
    def had(self) -> Iterator[None]:
        """Wait for the others, then work; the time that may be taken begins."""
        with self._turns.held():
            self._ends = time.monotonic() + self._seconds
            self()
            yield
