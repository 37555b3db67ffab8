"""Classic classifiers on few-shot tasks that `anole peers` wrote: docs/formats.md, "Tasks for peers".

  python3 peers.py FOLDER

Reads FOLDER/tasks.json and the arrays that it names, writes FOLDER/peers.json. Needs NumPy and
scikit-learn. What can be tuned is tuned on the tuning tasks, never on those that are scored.
"""
import json
import os
import sys
import time

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier


def unit(rows):
    """Rows of length 1; zeros stay zeros."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)


def class_means(support, labels, ways):
    return np.stack([support[labels == way].mean(axis=0) for way in range(ways)])


def means_euclidean(support, labels, query, ways, settings):
    means = class_means(support, labels, ways)
    return ((query[:, None, :] - means[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)


def means_cosine(support, labels, query, ways, settings):
    return (unit(query) @ unit(class_means(unit(support), labels, ways)).T).argmax(axis=1)


def scaled(support, query, scale):
    return (unit(support), unit(query)) if scale == "unit" else (support, query)


def logistic_regression(support, labels, query, ways, settings):
    support, query = scaled(support, query, settings["rows"])
    model = LogisticRegression(C=settings["C"], max_iter=1000)
    return model.fit(support, labels).predict(query)


def nearest_neighbours(support, labels, query, ways, settings):
    support, query = scaled(support, query, settings["rows"])
    model = KNeighborsClassifier(n_neighbors=min(settings["k"], len(support)), weights="distance")
    return model.fit(support, labels).predict(query)


ROWS = ("raw", "unit")
PEERS = [
    ("class means, euclidean", means_euclidean, [{}]),
    ("class means, cosine", means_cosine, [{}]),
    ("logistic regression", logistic_regression,
     [{"C": c, "rows": rows} for c in (1.0, 0.01, 0.1, 10.0, 100.0) for rows in ROWS]),
    ("k-nearest neighbours", nearest_neighbours,
     [{"k": k, "rows": rows} for k in (1, 3, 5) for rows in ROWS]),
]


class Tasks:
    """Tasks of one kind: support [tasks, N, K] and query [tasks, N, Q], as numbers of rows."""

    def __init__(self, folder, rows, files):
        self.rows = rows
        self.support = np.load(os.path.join(folder, files["support"]))
        self.query = np.load(os.path.join(folder, files["query"]))

    def right(self, classify, settings):
        """How many query rows of each task are named rightly."""
        tasks, ways, shots = self.support.shape
        labels = np.repeat(np.arange(ways), shots)
        truth = np.repeat(np.arange(ways), self.query.shape[2])
        found = []
        for task in range(tasks):
            support = self.rows[self.support[task].reshape(-1)]
            query = self.rows[self.query[task].reshape(-1)]
            guess = classify(support, labels, query, ways, settings)
            found.append(int((np.asarray(guess) == truth).sum()))
        return found


def choose(classify, grid, tuning):
    """The settings with most right answers on the tuning tasks, the first of equals."""
    if tuning is None or len(grid) == 1:
        return grid[0]
    return max(grid, key=lambda settings: sum(tuning.right(classify, settings)))


def main(folder):
    with open(os.path.join(folder, "tasks.json"), encoding="utf-8") as file:
        what = json.load(file)
    if what["format"] != "anole-peer-tasks" or what["format_version"] != 1:
        sys.exit("peers.py: tasks.json is not of this version")
    rows = np.load(os.path.join(folder, what["rows"])).astype(np.float64)
    scored = Tasks(folder, rows, what["scored"])
    tuning = Tasks(folder, rows, what["tuning"]) if what["tuning"] else None
    peers = []
    for name, classify, grid in PEERS:
        settings = choose(classify, grid, tuning)
        began = time.perf_counter()
        right = scored.right(classify, settings)
        peers.append({"name": name, "settings": settings, "right": right,
                      "seconds": time.perf_counter() - began})
    result = {"format": "anole-peer-answers", "format_version": 1, "peers": peers,
              "scikit_learn": sklearn.__version__}
    with open(os.path.join(folder, "peers.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main(sys.argv[1])
