"""When the picture is taken: sessions, healing, years, touch-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from smpsim.declare import declare

#: how fast a course runs
PACES = ("slow", "typical", "fast")


#: sessions of a treatment -> share of the final density that stands after each
# pubmed 40899372 for three sessions; others are estimates
_SHARES = {1: (1.0,), 2: (0.5, 1.0), 3: (0.3, 0.7, 1.0), 4: (0.25, 0.5, 0.75, 1.0)}


def _share(number: int) -> Any:
    """Declare the share that stands after a session."""
    return declare(
        None,
        low=0.05,
        high=0.95,
        step=0.05,
        derived="by-number",
        help=f"share of the final density that stands after session {number}, unless it is the last",
        source="30 % and 70 % of three sessions in a study of ten patients (pubmed 40899372); others are estimates",
    )


@dataclass(frozen=True)
class Course:
    """When the picture is taken."""

    n_sessions: int = declare(
        3,
        low=1,
        high=4,
        whole=True,
        help="sessions of the whole treatment",
        source="2 to 4 sessions are usual (hishairclinic.com and others)",
    )
    session: int | None = declare(
        None,
        low=1,
        high=4,
        whole=True,
        derived="last",
        flag="--session",
        help="session after which the picture is taken",
        source="the finished work by default",
    )
    session_1_frac: float | None = _share(1)
    session_2_frac: float | None = _share(2)
    session_3_frac: float | None = _share(3)
    first_ink_frac: float = declare(
        1.0,
        low=0.3,
        high=1,
        step=0.05,
        help="ink of the dots of the first session over that of the last; below 1 begins lighter and goes darker",
        source="first session lighter, later darker (karen-nicolaou.com, elkasmp.com.au), without a number; all alike",
    )
    session_gap_days: float = declare(
        10.0,
        low=4,
        high=60,
        step=1,
        unit="d",
        help="time between two sessions: dots of earlier ones have healed for so much longer",
        source="7 to 14 days, seen 4 to 30 (scalpdots.com, elixirpigmentation.com)",
    )
    age_days: float | str | None = declare(
        None,
        low=0,
        high=5500,
        step=1,
        unit="d",
        words=("fresh",),
        derived="settled",
        flag="--age",
        help='time since the last session, for example 4wk or 3y; "settled" is after healing, before fading',
        source="settled by default; courses are estimates: 3 to 28 days fast, then slow, extrapolated from 6 years",
    )
    healing: str = declare(
        "typical",
        words=PACES,
        flag="--healing",
        help="how fast the skin heals: redness for 5, 4 or 2 days, scabs until day 9, 7 or 6",
        source="redness 1 to 5 days, scabs until day 7 (hishairclinic.com, smpofaustin.com); 6 and 9 are estimates",
    )
    first_loss_frac: float = declare(
        0.25,
        low=0,
        high=0.5,
        step=0.05,
        help="share of the fresh dots' visible darkening that is lost until they have settled, in four weeks",
        source="estimate: no source gives a number",
    )
    redness_blood_frac: float = declare(
        0.008,
        low=0,
        high=0.02,
        step=0.001,
        help="blood that the skin holds on the day of the session beyond its usual 0.002 to 0.008, as a share of it",
        source="estimate",
    )
    fading: str = declare(
        "typical",
        words=PACES,
        flag="--fading",
        help="how fast dots fade, spread and turn: three fifths are left after about 8, 5 or 3 years",
        source="a tenth less after 6 months (pubmed 40899372); clear after 3 to 5 (robjamessmp.com) or 4 to 6 years "
        "(scalpologyink.com); years of the three bands and their spread are estimates",
    )
    n_touchups: int = declare(
        0,
        low=0,
        high=6,
        whole=True,
        help="touch-ups over the years, each of new dots beside the old ones",
        source="none by default; too many end in a block of colour (toplinesmp.com)",
    )
    touchup_years: float = declare(
        4.0,
        low=1,
        high=10,
        step=0.5,
        unit="y",
        help="time between touch-ups",
        source="estimate: 2 to 4 years (ink2scalp.com), others 1 to 6",
    )
    touchup_frac: float = declare(
        0.3,
        low=0.05,
        high=1,
        step=0.05,
        help="dots of a touch-up over those of the whole treatment",
        source="estimate",
    )

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the final density that stands after each session, the last being 1."""
        given = (self.session_1_frac, self.session_2_frac, self.session_3_frac, None)
        usual = _SHARES[self.n_sessions]
        return tuple(share if mine is None or share == 1 else mine for share, mine in zip(usual, given, strict=False))
