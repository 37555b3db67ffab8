"""Few-shot learning by meta-learning: from a few labelled examples to a network that knows them.

    import anole
    answers = anole.load("start.anole").adapt(X, y).predict(new)
"""

from ._anole import Error, NonFiniteError, UsageError, __version__

__all__ = ["Error", "NonFiniteError", "UsageError", "__version__"]
