"""Fit the core of shallow dots to Monte Carlo transport, and print how well the whole model keeps to it.

The data are `optics-data/reference-train.json` of the shared data: contrasts of single spheres under MCX-CL, an
independent code, for three wavelengths and five tones.  Nothing of it is kept in the repository.  The closed form of
deposits at least 0.12 mm below the skin is not fitted again: its numbers are those of `optics-data/model.json`.

Usage: SMPSIM_SHARED=... python tests/benchmarks/fit_optics.py [--only-measure]
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from skimage.color import deltaE_ciede2000, rgb2lab

from smpsim.dots.hashing import combine, stream, uniform
from smpsim.ink.optics import gaussians_by
from smpsim.ink.pigment import deposits
from smpsim.ink.shallow import DEEP_ENOUGH_MM, FITTED, Coefficients
from smpsim.ink.skin import SkinOptics
from smpsim.treatment import Treatment

# contrasts below this are noise
LEAST = 2e-4
# a residual of 1: 6 % of the peak, 0.02 of the contrast there, 0.05 of the profile out to 0.25 mm
OF_PEAK, OF_CONTRAST, OF_PROFILE, NEAR = 0.06, 0.02, 0.05, slice(1, 6)
TONES = ("light", "medium", "olive", "dark", "verydark")


class Reference:
    """The Monte Carlo cases, one row each."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text("utf-8"))
        cases, skins = data["cases"], data["skins"]
        self.rho = np.array(data["meta"]["rho_mm"])
        self.depth, self.size, self.ink, self.peak, self.noise, self.missing, self.fwhm = (
            np.array([case[key] for case in cases])
            for key in ("z", "d", "mu_pig", "peak", "peak_se", "integ_mm2", "fwhm_mm")
        )
        self.contrast = np.array([case["C"] for case in cases])
        self.skin = np.array([case["skin"] for case in cases])
        self.tone, self.wavelength = (
            np.array([skins[name][key] for name in self.skin]) for key in ("tone", "lambda_nm")
        )
        self.bare = np.array([skins[name]["R0"] for name in self.skin])
        self.place = self.depth * 1000 + self.size
        self.top = np.round(self.depth - self.size / 2, 9)
        self.skins = {
            name: SkinOptics(
                mua_epidermis_per_mm=s["mua_epi"],
                epidermis_mm=s["t_epi_mm"],
                mua_dermis_per_mm=s["mua_derm"],
                musp_per_mm=s["musp"],
            )
            for name, s in skins.items()
        }

    def model(self, rows: np.ndarray, rho: np.ndarray, fit: Coefficients = FITTED) -> np.ndarray:
        """Contrast of some rows at distances rho, (rows, rho)."""
        result = np.empty((len(rows), len(rho)))
        for name in np.unique(self.skin[rows]):
            mine = self.skin[rows] == name
            k = rows[mine]
            dots = (a[k, None] for a in (self.depth, self.size, self.ink))
            weights, sigmas = gaussians_by(fit, *dots, self.skins[name])
            g = np.exp(-0.5 * (rho[:, None] / sigmas[:, :1]) ** 2)
            result[mine] = -np.expm1(-(weights[:, :1] / (2 * np.pi * sigmas[:, :1] ** 2) * g).sum(-1))
        return result


def fitted(ref: Reference, rows: np.ndarray) -> Coefficients:
    def residuals(p: np.ndarray) -> np.ndarray:
        error = ref.model(rows, ref.rho[:6], Coefficients(*p)) - ref.contrast[rows, :6]
        parts = error[:, 0] / ref.peak[rows] / OF_PEAK, error[:, 0] / OF_CONTRAST, error[:, NEAR].ravel() / OF_PROFILE
        return np.concatenate(parts)

    low = [-9, 0, 0.1, 0, 1e-4, -2, -2, -2]
    return Coefficients(*least_squares(residuals, FITTED, bounds=(low, [9] * 8), loss="soft_l1").x)


def cross_validated(ref: Reference, rows: np.ndarray) -> None:
    """Leave out one tone, wavelength or place at a time, and see how well it is foretold."""
    for name, group in (("tone", ref.tone), ("wavelength", ref.wavelength), ("depth and size", ref.place)):
        error = np.empty(len(rows))
        for value in np.unique(group[rows]):
            out = group[rows] == value
            fit = fitted(ref, rows[~out])
            error[out] = ref.model(rows[out], ref.rho[:1], fit)[:, 0] / ref.peak[rows[out]] - 1
        print(f"  left out, one {name:15s} peak rms {rms(error):.3f}  largest {np.abs(error).max():.2f}")


def measure(ref: Reference, name: str, rows: np.ndarray) -> None:
    fine = np.linspace(0, 12, 2401)
    model = ref.model(rows, fine)
    peak = model[:, 0] / ref.peak[rows] - 1
    half = np.array([2 * np.interp(-c[0] / 2, -c, fine) for c in model])
    missing = np.trapezoid(2 * np.pi * fine * model, fine, axis=1)
    noise = ref.noise[rows] / ref.peak[rows]
    e = colour_errors(ref, rows)
    half_error, light_error = half / ref.fwhm[rows] - 1, missing / ref.missing[rows] - 1
    print(
        f"{name:26s} n {len(rows):4d}  peak {rms(peak):.3f} (bias {peak.mean():+.3f}, "
        f"largest {np.abs(peak).max():.2f}; noise of the reference {rms(noise):.3f})  "
        f"FWHM {rms(half_error):.3f}  missing light {rms(light_error):.3f}  "
        f"dE00 rms {rms(e[:, 0]):.2f} p95 {np.quantile(e[:, 0], 0.95):.2f}, "
        f"of visible dots p95 {np.quantile(e[e[:, 1] > 0.5, 0], 0.95):.2f}"
    )


def colour_errors(ref: Reference, rows: np.ndarray) -> np.ndarray:
    """(n, 2): dE00 of model against reference at the centre, and of the reference against bare skin; whole colours."""
    return np.array([[e, seen] for *_, e, seen in colours(ref, rows)])


def colours(ref: Reference, rows: np.ndarray) -> list[tuple[float, ...]]:
    """Tone, depth, size, ink; dE00 by one standard error of the reference, of the model, and of bare skin."""
    model = dict(zip(rows.tolist(), ref.model(rows, ref.rho[:1])[:, 0], strict=True))
    groups: dict[tuple[object, ...], dict[int, int]] = {}
    for k in rows.tolist():
        key = (ref.tone[k], ref.depth[k], ref.size[k], ref.ink[k])
        groups.setdefault(key, {})[int(ref.wavelength[k])] = k
    found = []
    for (tone, depth, size, ink), by_wavelength in groups.items():
        if len(by_wavelength) < 3:
            continue
        k = [by_wavelength[w] for w in (610, 550, 450)]
        bare = ref.bare[k]
        skin, true, ours = (lab(bare * (1 - c)) for c in (0, ref.peak[k], np.array([model[i] for i in k])))
        shifted = [lab(bare * (1 - ref.peak[k] + noise)) for noise in np.diag(ref.noise[k])]
        noise = float(np.linalg.norm([deltaE_ciede2000(true, other) for other in shifted]))
        error, seen = (float(deltaE_ciede2000(true, other)) for other in (ours, skin))
        found.append((TONES.index(str(tone)), depth, size, ink, noise, error, seen))
    return found


def lab(linear: np.ndarray) -> np.ndarray:
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return np.asarray(rgb2lab(encoded))


def population(ref: Reference, rows: np.ndarray) -> None:
    """Each dot of the default treatment has the errors of the cases at the nearest depth and size (in logarithms).

    Between the inks of these cases errors are interpolated, along the logarithm of ink; once they are taken from the
    nearest ink instead.  The tops of these dots are 0.12 mm below the skin or deeper, so the rows should be, too.
    """
    key = combine(1, np.arange(20_000))
    dots = deposits(Treatment(), lambda name: uniform(stream(key, name)))
    table = np.array(colours(ref, rows))
    places = np.unique(table[:, 1:3], axis=0)
    away = np.log(np.column_stack([dots.depth_mm, dots.diameter_mm])[:, None]) - np.log(places)
    nearest = np.argmin(((away * [2, 1]) ** 2).sum(-1), 1)
    ink = np.log(np.clip(dots.ink_per_mm, 1, 100))
    print("default population, dE00 at the centre:")
    for name, rounded in (("between inks", False), ("nearest ink", True)):
        error = np.empty((2, len(TONES), len(ink)))
        for k in np.unique(nearest):
            for tone in range(len(TONES)):
                cases = table[(table[:, 1:3] == places[k]).all(1) & (table[:, 0] == tone)]
                error[:, tone, nearest == k] = along_ink(cases, ink[nearest == k], rounded=rounded)
        noise, model = error
        tones = ", ".join(f"{t} {np.quantile(e, 0.95):.2f}" for t, e in zip(TONES, model, strict=True))
        print(
            f"  {name:12s} rms {rms(model):.2f}  p95 {np.quantile(model, 0.95):.2f} ({tones})  above 1: "
            f"{(model > 1).mean():.3f}; by the noise of the reference alone rms {rms(noise):.2f} "
            f"p95 {np.quantile(noise, 0.95):.2f}"
        )


def along_ink(cases: np.ndarray, ink: np.ndarray, *, rounded: bool) -> np.ndarray:
    """Noise and error of cases of one tone and place, at logarithms of ink, (2, n)."""
    known = np.log(cases[:, 3])
    at = known[np.argmin(np.abs(ink[:, None] - known), 1)] if rounded else ink
    return np.array([np.interp(at, known, cases[:, column]) for column in (4, 5)])


def rms(error: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(error))))


def main() -> None:
    ref = Reference(Path(os.environ["SMPSIM_SHARED"]) / "optics-data" / "reference-train.json")
    visible = ref.peak > LEAST
    near = np.flatnonzero(visible & (ref.top < DEEP_ENOUGH_MM))
    if "--only-measure" not in sys.argv:
        print("Coefficients" + str(tuple(np.round(fitted(ref, near), 4).tolist())))
        cross_validated(ref, near)
    measure(ref, "top 0.12 mm and deeper", np.flatnonzero(visible & (ref.top >= DEEP_ENOUGH_MM)))
    measure(ref, "top less than 0.12 mm", near)
    measure(ref, "of these in the epidermis", np.flatnonzero(visible & (ref.top < 0.06)))
    population(ref, np.flatnonzero(visible & (ref.top >= DEEP_ENOUGH_MM)))


if __name__ == "__main__":
    main()
