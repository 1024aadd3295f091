"""How long a treatment takes: a wide range, and an estimate.

A few sources count hours.  One studio sets about 14,000 dots in a session of 2 to 4 hours (jonathangerow.com), which
is 3500 to 7000 an hour.  Surgeons write of 20 to 30 hours for a full head (plasticsurgerykey.com; PMC9485964), which
has 28,000 to 37,500 dots by our own reckoning: 900 to 1900 an hour.  A clinic that knows its pace says it.

Numbers: an estimate from these counts.
"""

from __future__ import annotations

#: dots set in an hour, slow and fast: an estimate, see above
DOTS_PER_HOUR = (1000.0, 7000.0)


def hours(n_dots: int, dots_per_hour: tuple[float, float] | None = None) -> tuple[float, float]:
    """Return the hours that some dots take, the least and the most (an estimate).

    Parameters
    ----------
    n_dots : int
        Dots, 0 or more.
    dots_per_hour : (float, float), optional
        A clinic's own pace, slow and fast.
    """
    slow, fast = dots_per_hour or DOTS_PER_HOUR
    return n_dots / fast, n_dots / slow
