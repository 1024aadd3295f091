"""The shape of the scalp: where a place in the picture lies on the skin.

A surface has a flat *chart* in millimetres, in which dots are placed, and maps it to the picture plane.  On the plane
both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from smpsim.arrays import F64


@dataclass(frozen=True)
class Surface:
    """Shape of the scalp.

    Attributes
    ----------
    kind : str
        "plane": the scalp is flat and faces the camera.
    """

    kind: str = "plane"

    @classmethod
    def plane(cls) -> Self:
        """Return the flat scalp that faces the camera."""
        return cls("plane")

    def to_picture(self, u_mm: F64, v_mm: F64) -> tuple[F64, F64]:
        """Positions in the picture plane (x, y in mm) of positions in the chart."""
        return u_mm, v_mm

    def foreshortening(self, u_mm: F64) -> F64:
        """(N, 2, 2): maps small steps on the skin at each place to steps in the picture plane."""
        return np.broadcast_to(np.eye(2), (len(u_mm), 2, 2))
