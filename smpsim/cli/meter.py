"""How far a batch is: a bar on a terminal, a line now and then elsewhere, and a summary."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from smpsim.cli.talk import Talk, printable
from smpsim.units import counted

if TYPE_CHECKING:
    from smpsim.bulk.job import BatchResult
    from smpsim.stats import PreviewStats

_EVERY_S = 30.0
_LISTED = 20


class Meter:
    """Counts results, and tells people.

    Parameters
    ----------
    talk : Talk
        How much is said.
    total : int
        Photos in all.
    said : bool
        Whether every result is said, as in a dry run.
    """

    def __init__(self, talk: Talk, total: int, *, said: bool = False) -> None:
        self.talk = talk
        self.total = total
        self.counts: Counter[str] = Counter()
        self.failures: list[dict[str, Any]] = []
        self.noted = 0
        self.notes: Counter[str] = Counter()
        self._said = said
        self._begun = self._told = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Self:
        if not self.talk.quiet and not self._said and sys.stderr.isatty():
            self._bar = click.progressbar(length=self.total, file=sys.stderr, show_eta=False, show_pos=True)
            self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, problem, trace)

    @property
    def failed(self) -> int:
        """Photos that failed."""
        return self.counts["failed"]

    def count(self, result: BatchResult) -> None:
        """Take note of a result."""
        self.counts[result.status] += 1
        if result.error is not None:
            error = result.error
            self.failures.append({"src": result.src, "code": error.code, "message": error.message})
            self._clear_line()
            click.echo(printable(f"failed: {result.src}: {error.message}"), err=True)
        elif self._said:
            self.talk.say(f"{result.status}: {result.src} -> {result.out}")
        else:
            self._clear_line()
            self.talk.more(f"{result.status}: {result.out}")
        if result.stats is not None:
            self._note(result.src, result.stats)
        if self._bar is not None:
            self._bar.label = self._rate()
            self._bar.update(1)
        elif not self._said and time.monotonic() - self._told > _EVERY_S:
            self._told = time.monotonic()
            self.talk.say(f"{sum(self.counts.values())} of {self.total} photos, {self._rate()}")

    def _note(self, src: str, stats: PreviewStats) -> None:
        """Count what is to be known of a preview; say it where more is asked for."""
        from smpsim.inputs import PROPOSED
        from smpsim.scalp.scale import Scale

        scale = Scale(stats.px_per_mm, stats.scale_source)
        kinds = {
            "scale estimated for": scale.is_estimated,
            "mask proposed for": any(line.startswith(PROPOSED) for line in stats.warnings),
            "dots not resolved in": not scale.resolves_dots,
        }
        self.noted += bool(stats.warnings)
        self.notes.update(kind for kind, holds in kinds.items() if holds)
        for line in stats.warnings:
            self.talk.more(f"note: {src}: {line}")

    def _clear_line(self) -> None:
        if self._bar is not None:
            click.echo("\r\x1b[K", nl=False, err=True)

    def _rate(self) -> str:
        """Photos per second and time left; photos that took no work do not count."""
        worked = self.counts["done"] + self.counts["failed"]
        rate = worked / max(time.monotonic() - self._begun, 1e-9)
        left = self.total - sum(self.counts.values())
        return f"{rate:.1f}/s, {_duration(left / rate)} left" if worked else "starting"

    def summary(self, status: str) -> dict[str, Any]:
        """Return the counts, ready for JSON."""
        seconds = time.monotonic() - self._begun
        return {
            "status": status,
            "n_photos": self.total,
            **{f"n_{name}": self.counts[name] for name in ("done", "failed", "skipped", "planned")},
            "n_left": self.total - sum(self.counts.values()),
            "seconds": seconds,
            "photos_per_s": self.counts["done"] / max(seconds, 1e-9),
            "failures": self.failures,
        }

    def tell(self) -> None:
        """Say how it ended; failures in a list, as they have long scrolled away."""
        names = ("done", "failed", "skipped", "planned")
        parts = [f"{self.counts[name]} {name}" for name in names if self.counts[name]]
        left = self.total - sum(self.counts.values())
        parts += [f"{left} not begun"] if left else []
        seconds = time.monotonic() - self._begun
        rate = f", {self.counts['done'] / max(seconds, 1e-9):.2f} photos/s" if self.counts["done"] else ""
        self.talk.say(f"{counted(self.total, 'photo')}: {', '.join(parts)} in {_duration(seconds)}{rate}")
        if self.noted:
            kinds = ", ".join(f"{kind} {number}" for kind, number in self.notes.items())
            hint = "" if self.talk.verbose else "; -v names them"
            self.talk.say(f"notes on {counted(self.noted, 'photo')}{kinds and f': {kinds}'}{hint}")
        if self.failed and self.total > _LISTED:
            for failure in self.failures[:_LISTED]:
                self.talk.say(f"  {failure['src']}: {failure['message']}")
            if self.failed > _LISTED:
                self.talk.say(f"  and {self.failed - _LISTED} more")


def _duration(seconds: float) -> str:
    """Return seconds in two units at most."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"
