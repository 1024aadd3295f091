"""The chart of a curved surface: flat coordinates in millimetres, and what lies there.

A :class:`Sheet` is a surface as a grid of points in space.  It is unrolled without changing angles
(:mod:`smpsim.scalp.conformal`), then turned and scaled so that its flattest place lies in the chart as it does in the
picture, in true size.  From there the chart grows towards the rim: ``skin`` is the area of skin per area of chart, 1
at the flattest place, and ``skin**-0.5`` the length in the chart of 1 mm of skin, in every direction.

The inverse is tabulated: points in space on a regular grid of the chart, with cubic splines between them.  With the
slopes ``P_u, P_v`` of such a point P and its metric ``G = [[P_u.P_u, P_u.P_v], [P_u.P_v, P_v.P_v]]``::

    skin           = sqrt(det G)
    foreshortening = (first two rows of [P_u P_v]) G^(-1/2)
    facing         = cosine of the tilt = det foreshortening

G^(-1/2) turns steps in the chart into steps of true length on the skin, so the foreshortening has the singular values
1 and cos(tilt), whatever the error of the chart.

Numbers: choices of precision and speed, and of how near to the silhouette dots are shown; the formulas are derived.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from smpsim.arrays import F64, Bool, Int
from smpsim.scalp.bicubic import Bicubic, inverse
from smpsim.scalp.conformal import C128, conformal_map

#: cosine of the steepest tilt at which dots are shown: 85 degrees, 0.3 mm from the silhouette of a head
LEAST_FACING = float(np.cos(np.deg2rad(85)))
# Nodes along the longer side of the chart: every 5 mm on a head, where the splines' error is 1e-6 of its radius.
_NODES = 90
# Where Newton's method misses by more, the place is not on the sheet.
_MISSED_MM = 1e-3
# Foreshortenings are worked out for so many places at a time: what that takes stays in the cache.
_AT_ONCE = 8192
# squares of areas below this are rounding
_NOTHING = 1e-24


@dataclass(frozen=True, eq=False)
class Sheet:
    """A surface as a grid of points.

    Attributes
    ----------
    points_mm : ndarray (h, w, 3), mm
        x right, y down, z towards the viewer; rows run down the picture, columns across.  7 x 7 or more.
    near : ndarray (h, w) complex, mm
        A flat map of it that is about right (:func:`conformal_map`).
    flattest : (int, int)
        Row and column of the point whose surroundings lie in the chart as in the picture.
    """

    points_mm: F64
    near: C128
    flattest: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Spots:
    """Places on the surface.

    Attributes
    ----------
    u_mm, v_mm : ndarray (N,), mm
        In the chart.
    space_mm : ndarray (3, N), mm
        In space: x right, y down, z towards the viewer.
    skin : ndarray (N,)
        Area of skin over area of chart.
    facing : ndarray (N,)
        Cosine of the tilt against the camera; negative on the far side, and where there is nothing.
    slopes : ndarray (2, 3, N) or None
        Steps in space for steps in the chart, along u and v; None on the plane.
    """

    u_mm: F64
    v_mm: F64
    space_mm: F64
    skin: F64
    facing: F64
    slopes: F64 | None = None

    def __getitem__(self, rows: Int) -> Spots:
        slopes = None if self.slopes is None else self.slopes.take(rows, axis=-1)
        arrays = (self.u_mm, self.v_mm, self.space_mm, self.skin, self.facing)
        u, v, space, skin, facing = (array.take(rows, axis=-1) for array in arrays)
        return Spots(u, v, space, skin, facing, slopes)

    @property
    def foreshortening(self) -> F64:
        """(N, 2, 2): maps small steps on the skin to steps in the picture plane."""
        if self.slopes is None:
            return np.broadcast_to(np.eye(2), (len(self.u_mm), 2, 2))
        result = np.empty((len(self.u_mm), 2, 2))
        for start in range(0, len(result), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            result[part] = _foreshortening(self.slopes[0, :, part], self.slopes[1, :, part], self.skin[part])
        return result


class Chart:
    """Flat coordinates of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The surface.
    """

    def __init__(self, sheet: Sheet) -> None:
        flat = _as_in_the_picture(conformal_map(sheet.points_mm, sheet.near), sheet)
        h, w = flat.shape
        fields = np.concatenate([flat.real[None], flat.imag[None], np.moveaxis(sheet.points_mm, -1, 0)])
        on_sheet = Bicubic.through(fields, 1.0, 0.0, 0.0)
        #: lowest and highest u and v, mm
        self.box_mm = _box(flat)
        step = max(high - low for low, high in self.box_mm) / _NODES
        u, v = (np.arange(low, high + step, step) for low, high in self.box_mm)
        wanted = np.stack([p.ravel() for p in np.meshgrid(u, v)])
        points, missed = _points_at(on_sheet, wanted, flat, (h, w))
        origin, shape = (step, float(u[0]), float(v[0])), (-1, len(v), len(u))
        self._points = Bicubic.through(points.reshape(shape), *origin)
        _, along_u, along_v = self._points.at(*wanted)
        skin, facing = _skin(along_u, along_v)
        self._seen = Bicubic.through(np.stack([*points[:2], skin, facing]).reshape(shape), *origin)
        on_it = (missed < _MISSED_MM).reshape(len(v), len(u))
        # cells of the nodes whose corners all are on the sheet, and cells beyond, which are none
        self._covered = np.pad(on_it[:-1, :-1] & on_it[:-1, 1:] & on_it[1:, :-1] & on_it[1:, 1:], 1)

    def spots(self, u_mm: F64, v_mm: F64) -> Spots:
        """Look up places (N,)."""
        point, along_u, along_v = self._points.at(u_mm, v_mm)
        skin, facing = _skin(along_u, along_v)
        i, j = self._nodes(u_mm, v_mm)
        facing[~self._covered[i, j]] = -1
        return Spots(u_mm, v_mm, point, skin, facing, np.stack([along_u, along_v]))

    def grid(self, u_mm: F64, v_mm: F64) -> tuple[F64, F64, Bool]:
        """Return picture positions (2, h, w), skin (h, w) and whether seen, at all pairs of u (w,) and v (h,)."""
        fields = self._seen.on_grid(u_mm, v_mm)
        # between nodes a spline may swing below 0 where the surface bends sharply
        place, skin, facing = fields[:2], np.maximum(fields[2], 0), fields[3]
        i, j = self._nodes(u_mm, v_mm)
        return place, skin, (facing > LEAST_FACING) & self._covered[np.ix_(i, j)]

    def _nodes(self, u_mm: F64, v_mm: F64) -> tuple[Int, Int]:
        """Row of each v and column of each u in the cells of the nodes."""
        origins, sizes = (self._points.y0, self._points.x0), self._covered.shape
        i, j = (
            np.floor((p - p0) / self._points.step + 1).clip(0, n - 1).astype(np.intp)
            for p, p0, n in zip((v_mm, u_mm), origins, sizes, strict=True)
        )
        return i, j


def _as_in_the_picture(flat: C128, sheet: Sheet) -> C128:
    """Shift, turn and scale a map so that it agrees with x and y round the flattest point."""
    i, j = sheet.flattest
    rows, columns = (slice(max(k - 1, 0), k + 2) for k in (i, j))
    picture = sheet.points_mm[..., 0] + 1j * sheet.points_mm[..., 1]
    here, there = flat[rows, columns] - flat[i, j], picture[rows, columns] - picture[i, j]
    factor = np.vdot(here, there) / np.vdot(here, here)
    return np.asarray((flat - flat[i, j]) * factor + picture[i, j])


def _box(flat: C128) -> tuple[tuple[float, float], tuple[float, float]]:
    return (float(flat.real.min()), float(flat.real.max())), (float(flat.imag.min()), float(flat.imag.max()))


def _points_at(on_sheet: Bicubic, wanted: F64, flat: C128, shape: tuple[int, int]) -> tuple[F64, F64]:
    """Find points in space (3, N) at positions (2, N) of the chart, and how far off the sheet (mm) these are.

    Beyond the sheet it goes on along its tangents.
    """
    highest = np.array(shape)[::-1, None] - 1.0
    _, nearest = cKDTree(np.column_stack([flat.real.ravel(), flat.imag.ravel()])).query(wanted.T)
    start = np.stack(np.divmod(nearest, shape[1])[::-1]).astype(np.float64)
    place = inverse(on_sheet, wanted, start, lambda at: np.clip(at, 0, highest))
    value, slope_x, slope_y = on_sheet.at(*place)
    miss_u, miss_v = wanted - value[:2]
    determinant = slope_x[0] * slope_y[1] - slope_x[1] * slope_y[0]
    more_x = (miss_u * slope_y[1] - miss_v * slope_y[0]) / determinant
    more_y = (miss_v * slope_x[0] - miss_u * slope_x[1]) / determinant
    return value[2:] + slope_x[2:] * more_x + slope_y[2:] * more_y, np.hypot(miss_u, miss_v)


def _metric(along_u: F64, along_v: F64) -> tuple[F64, F64, F64]:
    """Scalar products of slopes in space (3, N): along u, mixed, along v."""
    pairs = (along_u, along_u), (along_u, along_v), (along_v, along_v)
    uu, uv, vv = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2] for a, b in pairs)
    return uu, uv, vv


def _skin(along_u: F64, along_v: F64) -> tuple[F64, F64]:
    """Skin per chart and cosine of the tilt (N,) from slopes in space (3, N)."""
    uu, uv, vv = _metric(along_u, along_v)
    skin = np.sqrt(np.maximum(uu * vv - uv**2, _NOTHING))
    return skin, (along_u[0] * along_v[1] - along_u[1] * along_v[0]) / skin


def _foreshortening(along_u: F64, along_v: F64, skin: F64) -> F64:
    """(N, 2, 2) from slopes in space (3, N) and skin per chart."""
    uu, uv, vv = _metric(along_u, along_v)
    # G^(-1/2) of a symmetric 2 x 2 matrix: ((tr G + s) I - G) / (s sqrt(tr G + 2 s)) with s = sqrt(det G)
    factor = 1 / (skin * np.sqrt(uu + vv + 2 * skin))
    a, b, c = (vv + skin) * factor, -uv * factor, (uu + skin) * factor
    (xu, yu), (xv, yv) = along_u[:2], along_v[:2]
    columns = np.stack([xu * a + xv * b, yu * a + yv * b]), np.stack([xu * b + xv * c, yu * b + yv * c])
    return np.moveaxis(np.stack(columns, 1), -1, 0)
