"""The label: every preview says of itself that it is a simulation, and how it was made.

An XMP packet carries, for people and other programs,

* ``Iptc4xmpExt:DigitalSourceType`` ``humanEdits``: edited by humans with tools that are not generative AI (IPTC
  NewsCodes, as of 2024-09-17; ``composite`` and its kin may involve generative AI, which this is not);
* ``dc:description`` in plain words, ``xmp:CreatorTool``;

and, for :func:`read_label`, the parameters and the seed as one JSON object in a namespace of our own. A fresh EXIF
block repeats the words for programs that know no XMP. Nothing of the photo's own metadata goes into either.

Sources: ISO 16684-1 (XMP), IPTC Photo Metadata Standard 2023.1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree import ElementTree

from PIL import ExifTags, Image, UnidentifiedImageError

import smpsim
from smpsim.errors import ParameterError, PhotoError
from smpsim.files.decode import FORMATS
from smpsim.files.quiet import caught_warnings
from smpsim.files.source import Source, one_line, opened, path_of, shown_name

DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"
DESCRIPTION = "Simulated scalp micropigmentation preview, not a photograph of a result"
NAMESPACE = "urn:smpsim:xmp:1.0#"
_MAX_PACKET_BYTES = 60_000
"""A JPEG segment holds 65,533 bytes, and a label that does not fit into every format would be no label."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:smpsim="{namespace}">
   <Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
   <smpsim:label>{label}</smpsim:label>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def creator_tool() -> str:
    """``"smpsim VERSION"``."""
    return f"smpsim {smpsim.__version__}"


def xmp_packet(label: Mapping[str, Any]) -> bytes:
    """XMP packet of a preview.

    Parameters
    ----------
    label : mapping
        What :func:`read_label` gives back: parameters, seed and the like; anything that JSON can hold.

    Returns
    -------
    bytes
        UTF-8.

    Raises
    ------
    ParameterError
        The label is no JSON object, or too long for a JPEG.
    """
    try:
        # ASCII alone: control characters and lone surrogates, which XML cannot hold, are escaped by JSON
        text = json.dumps(dict(label), ensure_ascii=True, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as problem:
        raise ParameterError(f"the label cannot be written as JSON: {one_line(problem)}", name="label") from problem
    packet = _PACKET.format(
        namespace=NAMESPACE,
        source_type=DIGITAL_SOURCE_TYPE,
        tool=escape(creator_tool(), quote=False),
        description=escape(DESCRIPTION, quote=False),
        label=escape(text, quote=False),
    ).encode("utf-8")
    if len(packet) > _MAX_PACKET_BYTES:
        raise ParameterError(f"the label has {len(packet)} bytes, at most {_MAX_PACKET_BYTES} fit", name="label")
    return packet


def exif_block() -> bytes:
    """Fresh EXIF with the description and the program's name, and nothing else."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = DESCRIPTION
    exif[ExifTags.Base.Software] = creator_tool()
    return exif.tobytes()


def read_label(source: Source) -> dict[str, Any] | None:
    """Read back the label of a preview.

    Parameters
    ----------
    source : str, path, bytes or binary file
        JPEG, PNG, WebP or TIFF; the pixels are not decoded.

    Returns
    -------
    dict or None
        What was given to ``xmp_packet``; None when the picture is not a preview of ours, or its label is damaged.

    Raises
    ------
    PhotoError
        The file cannot be read as a picture.
    """
    name = shown_name(source)
    with opened(source, PhotoError) as stream, caught_warnings():
        try:
            with Image.open(stream, formats=FORMATS) as image:
                packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
        except Exception as problem:  # Pillow raises nearly anything on a damaged file
            # Pillow's own words for it name the whole path
            unknown = isinstance(problem, UnidentifiedImageError)
            reason = "not a picture, or a damaged one" if unknown else one_line(problem)
            raise PhotoError(
                f"{name}: no picture with a label can be read ({reason})", path=path_of(source)
            ) from problem
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    return _parse(packet) if isinstance(packet, bytes) else None


def label_of(source: Source) -> dict[str, Any] | None:
    """Read back the label of a preview; None for any other picture, also of a format without labels (HEIC)."""
    try:
        return read_label(source)
    except PhotoError:
        return None


def _parse(packet: bytes) -> dict[str, Any] | None:
    if len(packet) > _MAX_PACKET_BYTES or b"<!" in packet:  # no document types, so no entities to expand
        return None
    try:
        element = ElementTree.fromstring(packet.strip(b"\x00 \r\n\t")).find(f".//{{{NAMESPACE}}}label")
        label = json.loads(element.text) if element is not None and element.text else None
    except (ElementTree.ParseError, ValueError, RecursionError, LookupError):
        return None
    return label if isinstance(label, dict) else None


def _plain(value: object) -> object:
    """NumPy scalars and arrays as Python numbers and lists."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON")
