"""What a clinic adds to the sheets of its clients: its own words, signed or not.

::

    schema = 1
    heading = "Studio Example, 1 Example Street"
    consent = '''...'''              # paragraphs are parted by empty lines
    aftercare = '''...'''
    signatures = ["Client", "Technician"]
    dots_per_hour = [2500, 4000]     # the clinic's own pace, slow and fast

All of it is plain text, and all may be left out.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self

from smpsim.errors import ParameterError
from smpsim.files.strict import read_table

_KEYS = ("heading", "consent", "aftercare", "signatures", "dots_per_hour")
# signatures, letters of one, and of every other text
_MOST_SIGNATURES, _LONGEST_SIGNATURE, _LONGEST_TEXT = 6, 200, 40_000
# an hour has 3600 s
_RATES = (50.0, 100_000.0)


@dataclass(frozen=True)
class Clinic:
    """The clinic's own words for the sheet; empty by default.

    Attributes
    ----------
    heading : str
        Who the clinic is.
    consent, aftercare : str
        Paragraphs, parted by empty lines.
    signatures : tuple of str
        Who signs, a line each.
    dots_per_hour : (float, float) or None
        How many dots are set in an hour, slow and fast; None for what is known of the trade.

    Raises
    ------
    ParameterError
        When there are more than 6 signatures, a text is too long, or the pace is none.
    """

    heading: str = ""
    consent: str = ""
    aftercare: str = ""
    signatures: tuple[str, ...] = ()
    dots_per_hour: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        whole = all(isinstance(who, str) and len(who) <= _LONGEST_SIGNATURE for who in self.signatures)
        if len(self.signatures) > _MOST_SIGNATURES or not whole:
            raise ParameterError(
                f"signatures: give at most {_MOST_SIGNATURES} texts of at most {_LONGEST_SIGNATURE} letters",
                name="signatures",
            )
        for name in ("heading", "consent", "aftercare"):
            if len(getattr(self, name)) > _LONGEST_TEXT:
                raise ParameterError(f"{name}: more than {_LONGEST_TEXT} letters do not fit on a sheet", name=name)
        low, high = _RATES
        pace = self.dots_per_hour
        if pace is not None and not (
            len(pace) == 2 and all(type(p) in (int, float) for p in pace) and low <= pace[0] <= pace[1] <= high
        ):
            raise ParameterError(
                f"dots_per_hour: {list(pace)} is not allowed; give [slow, fast], {low:g} to {high:g}",
                name="dots_per_hour",
                value=pace,
            )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read the clinic's words from a TOML file.

        Parameters
        ----------
        path : str or path-like
            The file.

        Raises
        ------
        TreatmentFileError
            When it cannot be read, is no TOML or of another schema.
        ParameterError
            For an unknown key (with the nearest valid one) or a value that is not allowed.
        """
        table = read_table(path, "clinic", _KEYS)
        pace = table.take("dots_per_hour", list, [])
        return cls(
            heading=table.take("heading", str, ""),
            consent=table.take("consent", str, ""),
            aftercare=table.take("aftercare", str, ""),
            signatures=tuple(table.take("signatures", list, [])),
            dots_per_hour=tuple(pace) if "dots_per_hour" in table.values else None,
        )
