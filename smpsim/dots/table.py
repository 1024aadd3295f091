"""Dots as a table: one array per property, in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from scipy.spatial import cKDTree

from smpsim.arrays import F64, Bool, Int


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Dots:
    """Pigment dots, a structure of arrays.

    Supports ``len``, boolean and integer-array indexing, and :meth:`concatenate`.  The arrays are read-only.

    Attributes
    ----------
    x_mm, y_mm : ndarray (N,), mm
        Position in the picture plane: x right, y down, origin at the outer corner of the first pixel.
    u_mm, v_mm : ndarray (N,), mm
        Position in the chart of the surface; equal to x, y on the plane.
    diameter_mm : ndarray (N,), mm
        Diameter of the deposit.
    depth_mm : ndarray (N,), mm
        Depth of its centre below the skin.
    ink_per_mm : ndarray (N,), /mm
        Its absorption in green light.
    aspect : ndarray (N,)
        Longest over shortest axis of the deposit seen from above, >= 1.
    angle_rad : ndarray (N,), rad
        Direction of the longest axis in the chart, 0 to pi, from u towards v.
    rank_per_cm2 : ndarray (N,), /cm2
        Density at which the dot appears.
    session : ndarray (N,) of int
        First session in which it stands, from 1.
    foreshortening : ndarray (N, 2, 2)
        Maps a small step on the skin (along u, v) to one in the picture plane; the identity on the plane.
    """

    x_mm: F64
    y_mm: F64
    u_mm: F64
    v_mm: F64
    diameter_mm: F64
    depth_mm: F64
    ink_per_mm: F64
    aspect: F64
    angle_rad: F64
    rank_per_cm2: F64
    session: Int
    foreshortening: F64

    def __post_init__(self) -> None:
        for f in fields(self):
            view = getattr(self, f.name).view()
            if len(view) != len(self.x_mm):
                raise ValueError(f"{f.name} has {len(view)} rows, x_mm has {len(self.x_mm)}")
            view.flags.writeable = False
            object.__setattr__(self, f.name, view)

    def __repr__(self) -> str:
        return f"<Dots: {len(self)}>"

    def __len__(self) -> int:
        return len(self.x_mm)

    def __getitem__(self, rows: Bool | Int | slice) -> Self:
        if not isinstance(rows, slice) and np.ndim(rows) != 1:
            raise TypeError("index Dots by a slice, a boolean array or an array of integers: there are no single dots")
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """Join tables, in order.

        Parameters
        ----------
        parts : sequence of Dots
            At least one.

        Raises
        ------
        ValueError
            When there is none.
        """
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})

    @classmethod
    def empty(cls) -> Self:
        """Return a table without rows."""
        numbers: dict[str, Any] = {f.name: np.zeros(0) for f in fields(cls)}
        return cls(**numbers | {"session": np.zeros(0, np.intp), "foreshortening": np.zeros((0, 2, 2))})

    @property
    def min_distance_mm(self) -> float:
        """Smallest distance of two dots in the chart, mm; infinite for less than two."""
        if len(self) < 2:
            return float("inf")
        points = np.column_stack([self.u_mm, self.v_mm])
        return float(cKDTree(points).query(points, [2])[0].min())

    def as_dict(self) -> dict[str, Any]:
        """Name -> array, in the order of declaration."""
        return {f.name: getattr(self, f.name) for f in fields(self)}
