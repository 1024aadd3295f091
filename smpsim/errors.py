"""Everything that can go wrong, as one tree.

::

    SmpsimError
    |-- ParameterError (ValueError)      a parameter is out of range or unknown          exit 2
    |-- MissingExtraError (ImportError)  an optional package is not installed            exit 2
    |-- OutputExistsError (FileExistsError)  would overwrite a file without being asked  exit 2
    |-- InputError (ValueError)          an input cannot be used                         exit 3
    |   |-- PhotoError                   not a readable photograph
    |   |-- MaskError                    not a usable mask for this photograph
    |   |-- TreatmentFileError           not a readable treatment file
    |   `-- ProjectError                 not a readable project, or its photo is not there
    `-- OutputError (OSError)            a result cannot be written                      exit 3

    SmpsimWarning (UserWarning)          the result stands, but the user should know

Every message is one line: what is wrong, the value with its unit, what is allowed, where it came from, what to do.
The command line turns the class into its exit code (:attr:`SmpsimError.exit_code`); nothing branches on texts. For
every other exception :func:`exit_code_of` and :func:`message_of` know the code and the line.

Numbers: a choice of layout.
"""

from __future__ import annotations

_QUOTED_LETTERS = 80


def quoted(value: object) -> str:
    """Show a value in a message: its ``repr`` in one line, cut when it is longer than 80 letters.

    Values come out of strangers' files and can be as long as those.
    """
    try:
        text = " ".join(repr(value).splitlines())
    except (ValueError, RecursionError):  # a whole number of more than 4300 digits, lists in lists in lists
        return f"a {type(value).__name__} that is too long to show"
    if len(text) <= _QUOTED_LETTERS:
        return text
    return f"{text[:_QUOTED_LETTERS]}... ({len(text)} letters)"


class SmpsimError(Exception):
    """Base class of every error that smpsim raises on purpose.

    Attributes
    ----------
    exit_code : int
        Exit status of the command line for this error.
    """

    exit_code = 1


class ParameterError(SmpsimError, ValueError):
    """A parameter is out of range, of the wrong kind or unknown.

    Attributes
    ----------
    name : str
        Name of the parameter.
    value : object
        The value that was refused.
    """

    exit_code = 2

    def __init__(self, message: str, *, name: str = "", value: object = None) -> None:
        super().__init__(message)
        self.name = name
        self.value = value


class MissingExtraError(SmpsimError, ImportError):
    """An optional package is needed and not installed.

    Attributes
    ----------
    extra : str
        The extra to install, as in ``pip install "smpsim[heic]"``.
    """

    exit_code = 2

    def __init__(self, message: str, *, extra: str) -> None:
        super().__init__(message)
        self.extra = extra


class OutputExistsError(SmpsimError, FileExistsError):
    """The output exists and overwriting was not asked for, or it is the input itself."""

    exit_code = 2


class InputError(SmpsimError, ValueError):
    """An input file or array cannot be used.

    Attributes
    ----------
    path : str or None
        The file it came from.
    """

    exit_code = 3

    def __init__(self, message: str, *, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


class PhotoError(InputError):
    """Not a photograph that can be read."""


class MaskError(InputError):
    """Not a mask that can be used with this photograph."""


class TreatmentFileError(InputError):
    """Not a treatment file that can be read."""


class ProjectError(InputError):
    """Not a project that can be read, or its photo is not there."""


class OutputError(SmpsimError, OSError):
    """A result cannot be written."""

    exit_code = 3


class SmpsimWarning(UserWarning):
    """The result stands, but the user should know something about it."""


def exit_code_of(problem: BaseException) -> int:
    """Exit status that an exception leads to: its own for a :class:`SmpsimError`, else 1."""
    return problem.exit_code if isinstance(problem, SmpsimError) else 1


def message_of(problem: BaseException) -> str:
    """One line for an exception of any kind."""
    if isinstance(problem, SmpsimError):
        text = str(problem)
    elif isinstance(problem, MemoryError):
        text = "not enough memory; close other programs or take a smaller photo"
    elif isinstance(problem, OSError):
        text = f"the system refused: {problem.strerror or problem}"
    else:
        text = f"{type(problem).__name__}: {problem}; this is a bug; run with -v for the traceback"
    return " ".join(text.split())
