"""The shape of the scalp: where a place in the picture lies on the skin.

A surface has a flat *chart* in millimetres, in which dots are placed, and maps it to the picture plane.  On the plane
both are the same.  A curved surface is unrolled without changing angles (:mod:`smpsim.scalp.chart`); its chart depends
on the surface alone, never on mask, photo or resolution.  The camera is far away, so the scale of the photograph, that
of the nearest point, holds everywhere; what lies at a slant is foreshortened.

Numbers: a choice of speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from smpsim.arrays import F64
from smpsim.errors import ParameterError, quoted
from smpsim.kinds import check_mask_read
from smpsim.parameters import PARAMETERS
from smpsim.scalp.chart import Chart, Spots
from smpsim.scalp.depth import Depth
from smpsim.scalp.ellipsoid import Ellipsoid
from smpsim.scalp.fit import fit_ellipsoid
from smpsim.scalp.scale import Scale, check_place, known_scale

#: leaves of a treatment that hold the numbers of an ellipsoid, in its order
HEAD_LEAVES = (
    "head_breadth_mm",
    "head_length_mm",
    "head_height_mm",
    "head_x_mm",
    "head_y_mm",
    "head_azimuth_deg",
    "head_elevation_deg",
    "head_roll_deg",
)
# of so many places one is looked at for a bound of the smallest distance
_EVERY = 50


@dataclass(frozen=True)
class Surface:
    """Shape of the scalp.

    Attributes
    ----------
    kind : str
        "plane": the scalp is flat and faces the camera; "ellipsoid": it is that of a head; "depth": as measured.
    shape : Ellipsoid, Depth or None
        What a curved one is.
    """

    kind: str = "plane"
    shape: Ellipsoid | Depth | None = None

    @classmethod
    def plane(cls) -> Self:
        """Return the flat scalp that faces the camera."""
        return cls()

    @classmethod
    def ellipsoid(
        cls,
        *,
        centre_mm: tuple[float, float],
        breadth_mm: float | None = None,
        length_mm: float | None = None,
        height_mm: float | None = None,
        azimuth_deg: float = 0.0,
        elevation_deg: float = 20.0,
        roll_deg: float = 0.0,
    ) -> Self:
        """Return the scalp of a head.

        Parameters
        ----------
        centre_mm : (float, float), mm
            Middle of the head in the picture, x and y.
        breadth_mm, length_mm, height_mm : float, optional, mm
            Its diameters from side to side (110 to 210), from front to back (130 to 260) and upright (130 to 300);
            those of the population when not given (the leaves ``head_breadth_mm`` and so on say their source).
        azimuth_deg : float, degrees, -180 to 180
            Direction of the camera from the front of the head; 180 is behind it.
        elevation_deg : float, degrees, -90 to 90
            Direction of the camera above the horizon; 90 is above the crown, 20 an estimate for photos from the front.
        roll_deg : float, degrees, -180 to 180
            Rotation of the head in the picture, clockwise.

        Raises
        ------
        ParameterError
            When a number is out of its range.
        """
        check_place("centre_mm", centre_mm, "mm")
        numbers = (breadth_mm, length_mm, height_mm, *centre_mm, azimuth_deg, elevation_deg, roll_deg)
        return cls("ellipsoid", Ellipsoid(*(_checked(*pair) for pair in zip(HEAD_LEAVES, numbers, strict=True))))

    @classmethod
    def from_depth(cls, map_mm: ArrayLike, *, scale: Scale | float) -> Self:
        """Return a measured scalp.

        Parameters
        ----------
        map_mm : array_like (H, W), mm
            Distance behind a plane that faces the camera, for every pixel of the photo or of a smaller copy; finite.
            Details below a fiftieth of the longer side are averaged out.
        scale : Scale or float
            Pixels per mm of the map.

        Raises
        ------
        ParameterError
            When the map has no two axes of 5 or more, or is not finite.
        """
        return cls("depth", Depth(np.array(map_mm, np.float64), known_scale(scale).px_per_mm))

    @classmethod
    def fit(cls, mask: NDArray[np.generic], scale: Scale | float, **given: float | None) -> Self:
        """Propose the head that bears a mask (``smpsim.scalp.fit``): a first guess, to be looked at.

        Parameters
        ----------
        mask : ndarray (H, W)
            The treated area.
        scale : Scale or float
            Pixels per mm of the mask.
        **given : float, optional
            What is known of the head, by the names of its leaves: ``head_azimuth_deg=180``.

        Raises
        ------
        MaskError
            When the mask is empty.
        ParameterError
            When a name is unknown or a number out of its range.
        """
        for name in set(given) - set(HEAD_LEAVES):
            raise ParameterError(f"{name}: unknown number of a head; choose {', '.join(HEAD_LEAVES)}", name=name)
        known = known_scale(scale)
        check_mask_read(mask)
        numbers = [_checked(name, given.get(name), needed=False) for name in HEAD_LEAVES]
        head = Ellipsoid(*(0.0 if number is None else number for number in numbers))
        x, y, azimuth, elevation = numbers[3:7]
        placed = fit_ellipsoid(
            mask, known.px_per_mm, head, x_mm=x, y_mm=y, azimuth_deg=azimuth, elevation_deg=elevation
        )
        return cls("ellipsoid", placed)

    def leaves(self) -> dict[str, float | str]:
        """Return the leaves of a treatment that say this surface; none for a measured one."""
        if isinstance(self.shape, Ellipsoid):
            return {"surface": self.kind, **dict(zip(HEAD_LEAVES, self.shape.numbers, strict=True))}
        return {} if self.shape else {"surface": self.kind}

    @property
    def chart(self) -> Chart | None:
        """The chart of a curved surface; None on the plane, which is its own."""
        return None if self.shape is None else _chart(self.shape)

    def spots(self, u_mm: F64, v_mm: F64) -> Spots:
        """Look up places of the chart.

        Parameters
        ----------
        u_mm, v_mm : ndarray (N,) float64, mm
            Places in the chart.

        Returns
        -------
        Spots
            Where they lie in the picture and in space, and how the skin stands there.
        """
        if self.chart is not None:
            return self.chart.spots(u_mm, v_mm)
        ones = np.ones(len(u_mm))
        return Spots(u_mm, v_mm, np.stack([u_mm, v_mm, np.zeros(len(u_mm))]), ones, ones)

    def min_distance_mm(self, u_mm: F64, v_mm: F64) -> float:
        """Smallest distance in space of two places of the chart.

        Parameters
        ----------
        u_mm, v_mm : ndarray (N,) float64, mm
            Places in the chart.

        Returns
        -------
        float, mm
            Infinite for less than two places.
        """
        if len(u_mm) < 2:
            return float("inf")
        points = self.spots(u_mm, v_mm).space_mm.T if self.chart else np.column_stack([u_mm, v_mm])
        return _closest(points)


def _closest(points: F64) -> float:
    """Smallest distance of two of the points (N, k)."""
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)  # made in half the time for evenly spread points
    # The closest neighbours of a few bound those of all, and few pairs are as close.
    bound = tree.query(points[::_EVERY], 2)[0][:, 1].min()
    one, other = tree.query_pairs(bound, output_type="ndarray").T
    return float(np.sqrt(np.square(points[one] - points[other]).sum(1)).min(initial=bound))


@lru_cache(maxsize=4)
def _chart(shape: Ellipsoid | Depth) -> Chart:
    return Chart(shape.sheet())


def _checked(name: str, value: float | None, *, needed: bool = True) -> float:
    """Return a number of a head within its range; None stands for the leaf's default."""
    number = PARAMETERS[name].default if value is None else PARAMETERS[name].check(value)
    if isinstance(number, str | None) and needed:
        raise ParameterError(f"{name}: {quoted(value)} is not allowed; give {PARAMETERS[name].allowed}", name=name)
    return number  # type: ignore[return-value]
