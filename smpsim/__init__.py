"""smpsim: simulated previews of scalp micropigmentation.

The public names are loaded when they are first used, so that importing the package, and the command line's help,
cost next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from smpsim.api import check_photo as check_photo
    from smpsim.api import place_dots as place_dots
    from smpsim.api import propose_mask as propose_mask
    from smpsim.api import render as render
    from smpsim.bulk.job import BatchError as BatchError
    from smpsim.bulk.job import BatchResult as BatchResult
    from smpsim.bulk.run import Batch as Batch
    from smpsim.bulk.run import batch as batch
    from smpsim.dots.poisson import poisson_disc as poisson_disc
    from smpsim.dots.table import Dots as Dots
    from smpsim.errors import InputError as InputError
    from smpsim.errors import MaskError as MaskError
    from smpsim.errors import MissingExtraError as MissingExtraError
    from smpsim.errors import OutputError as OutputError
    from smpsim.errors import OutputExistsError as OutputExistsError
    from smpsim.errors import ParameterError as ParameterError
    from smpsim.errors import PhotoError as PhotoError
    from smpsim.errors import SmpsimError as SmpsimError
    from smpsim.errors import SmpsimWarning as SmpsimWarning
    from smpsim.errors import TreatmentFileError as TreatmentFileError
    from smpsim.files.case_file import Case as Case
    from smpsim.files.case_file import CaseView as CaseView
    from smpsim.files.case_file import CaseZone as CaseZone
    from smpsim.files.clinic_file import Clinic as Clinic
    from smpsim.files.hairline_file import encode_hairline as encode_hairline
    from smpsim.files.hairline_file import read_hairline as read_hairline
    from smpsim.files.mask_file import read_mask as read_mask
    from smpsim.files.metadata import read_label as read_label
    from smpsim.files.photo import Photo as Photo
    from smpsim.files.photo import read_photo as read_photo
    from smpsim.files.user_presets import save_preset as save_preset
    from smpsim.hidden import hide_line as hide_line
    from smpsim.ink.optics import dot_contrast as dot_contrast
    from smpsim.ink.optics import dot_gaussians as dot_gaussians
    from smpsim.ink.propose import Proposal as Proposal
    from smpsim.ink.propose import propose_treatment as propose_treatment
    from smpsim.ink.skin import SkinOptics as SkinOptics
    from smpsim.preview import Preview as Preview
    from smpsim.raster.options import RenderOptions as RenderOptions
    from smpsim.report.board import Board as Board
    from smpsim.report.board import Piece as Piece
    from smpsim.report.case import RenderedCase as RenderedCase
    from smpsim.report.case import render_case as render_case
    from smpsim.report.compare import Comparison as Comparison
    from smpsim.report.compare import compare_images as compare_images
    from smpsim.report.compare import side_by_side as side_by_side
    from smpsim.report.compare import slider_page as slider_page
    from smpsim.report.options import option_sheet as option_sheet
    from smpsim.report.sheet import ClientSheet as ClientSheet
    from smpsim.report.sheet import client_sheet as client_sheet
    from smpsim.report.strip import depth_strip as depth_strip
    from smpsim.report.timeline import timeline as timeline
    from smpsim.scalp.advice import Advice as Advice
    from smpsim.scalp.hairline import Hairline as Hairline
    from smpsim.scalp.landmarks import Landmarks as Landmarks
    from smpsim.scalp.pencil import DrawnLine as DrawnLine
    from smpsim.scalp.pencil import find_line as find_line
    from smpsim.scalp.proportions import measure_hairline as measure_hairline
    from smpsim.scalp.scale import Scale as Scale
    from smpsim.scalp.stubble import Stubble as Stubble
    from smpsim.scalp.stubble import measure_stubble as measure_stubble
    from smpsim.scalp.surface import Surface as Surface
    from smpsim.scalp.through import hairline_through as hairline_through
    from smpsim.scalp.zones import join_zones as join_zones
    from smpsim.sitting import Sitting as Sitting
    from smpsim.stats import PreviewStats as PreviewStats
    from smpsim.synthetic import sample as sample
    from smpsim.synthetic.truth import Sample as Sample
    from smpsim.treatment import Treatment as Treatment

_ROOMS = {
    "smpsim.api": ("check_photo", "place_dots", "propose_mask", "render"),
    "smpsim.bulk.job": ("BatchError", "BatchResult"),
    "smpsim.bulk.run": ("Batch", "batch"),
    "smpsim.dots.poisson": ("poisson_disc",),
    "smpsim.dots.table": ("Dots",),
    "smpsim.errors": (
        "InputError",
        "MaskError",
        "MissingExtraError",
        "OutputError",
        "OutputExistsError",
        "ParameterError",
        "PhotoError",
        "SmpsimError",
        "SmpsimWarning",
        "TreatmentFileError",
    ),
    "smpsim.files.case_file": ("Case", "CaseView", "CaseZone"),
    "smpsim.files.clinic_file": ("Clinic",),
    "smpsim.files.hairline_file": ("encode_hairline", "read_hairline"),
    "smpsim.files.mask_file": ("read_mask",),
    "smpsim.files.metadata": ("read_label",),
    "smpsim.files.photo": ("Photo", "read_photo"),
    "smpsim.hidden": ("hide_line",),
    "smpsim.files.user_presets": ("save_preset",),
    "smpsim.ink.optics": ("dot_contrast", "dot_gaussians"),
    "smpsim.ink.propose": ("Proposal", "propose_treatment"),
    "smpsim.ink.skin": ("SkinOptics",),
    "smpsim.preview": ("Preview",),
    "smpsim.raster.options": ("RenderOptions",),
    "smpsim.report.board": ("Board", "Piece"),
    "smpsim.report.case": ("RenderedCase", "render_case"),
    "smpsim.report.compare": ("Comparison", "compare_images", "side_by_side", "slider_page"),
    "smpsim.report.options": ("option_sheet",),
    "smpsim.report.sheet": ("ClientSheet", "client_sheet"),
    "smpsim.report.strip": ("depth_strip",),
    "smpsim.report.timeline": ("timeline",),
    "smpsim.scalp.hairline": ("Hairline",),
    "smpsim.scalp.landmarks": ("Landmarks",),
    "smpsim.scalp.pencil": ("DrawnLine", "find_line"),
    "smpsim.scalp.advice": ("Advice",),
    "smpsim.scalp.proportions": ("measure_hairline",),
    "smpsim.scalp.scale": ("Scale",),
    "smpsim.scalp.stubble": ("Stubble", "measure_stubble"),
    "smpsim.scalp.surface": ("Surface",),
    "smpsim.scalp.through": ("hairline_through",),
    "smpsim.scalp.zones": ("join_zones",),
    "smpsim.sitting": ("Sitting",),
    "smpsim.stats": ("PreviewStats",),
    "smpsim.synthetic": ("sample",),
    "smpsim.synthetic.truth": ("Sample",),
    "smpsim.treatment": ("Treatment",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted(_ROOM_OF)


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'smpsim' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_ROOM_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
