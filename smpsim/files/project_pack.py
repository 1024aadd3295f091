"""Projects with their photos in one file: ``name.smpz``, to be handed on.

A zip of ``project.smp.json`` and the photos beside it, under the names that the project gives them: unpacked into a
folder it is a project like any other.  The photos have been stripped of their notes (:mod:`smpsim.files.stripped`),
and the project has the digests of the stripped files.  The same project gives the same bytes.

A pack may come from a stranger: nothing of it is ever written to the disk, no name in it is used as a path, and every
size is checked before and while it is read.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO

from smpsim.errors import ProjectError
from smpsim.files.names import free_name, safe_stem
from smpsim.files.project_file import MAX_BYTES, encode_project, read_project
from smpsim.files.source import Source, one_line, opened, shown_name
from smpsim.files.stripped import stripped
from smpsim.project import MAX_VIEWS, PhotoFile, Project

MEMBER = "project.smp.json"
MAX_PHOTO_BYTES = 256 * 1024 * 1024
"""Of one photo; one of 100 megapixels whose pixels had to be kept as PNG takes about 150 MB."""
MAX_PACK_BYTES = 512 * 1024 * 1024
"""Of all photos of a pack together."""
_DATE = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20
# the record that ends a zip, and the longest table of contents before it; 64-bit zips have another record before that
_END = struct.Struct("<4sHHHHIIH")
_LOCATOR_BYTES = 20
_MAX_TABLE_BYTES = 65_536
_ONLY = f"a pack holds one {MEMBER} and its photos, and nothing else"


@dataclass(frozen=True, eq=False)
class Packed:
    """A project with its photos.

    Attributes
    ----------
    project : Project
        The project.
    photos : mapping of str to bytes
        Digest -> file, of every photo that its views name.
    """

    project: Project
    photos: Mapping[str, bytes]


def encode_pack(packed: Packed) -> bytes:
    """Write a project and its photos as the bytes of a ``.smpz`` file, without the photos' notes.

    Raises
    ------
    ProjectError
        When a photo is missing.
    PhotoError
        When a photo cannot be read.
    """
    files: dict[str, PhotoFile] = {}
    written: dict[str, bytes] = {}
    for view in packed.project.views:
        if view.photo.sha256 not in files:
            data, extension = stripped(_photo(packed, view.photo))
            name = free_name(safe_stem(view.photo.name), extension, written)
            written[name] = data
            files[view.photo.sha256] = PhotoFile(name, hashlib.sha256(data).hexdigest(), view.photo.size)
    views = tuple(replace(view, photo=files[view.photo.sha256]) for view in packed.project.views)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        text = encode_project(replace(packed.project, views=views))
        archive.writestr(zipfile.ZipInfo(MEMBER, _DATE), text, zipfile.ZIP_DEFLATED)
        for name, data in written.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return buffer.getvalue()


def _photo(packed: Packed, file: PhotoFile) -> bytes:
    if file.sha256 not in packed.photos:
        raise ProjectError(f"{one_line(file.name)}: this photo is not open; open it again before it is packed")
    return packed.photos[file.sha256]


def read_pack(source: Source) -> Packed:
    """Read a pack.

    Parameters
    ----------
    source : path, bytes or binary file
        A ``.smpz`` file.

    Raises
    ------
    ProjectError
        When it is none, is damaged, holds anything else than one project and its photos, or more than it may.
    """
    name = shown_name(source)
    with opened(source, ProjectError) as stream:
        try:
            _check_end(stream)
            with zipfile.ZipFile(stream) as archive:
                return _read(archive)
        except ProjectError as problem:
            raise ProjectError(f"{name}: {one_line(problem)}") from problem
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as problem:
            raise ProjectError(f"{name}: not a pack of smpsim, or a damaged one") from problem


def _check_end(stream: IO[bytes]) -> None:
    """Refuse a table of contents of millions of entries, which would be read whole before anybody could look at it."""
    stream.seek(0, os.SEEK_END)
    stream.seek(max(stream.tell() - _LOCATOR_BYTES - _END.size, 0))
    tail = stream.read()
    end = tail[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\5\6") or tail.startswith(b"PK\6\7"):
        raise ProjectError("not a pack of smpsim, or a damaged one")
    if _END.unpack(end)[5] > _MAX_TABLE_BYTES:
        raise ProjectError(_ONLY)


def _read(archive: zipfile.ZipFile) -> Packed:
    members = {info.filename: info for info in _checked(archive)}
    project = read_project(_named(_content(archive, members.pop(MEMBER), MAX_BYTES)))
    wanted = {view.photo.name: view.photo.sha256 for view in project.views}
    if set(wanted) != set(members):
        raise ProjectError("its photos are not those that its project names")
    photos = {}
    for name, info in members.items():
        photo = _content(archive, info, MAX_PHOTO_BYTES)
        digest = hashlib.sha256(photo).hexdigest()
        if any(view.photo.sha256 != digest for view in project.views if view.photo.name == name):
            raise ProjectError(f"{one_line(name)}: is not the photo that the project was made on")
        photos[digest] = photo
    return Packed(project, photos)


def _named(text: bytes) -> BytesIO:
    """Return a file with a name for messages."""
    stream = BytesIO(text)
    stream.name = MEMBER
    return stream


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return what lies in the archive, when it can be a pack by its table of contents."""
    members = archive.infolist()
    names = [info.filename for info in members]
    if MEMBER not in names or len(members) > MAX_VIEWS + 1 or len(set(names)) < len(names):
        raise ProjectError(_ONLY)
    for info in members:
        if any(letter in info.filename for letter in "/\\:\0") or info.filename.startswith("."):
            raise ProjectError(f"{one_line(info.filename)}: a pack holds no folders and no paths")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ProjectError(f"{one_line(info.filename)}: is packed in a way that is not read")
    if sum(info.file_size for info in members) > MAX_PACK_BYTES:
        raise ProjectError(f"more than {MAX_PACK_BYTES // 1024**2} MB are in it")
    return members


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Read a member, and never more of it than is allowed, whatever its header says."""
    parts, total = [], 0
    with archive.open(info) as stream:
        for part in iter(lambda: _block(stream), b""):
            parts.append(part)
            total += len(part)
            if total > limit:
                raise ProjectError(f"{one_line(info.filename)}: more than {limit // 1024**2} MB")
    return b"".join(parts)


def _block(stream: IO[bytes]) -> bytes:
    return stream.read(_BLOCK)
