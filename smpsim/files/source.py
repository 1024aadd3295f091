"""Where a picture comes from: a path, bytes or an open binary file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, TypeAlias

from smpsim.errors import InputError

Source: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO
"""What the readers take; a ``str`` is always a path."""

MAX_STREAM_BYTES = 512 * 1024 * 1024
"""More than that is not read from a pipe or an open file, which must be held in memory as a whole."""


def shown_name(source: Source) -> str:
    """File name (no folder) in one printable line, for messages; ``"picture"`` for bytes and nameless files."""
    name = source if isinstance(source, str | os.PathLike) else getattr(source, "name", None)
    if not isinstance(name, str | os.PathLike):
        return "picture"
    return _printable(Path(os.fspath(name)).name or os.fspath(name))


def path_of(source: Source) -> str | None:
    """Path of a source, for errors; None when it has none."""
    return os.fspath(source) if isinstance(source, str | os.PathLike) else None


def full_path(source: object) -> str | None:
    """Path of a source from the root, which is still that of its file in another folder; None when it has none."""
    return os.path.abspath(source) if isinstance(source, str | os.PathLike) else None


def one_line(problem: object) -> str:
    """Text of an exception or a warning in one printable line of at most 160 characters; else its kind."""
    return _printable(" ".join(str(problem).split()))[:160] or type(problem).__name__


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def check_source(source: object, name: str, error: type[InputError], *, or_else: str = "") -> None:
    """Refuse what no reader takes; `or_else` are other kinds that are taken here."""
    if not isinstance(source, str | os.PathLike | bytes) and not hasattr(source, "read"):
        raise _wrong_kind(source, name, error, or_else)


def _wrong_kind(source: object, name: str, error: type[InputError], or_else: str = "") -> InputError:
    return error(f"{name}: {or_else}a path, bytes or a binary file is needed, not {type(source).__name__}")


@contextmanager
def opened(source: Source, error: type[InputError]) -> Iterator[IO[bytes]]:
    """Open a source for reading, at its beginning, seekable.

    Parameters
    ----------
    source : path, bytes or binary file
        A binary file is read from where it stands; it is not closed.
    error : type of InputError
        Raised, with the file's name, when it cannot be opened.
    """
    if isinstance(source, bytes):
        yield BytesIO(source)
    elif isinstance(source, str | os.PathLike):
        with _open_path(source, error) as stream:
            yield stream if stream.seekable() else _in_memory(stream, source, error)
    elif hasattr(source, "read"):
        yield _in_memory(source, source, error)
    else:
        raise _wrong_kind(source, "source", error)


def read_small(source: Source, error: type[InputError], limit: int, advice: str) -> bytes:
    """Read a whole file that is small by its nature.

    Parameters
    ----------
    source : path, bytes or binary file
        The file.
    error : type of InputError
        Raised, with the file's name, when it cannot be opened, or is larger.
    limit : int, bytes
        The largest allowed.
    advice : str
        What the message says of a larger one.
    """
    with opened(source, error) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise error(f"{shown_name(source)}: more than {limit // 1024**2} MB; {advice}", path=path_of(source))
    return data


def text_of(data: bytes) -> str:
    """UTF-8 text without the mark that Windows editors put before it; UnicodeDecodeError when it is none."""
    return data.decode("utf-8-sig")


def _open_path(path: str | os.PathLike[str], error: type[InputError]) -> IO[bytes]:
    name = shown_name(path)
    try:
        return open(path, "rb")
    except FileNotFoundError:
        reason = "no such file"
    except IsADirectoryError:
        reason = "is a folder, not a file"
    except PermissionError:
        reason = "is a folder, not a file" if Path(path).is_dir() else "may not be read (permission denied)"
    except OSError as problem:
        reason = f"cannot be opened ({problem.strerror or type(problem).__name__})"
    except ValueError:
        reason = "not a valid file name"
    raise error(f"{name}: {reason}", path=os.fspath(path))


def _in_memory(stream: IO[bytes] | BinaryIO, source: Source, error: type[InputError]) -> BytesIO:
    name, held = shown_name(source), BytesIO()
    try:
        # a pipe without a buffer gives what is there, not what is asked for
        while part := stream.read(MAX_STREAM_BYTES + 1 - held.tell()):
            held.write(part)
    except TypeError as problem:
        raise error(f"{name}: opened as text; open it in binary mode") from problem
    except (OSError, ValueError) as problem:
        raise error(f"{name}: cannot be read ({one_line(problem)})") from problem
    if held.tell() > MAX_STREAM_BYTES:
        raise error(f"{name}: more than {MAX_STREAM_BYTES // 1024**2} MB in a stream; pass the file's path instead")
    held.seek(0)
    return held
