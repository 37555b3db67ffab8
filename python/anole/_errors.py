"""The library's exceptions."""


class Error(RuntimeError):
    """A mistake of the caller or of a file: found, expected, where, and what to do next."""


class UsageError(Error, ValueError):
    """A mistake in the call itself: an unknown option, a value out of range, a wrong shape."""


class NonFiniteError(Error):
    """The adaptation diverged: a loss or parameter is not finite."""


for _error in (Error, UsageError, NonFiniteError):
    _error.__module__ = "anole"
