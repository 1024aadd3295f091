"""How well the rules for many dots keep to Monte Carlo transport, and how sure their one fitted number is.

The data are `optics-data/fields-train.json` of the shared data: square lattices of black dots of 0.2 mm (three tones,
wavelengths and depths, 44 to 400 per cm2) and pairs of them.  Printed are

* the error of the mean darkening of lattices for several powers n of ``(1 + U / n)^-n`` (2 in `smpsim/raster/far.py`);
* the power fitted without one tone, wavelength, depth or density, and the error on what was left out;
* the error of the darkening above a dot and between four of them;
* what would be if the middle Gaussians were limited by the light from below as the far ones are;
* pairs: rules on the Monte Carlo contrasts of single dots, so that no error of single dots is in them.

Usage: SMPSIM_SHARED=... python tests/benchmarks/fit_fields.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from fit_optics import rms
from scipy.optimize import minimize_scalar

from smpsim.ink.field import light_from_below
from smpsim.ink.optics import dot_gaussians
from smpsim.ink.skin import WAVELENGTHS_NM, SkinOptics

POWERS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 1e6)
KINDS = ("tone", "lam", "z", "pitch")
# "opaque" of the data as an absorption, /mm
INKS = {"C20": 20.0, "Cinf": 1e6}
# nodes across a cell; how far the lattice goes on round it, mm
NODES, ROUND_MM = 32, 9.0


class Lattices:
    """Cases of the data, and their sums of Gaussians on a cell by the equations; the first `near` are not limited."""

    def __init__(self, rows: list[dict[str, float]], near: int = 2) -> None:
        self.rows = [(row, ink) for row in rows for ink in INKS]
        self.known = np.array([row[ink] for row, ink in self.rows])
        self.group = {kind: np.array([row[kind] for row, _ in self.rows]) for kind in KINDS}
        self.place = np.array([row["obs"] for row, _ in self.rows])
        about = [sums(row, ink, near) for row, ink in self.rows]
        self.below, self.near, self.far = (np.array(part) for part in zip(*about, strict=True))

    def error(self, power: float) -> np.ndarray:
        """Relative error of the darkening of each case."""
        c = self.below[:, None, None]
        kept = np.exp(-self.near) * (1 - c * (1 - (1 + self.far / c / power) ** -power))
        half = NODES // 2
        at = np.stack([kept.mean((1, 2)), kept[:, half, half], kept[:, 0, 0]])
        return np.asarray((1 - at[self.place, np.arange(len(kept))]) / self.known - 1)


def sums(row: dict[str, float], ink: str, near: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Light from below; optical depths of the first `near` Gaussians and of the rest, on a cell round a dot."""
    skin, channel = SkinOptics.from_name(str(row["tone"])), WAVELENGTHS_NM.tolist().index(row["lam"])
    dot = {"depth_mm": row["z"], "diameter_mm": row["d"], "ink_per_mm": INKS[ink]}
    weights, sigmas = (v[channel] for v in dot_gaussians(**dot, skin=skin))
    pitch = row["pitch"]
    dots = np.arange(-np.ceil(ROUND_MM / pitch), np.ceil(ROUND_MM / pitch) + 1) * pitch
    nodes = (np.arange(NODES) / NODES - 0.5) * pitch
    line = np.exp(-0.5 * ((nodes[:, None] - dots)[..., None] / sigmas) ** 2).sum(1)
    x = weights / (2 * np.pi * sigmas**2) * line[:, None] * line[None]
    below = float(light_from_below(np.array(row["z"]), skin)[channel])
    return below, x[..., :near].sum(-1), x[..., near:].sum(-1)


def fitted(lattices: Lattices, rows: np.ndarray) -> float:
    """Power of least relative error on some cases."""
    found = minimize_scalar(lambda n: rms(lattices.error(np.exp(n))[rows]), bounds=(-2, 4), method="bounded")
    return float(np.exp(found.x))


def by_density(lattices: Lattices, error: np.ndarray, rows: np.ndarray) -> str:
    pitch = lattices.group["pitch"]
    parts = ((p, error[rows & (pitch == p)]) for p in np.unique(pitch)[::-1])
    return "  ".join(f"{100 / p**2:3.0f}/cm2 {rms(e):.3f} (bias {e.mean():+.3f})" for p, e in parts)


def print_lattices(lattices: Lattices) -> None:
    mean = lattices.place == 0
    for power in POWERS:
        print(f"power {power:<8g} {by_density(lattices, lattices.error(power), mean)}")
    print(f"fitted to all: power {fitted(lattices, mean):.2f}")
    for kind in KINDS:
        values = lattices.group[kind]
        error = np.empty(len(values))
        powers = []
        for value in np.unique(values):
            out = values == value
            powers.append(fitted(lattices, mean & ~out))
            error[out] = lattices.error(powers[-1])[out]
        shown = ", ".join(f"{power:.2f}" for power in powers)
        print(f"left out, one {kind:5s}: powers {shown}; {by_density(lattices, error, mean)}")
    for name, place in (("above a dot", 1), ("between four", 2)):
        print(f"{name:13s} {by_density(lattices, lattices.error(2.0), lattices.place == place)}")


def print_pairs(pairs: list[dict[str, float]]) -> None:
    """Errors of C12, and of the part of it that is not C1 + C2; no tone is named in the data: light is taken."""
    one, two, both, noise = (np.array([p[key] for p in pairs]) for key in ("C1", "C2", "C12", "se"))
    apart = np.array([p["sep"] for p in pairs])
    skin = SkinOptics.from_name("light")
    below = np.array(
        [light_from_below(np.array(p["z"]), skin)[WAVELENGTHS_NM.tolist().index(p["lam"])] for p in pairs]
    )
    rules = {"sum": one + two, "product": one + two - one * two, "product of c": one + two - one * two / below}
    print(f"{len(pairs)} pairs; noise of the reference {rms(noise / both):.3f}")
    for name, found in rules.items():
        error = found / both - 1
        parts = "  ".join(f"{s} mm apart {rms(error[apart == s]):.3f}" for s in np.unique(apart))
        print(
            f"  {name:12s} bias {error.mean():+.3f}  rms {rms(error):.3f}  largest {np.abs(error).max():.3f}  {parts}"
        )


def main() -> None:
    data = json.loads((Path(os.environ["SMPSIM_SHARED"]) / "optics-data" / "fields-train.json").read_text("utf-8"))
    print_lattices(Lattices(data["lattice"]))
    wider = Lattices(data["lattice"], near=1)
    print(f"middle limited, too: {by_density(wider, wider.error(2.0), wider.place == 0)}")
    print_pairs(data["pairs"])


if __name__ == "__main__":
    main()
