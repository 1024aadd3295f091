"""All parameters, section by section: the one place where a default, a range or a flag is written."""

from __future__ import annotations

import dataclasses

from smpsim.declare import Parameter
from smpsim.parameters.client import Hair, Head, Skin
from smpsim.parameters.course import Course
from smpsim.parameters.dots import Deposit, Ink
from smpsim.parameters.places import Edge, Placement
from smpsim.parameters.repair import Old, Repair

__all__ = [
    "PARAMETERS",
    "SECTIONS",
    "SECTION_OF",
    "Course",
    "Deposit",
    "Edge",
    "Hair",
    "Head",
    "Ink",
    "Old",
    "Placement",
    "Repair",
    "Skin",
]

#: table of the TOML file -> its dataclass
SECTIONS: dict[str, type] = {
    "placement": Placement,
    "edge": Edge,
    "deposit": Deposit,
    "ink": Ink,
    "course": Course,
    "skin": Skin,
    "head": Head,
    "hair": Hair,
    "old": Old,
    "repair": Repair,
}
#: leaf name -> its section
SECTION_OF: dict[str, str] = {
    leaf.name: section for section, kind in SECTIONS.items() for leaf in dataclasses.fields(kind)
}
#: leaf name -> its declaration, in order
PARAMETERS: dict[str, Parameter] = {
    leaf.name: Parameter(name=leaf.name, section=section, **leaf.metadata)
    for section, kind in SECTIONS.items()
    for leaf in dataclasses.fields(kind)
}
