"""The skin that the dots lie in: absorption and scattering of two layers, and named tones.

Coefficients at the three wavelengths that stand for R, G and B (610, 550, 450 nm):

* scattering ``musp = 4.60 (l / 500)^-1.421`` /mm, both layers (Jacques 2013, PMB 58 R37, table 2, mean skin; from
  memory),
* melanosomes ``0.1 * 6.6e11 l^-3.33`` /mm (Jacques 2013), bloodless skin ``0.1 (0.244 + 85.3 exp(-(l - 154) / 66.2))``
  /mm (Jacques 1998),
* whole blood at 75 % saturation and 150 g/l from Prahl's table of molar extinction.

Tones are (melanosome fraction of the epidermis, its thickness, blood fraction of the dermis), chosen to give plausible
skin colours under these formulas: estimates, as published coefficients differ by orders of magnitude (Lister 2012).

Numbers: from the sources above, where they give any; tones are estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from smpsim.arrays import F64
from smpsim.errors import ParameterError, quoted

#: nm, standing for R, G, B
WAVELENGTHS_NM = np.array([610.0, 550.0, 450.0])
# molar extinction of oxygenated and of deoxygenated haemoglobin at these wavelengths, /cm/M (Prahl)
_HBO2 = np.array([1506.0, 43016.0, 62816.0])
_HB = np.array([9443.6, 53412.0, 103292.0])
_SATURATION = 0.75
_HAEMOGLOBIN_G_PER_L = 150.0
# /mm
_BLOODLESS = 0.1 * (0.244 + 85.3 * np.exp(-(WAVELENGTHS_NM - 154.0) / 66.2))
BLOOD_RGB = 0.1 * 2.303 * _HAEMOGLOBIN_G_PER_L / 64500.0 * (_SATURATION * _HBO2 + (1 - _SATURATION) * _HB)
# reflectance of bare skin, fitted to Monte Carlo transport, see reflectance
_R = (0.234752054, 2.34162935, 0.218261350, 3.90641047, 0.400370390, -3.54581946, 0.00300803627, 4.52243245)

#: name -> (melanosome fraction, epidermis in mm, blood fraction)
TONES: dict[str, tuple[float, float, float]] = {
    "light": (0.013, 0.06, 0.003),
    "fair": (0.02, 0.08, 0.004),
    "medium": (0.05, 0.07, 0.003),
    "tan": (0.08, 0.06, 0.006),
    "olive": (0.07, 0.10, 0.008),
    "dark": (0.16, 0.08, 0.003),
    "deep": (0.22, 0.09, 0.003),
    "very-dark": (0.30, 0.08, 0.002),
}
# Individual typology angles (degrees) of four of them under the model; between them the tone is interpolated.
_ITA_DEG = np.array([-60.0, -36.0, 15.0, 54.0])
_ITA_TONES = np.array([TONES[name] for name in ("very-dark", "dark", "medium", "light")])


_PROPERTIES = ("mua_epidermis_per_mm", "epidermis_mm", "mua_dermis_per_mm", "musp_per_mm")


@dataclass(frozen=True, eq=False)
class SkinOptics:
    """Optical properties of a two-layer skin.

    Parameters
    ----------
    mua_epidermis_per_mm, mua_dermis_per_mm : array_like, scalar or (C,)
        Absorption, /mm, >= 0 (dermis > 0).
    epidermis_mm : array_like, scalar or (C,)
        Thickness of the epidermis, mm, >= 0.
    musp_per_mm : array_like, scalar or (C,)
        Reduced scattering of both layers, /mm, > 0.

    Raises
    ------
    ParameterError
        When a value is negative, not finite, or the shapes do not agree.
    """

    mua_epidermis_per_mm: F64
    epidermis_mm: F64
    mua_dermis_per_mm: F64
    musp_per_mm: F64

    def __init__(
        self,
        *,
        mua_epidermis_per_mm: ArrayLike,
        epidermis_mm: ArrayLike,
        mua_dermis_per_mm: ArrayLike,
        musp_per_mm: ArrayLike,
    ) -> None:
        given = {
            "mua_epidermis_per_mm": mua_epidermis_per_mm,
            "epidermis_mm": epidermis_mm,
            "mua_dermis_per_mm": mua_dermis_per_mm,
            "musp_per_mm": musp_per_mm,
        }
        arrays = {name: np.atleast_1d(np.asarray(value, np.float64)) for name, value in given.items()}
        try:
            shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
        except ValueError:
            shape = ()
        if len(shape) != 1:
            raise ParameterError("SkinOptics: give one number, or one per channel, for every property")
        for name, array in arrays.items():
            positive = name in ("mua_dermis_per_mm", "musp_per_mm")
            if not np.all(np.isfinite(array) & ((array > 0) if positive else (array >= 0))):
                bound = "above 0" if positive else "0 or more"
                raise ParameterError(f"{name}: {given[name]!r} is not allowed; give finite numbers {bound}", name=name)
            full = np.broadcast_to(array, shape).copy()
            full.flags.writeable = False
            object.__setattr__(self, name, full)

    @property
    def n_channels(self) -> int:
        """Number of colour channels C."""
        return len(self.musp_per_mm)

    def scattering(self, factor: float) -> Self:
        """Return this skin with more or less scattering: the one calibration of the model.

        Parameters
        ----------
        factor : float, > 0
            What the scattering is multiplied by.

        Raises
        ------
        ParameterError
            When it is not above 0.
        """
        return self._with(musp_per_mm=self.musp_per_mm * factor)

    def reflectance(self) -> F64:
        """Diffuse reflectance of bare skin, (C,), 0 to 1.

        ``exp(r0 - r1 a^r2 - r3 te / (1 + r4 te)) + r6 (1 - exp(-r7 te))`` with ``a = mua_dermis / musp`` and
        ``te = mua_epidermis epidermis``, fitted to Monte Carlo transport of tones from light to very dark.
        """
        r0, r1, r2, r3, r4, _, r6, r7 = _R
        a, te = self.mua_dermis_per_mm / self.musp_per_mm, self.mua_epidermis_per_mm * self.epidermis_mm
        below = np.exp(r0 - r1 * a**r2 - r3 * te / (1 + r4 * te))
        return np.asarray(np.minimum(below + r6 * -np.expm1(-r7 * te), 1))

    def reddened(self, blood_change: float) -> F64:
        """Reflectance with more blood in the dermis over that of this skin, for R, G, B: what redness does.

        Parameters
        ----------
        blood_change : float
            Change of the volume fraction of blood, for example 0.004; it may be negative, down to bloodless skin.

        Returns
        -------
        ndarray (3,)
            Factors of the diffuse light; green falls most, red hardly.

        Raises
        ------
        ParameterError
            When the skin has not three channels, or the change is not a number from -1 to 1.
        """
        if self.n_channels != len(WAVELENGTHS_NM):
            raise ParameterError("reddened: blood is known for R, G, B; this skin has another number of channels")
        if not -1 <= blood_change <= 1:
            raise ParameterError(
                f"blood_change: {blood_change!r} is not allowed; give a fraction from -1 to 1", name="blood_change"
            )
        mua = self.mua_dermis_per_mm + blood_change * (BLOOD_RGB - _BLOODLESS)
        # a skin cannot have less blood than none
        mua = np.maximum(mua, np.minimum(_BLOODLESS, self.mua_dermis_per_mm))
        return np.asarray(self._with(mua_dermis_per_mm=mua).reflectance() / self.reflectance())

    def _with(self, **changes: F64) -> Self:
        mine = {name: getattr(self, name) for name in _PROPERTIES}
        return type(self)(**(mine | changes))

    @classmethod
    def from_tone(cls, melanin_frac: float, epidermis_mm: float, blood_frac: float) -> Self:
        """Make a skin of R, G and B from what it consists of.

        Parameters
        ----------
        melanin_frac : float
            Volume fraction of melanosomes in the epidermis, 0 to 1 (light 0.013, very dark 0.3).
        epidermis_mm : float
            Thickness of the epidermis, mm (0.06 to 0.1 on the scalp).
        blood_frac : float
            Volume fraction of blood in the dermis, 0 to 1 (0.002 to 0.008).

        Returns
        -------
        SkinOptics
            With C = 3.

        Raises
        ------
        ParameterError
            When a value is out of its range.
        """
        for name, value in (("melanin_frac", melanin_frac), ("blood_frac", blood_frac)):
            if not 0 <= value <= 1:
                raise ParameterError(f"{name}: {value!r} is not allowed; give a fraction from 0 to 1", name=name)
        melanosome = 0.1 * 6.6e11 * WAVELENGTHS_NM**-3.33
        return cls(
            mua_epidermis_per_mm=melanin_frac * melanosome + (1 - melanin_frac) * _BLOODLESS,
            epidermis_mm=epidermis_mm,
            mua_dermis_per_mm=blood_frac * BLOOD_RGB + (1 - blood_frac) * _BLOODLESS,
            musp_per_mm=4.60 * (WAVELENGTHS_NM / 500.0) ** -1.421,
        )

    @classmethod
    def from_name(cls, name: str) -> Self:
        """Make the skin of a named tone.

        Parameters
        ----------
        name : str
            A key of ``smpsim.ink.skin.TONES``: "light", "fair", "medium" and so on.

        Raises
        ------
        ParameterError
            When there is no such tone.
        """
        if name not in TONES:
            raise ParameterError(
                f"tone: {quoted(name)} is unknown; choose {', '.join(TONES)}", name="tone", value=name
            )
        return cls.from_tone(*TONES[name])

    @classmethod
    def from_ita(cls, ita_deg: float) -> Self:
        """Make a skin from its individual typology angle.

        Parameters
        ----------
        ita_deg : float
            ITA in degrees; beyond -60 and 54 the nearest tone is used.  The dots' contrast hardly depends on it
            (using one tone for everybody costs Delta E 0.2), so a crude estimate will do.

        Raises
        ------
        ParameterError
            When it is no number.
        """
        melanin, epidermis, blood = (np.interp(ita_deg, _ITA_DEG, column) for column in _ITA_TONES.T)
        return cls.from_tone(float(melanin), float(epidermis), float(blood))


def tone_in_words(tone: str | float, *, told: bool = True) -> str:
    """Say where the tone of the skin comes from, in words that clients know.

    Parameters
    ----------
    tone : str or float
        `skin_tone` of a treatment.
    told : bool
        Whether the photo has the colour to tell it.
    """
    if tone == "photo":
        return "skin tone measured from this photo" if told else "skin tone assumed to be medium: no colour tells it"
    return f"skin tone {tone}, as given" if isinstance(tone, str) else "skin tone as given by its angle"
