"""Warnings of decoders become texts, and those of everybody else stay what they are."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable

import pytest
from pictures import encoded, picture

from smpsim.files.photo import read_photo
from smpsim.files.quiet import caught_warnings


def meanwhile(do: Callable[[], None]) -> list[str]:
    """Do something in this thread while another one collects; what that one got of a warning of its own."""
    inside, done = threading.Event(), threading.Event()
    collected: list[str] = []

    def collect() -> None:
        with caught_warnings() as mine:
            inside.set()
            done.wait(10)
            warnings.warn("mine", UserWarning, stacklevel=1)
            collected.extend(mine)

    thread = threading.Thread(target=collect)
    thread.start()
    assert inside.wait(10)
    try:
        do()
    finally:
        done.set()
        thread.join()
    return collected


def test_another_thread_that_wants_errors_gets_them() -> None:
    def warn() -> None:
        with pytest.raises(RuntimeWarning, match="theirs"):
            warnings.warn("theirs", RuntimeWarning, stacklevel=1)

    warnings.simplefilter("error")
    assert meanwhile(warn) == ["mine"]


def test_filters_of_others_stay_when_blocks_overlap() -> None:
    with caught_warnings():
        pass
    before, show = warnings.filters[:], warnings.showwarning
    other = warnings.catch_warnings()
    assert meanwhile(lambda: other.__enter__() and None) == ["mine"]  # type: ignore[func-returns-value]
    warnings.simplefilter("always")
    other.__exit__(None, None, None)
    assert (warnings.filters, warnings.showwarning) == (before, show)
    with pytest.warns(UserWarning, match="later"):
        warnings.warn("later", UserWarning, stacklevel=1)


def test_what_was_shown_once_is_collected_all_the_same() -> None:
    def warn() -> None:
        warnings.warn("damaged", UserWarning, stacklevel=1)

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("default")
        warn()
        for _ in range(2):
            with caught_warnings() as mine:
                warn()
            assert mine == ["damaged"]
    assert len(shown) == 1


def test_many_threads_read_at_once() -> None:
    block = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x0f\x01\x02\0"
    data = encoded(picture(40, 40), "JPEG", exif=block)
    failures = []

    def work() -> None:
        try:
            for _ in range(40):
                (notice,) = read_photo(data).notices
                assert notice.startswith("damaged notes")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
