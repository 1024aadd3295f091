"""Far light of many dots, and transmittance before the camera.

The far Gaussian of a dot stands for light that has wandered through the skin below it.  Only the share ``c`` of the
skin's light has been there at all, so however many dots there are, they take no more than that.  With ``X`` the sum of
the far Gaussians and ``M`` the sum of each times the ``c`` of its own depth::

    T_far = 1 - C (1 - (1 + U / 2)^-2),   C = M / X,   U = X / C
          = 1 - X (1 + U / 4) / (1 + U / 2)^2

Both sums run over all dots in any order, so tiles still add up to the whole.  The power lies between that of light
that meets its dots independently, ``C (1 - exp(-U))``, and ``C U / (1 + U)``: it was chosen once, on Monte Carlo
lattices of 44 to 400 dots per cm2 (``tests/raster/test_far.py`` measures its error; fitted without one tone,
wavelength, depth or density it wanders from 2 up, and foretells hardly better: ``tests/benchmarks/fit_fields.py``).
"""

from __future__ import annotations

import numpy as np

from smpsim.arrays import F32, F64
from smpsim.ink.field import far_light
from smpsim.raster.options import RenderOptions
from smpsim.raster.splat import Blobs, Splatter, Tile, on_tile

# the power: chosen once, tests/benchmarks/fit_fields.py
_FAR = 2


class Far:
    """Transmittance by the far Gaussians of dots, tile by tile.

    Parameters
    ----------
    blobs : Blobs
        Core, middle and far Gaussian of every dot.
    px_per_mm : float
        Scale of the picture.
    options : RenderOptions
        Accuracy.
    spread_mm2 : ndarray that broadcasts to (N, C, 1, 2, 2), mm2
        Covariance to add: what a lens does.
    sharp : bool
        As for :class:`smpsim.raster.splat.Splatter`.
    """

    def __init__(
        self,
        blobs: Blobs,
        px_per_mm: float,
        options: RenderOptions,
        *,
        spread_mm2: F64 | float = 0.0,
        sharp: bool = True,
    ) -> None:
        weights, covariances = blobs.weights_mm2[..., _FAR:], blobs.covariances_mm2[:, :, _FAR:] + spread_mm2
        self._limited = blobs.below is not None
        if blobs.below is not None:
            weights = np.concatenate([weights, weights * blobs.below[..., None]], 1)
        both = Blobs(blobs.x_mm, blobs.y_mm, weights, covariances)
        self._sums = Splatter(both, px_per_mm, options, sharp=sharp)

    @property
    def finest(self) -> int:
        """Finest level that Gaussians are sampled on."""
        return self._sums.finest

    def transmittance(self, tile: Tile) -> F32 | None:
        """(C, h, w) float32, 0 to 1; None where no dot reaches."""
        t = self.samples(tile, 0)
        return None if t is None else on_tile(t, tile)

    def samples(self, tile: Tile, level: int) -> F32 | None:
        """Transmittance on a level of the pyramid, for the whole tile and its padding, as that of a Splatter."""
        sums = self._sums.samples(tile, level)
        if sums is None:
            return None
        if not self._limited:
            return np.exp(-sums)
        n = len(sums) // 2
        return np.stack([far_light(x, m) for x, m in zip(sums[:n], sums[n:], strict=True)])


class Before:
    """Transmittance of dots before the camera, tile by tile; parameters as for :class:`Far`."""

    def __init__(self, blobs: Blobs, px_per_mm: float, options: RenderOptions) -> None:
        near = Blobs(blobs.x_mm, blobs.y_mm, blobs.weights_mm2[..., :_FAR], blobs.covariances_mm2[:, :, :_FAR])
        self._near, self._far = Splatter(near, px_per_mm, options), Far(blobs, px_per_mm, options)

    def transmittance(self, tile: Tile) -> F32 | None:
        """(C, h, w) float32, 0 to 1; None where no dot reaches."""
        far, near = self._far.transmittance(tile), self._near.transmittance(tile)
        if far is None or near is None:
            return far if near is None else near
        return np.multiply(far, near, out=far)
