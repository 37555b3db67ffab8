"""Options as keywords: the same as the command line's flags, with the same checks and errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import _anole
from ._errors import Error

Keyword = tuple[str, str, str, str]  # name, type, usual value, help

TRAIN = _anole.train_keywords()
EVALUATE = _anole.eval_keywords()
TASKS = _anole.task_keywords()
_NAMES = {name for keywords in (TRAIN, EVALUATE, TASKS) for name, *_ in keywords} | {"resume"}


def respelled(text: str) -> str:
    """Flags that a message names, as keywords: --meta-batch -> meta_batch."""

    def keyword(match: re.Match[str]) -> str:
        name = match[1].replace("-", "_")
        return name if name in _NAMES else match[0]

    return re.sub(r"--([a-z][a-z0-9-]*[a-z0-9])", keyword, text)


@contextmanager
def errors_with_keywords() -> Iterator[None]:
    try:
        yield
    except Error as error:
        raise type(error)(respelled(str(error))) from None


def describe(function: Callable[..., Any], keywords: list[Keyword]) -> None:
    """Puts a line for each keyword in the place of "{options}" in the docstring."""
    if not function.__doc__:  # python -OO
        return
    indent = function.__doc__.split("{options}")[0].rpartition("\n")[2]
    lines = [
        respelled(f"{name}: {kind}, usually {usual or 'none'}. {text}.")
        for name, kind, usual, text in keywords
    ]
    function.__doc__ = function.__doc__.replace("{options}", f"\n{indent}".join(lines))
