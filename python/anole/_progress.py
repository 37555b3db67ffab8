"""How far a long job is: a line on a terminal or in a notebook, else plain lines now and then."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import Any


def duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    if whole < 6000:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


class Progress:
    """A line on stderr that is drawn anew at most ten times a second and goes away at the end.

    In a notebook it is one output that changes. Elsewhere, as in a log, there is a line every 5 % or
    ten seconds.
    """

    def __init__(self, shown: bool) -> None:
        self._shown = shown
        self._notebook = shown and _in_notebook()
        self._terminal = shown and not self._notebook and _is_terminal()
        self._handle: Any = None  # of the notebook's output
        self._drawn = False
        self._began = self._last = time.monotonic()
        self._last_fraction = 0.0

    def show(self, fraction: float, *facts: str) -> None:
        """`fraction` in [0, 1]; facts in order of importance: those that do not fit are left out."""
        if not self._shown or not self._due(fraction):
            return
        self._last, self._last_fraction = time.monotonic(), fraction
        line = _line(fraction, facts, shutil.get_terminal_size((100, 24)).columns)
        if self._notebook:
            self._show_in_notebook(line)
        elif self._terminal:
            self._drawn = True
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def note(self, text: str) -> None:
        if self._shown:
            self.clear()
            print(f"note: {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False

    def _due(self, fraction: float) -> bool:
        waited = time.monotonic() - self._last
        if self._notebook or self._terminal:
            return waited >= 0.1 or fraction >= 1
        if fraction < self._last_fraction:  # another stage
            self._last_fraction = 0
        return fraction - self._last_fraction >= 0.05 or waited >= 10

    def _show_in_notebook(self, line: str) -> None:
        display = sys.modules["IPython"].display.display
        data = {"text/plain": line}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def _is_terminal() -> bool:
    stream = sys.stderr
    return stream is not None and stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    if ipython is None or (shell := ipython.get_ipython()) is None:
        return False
    return hasattr(shell, "kernel")


def _line(fraction: float, facts: tuple[str, ...], width: int) -> str:
    filled = int(20 * min(max(fraction, 0.0), 1.0))
    line = f"{'█' * filled}{'░' * (20 - filled)} {100 * fraction:3.0f} %"
    for fact in facts:
        if len(line) + 2 + len(fact) >= width:
            break
        line += "  " + fact
    return line
