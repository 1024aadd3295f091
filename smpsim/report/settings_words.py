"""Values of a treatment as a person says them: "200 per cm²", "35 %", "about 12 months"."""

from __future__ import annotations

from smpsim.declare import Value
from smpsim.parameters import PARAMETERS
from smpsim.report.moments import name_of, since
from smpsim.treatment import Treatment
from smpsim.words import Words

# where the words of a leaf stand, if not with those of all others
_TABLES = {"healing": "pace", "fading": "pace", "surface": "sheet.surface", "skin_tone": "sheet.tone"}


def in_words(name: str, value: Value, treatment: Treatment, say: Words) -> str:
    """Return the value of a leaf in some language, with its unit.

    Parameters
    ----------
    name : str
        The leaf.
    value : float, int, str or None
        Its value; None when it is derived.
    treatment : Treatment
        The treatment it is from: a moment is named by all of its course.
    say : Words
        The language.  Names of pigments and of presets stay as they are.
    """
    about = PARAMETERS[name]
    if name == "age_days":
        return name_of(treatment, say)
    if not isinstance(value, int | float):
        shown = about.show(value)
        return say.texts.get(f"{_TABLES.get(name, 'sheet.choice')}.{shown}", shown)
    if name == "old_age_days":
        return since(value, say)
    if name.endswith("_frac"):
        return f"{say.number(float(f'{100 * value:.3g}'))} %"
    return f"{say.number(value)} {say.texts.get(f'unit.{about.unit}', about.unit)}".strip()


def is_estimate(name: str) -> bool:
    """Whether a leaf rests on an estimate, as its declaration says; old work as the new."""
    return "estimate" in PARAMETERS.get(name.removeprefix("old_"), PARAMETERS[name]).source
