"""An isolation forest as arrays: the scores of scikit-learn, without its cost of a call for each tree.

All trees stand one after the other in the same arrays and are walked at once, a level a step. A leaf leads to itself, so that
trees of different depths need no looking after.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Rows that are walked together: their places in all trees stay within a core's cache.
CHUNK = 256


@dataclass(frozen=True, slots=True)
class FlatForest:
    """A fitted forest.

    Args:
        children: of node i, at 2i where to go for values up to its threshold, at 2i + 1 for those above.
        feature: what a node looks at.
        threshold: and compares with.
        length: of a leaf: the path to it, and what is to be expected below it.
        roots: the node each tree begins with.
        depth: steps to the deepest leaf.
        mean_path: of a sample that is like all others.
        width: how many features a row has.
    """

    children: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: Floats
    length: Floats
    roots: NDArray[np.int32]
    depth: int
    mean_path: float
    width: int

    def score(self, rows: Any) -> Floats:
        """How odd rows are, in 0..1: what `-IsolationForest.score_samples` says of them.

        Args:
            rows: one of numbers, or many.

        Raises:
            ValueError: they have another number of features, or hold what is no finite number.
        """
        # As scikit-learn does: thresholds lie between values of this precision.
        with np.errstate(over="ignore"):  # what is too large for it is infinite, and refused
            given = np.atleast_2d(np.asarray(rows, dtype=np.float32))
        if given.ndim != 2 or given.shape[1] != self.width:
            raise ValueError(f"A row has {self.width} features.")
        if not np.isfinite(given).all():
            raise ValueError("Rows are finite numbers only.")
        if len(given) == 1:
            return self._score_row(given[0])
        parts = [self._score_rows(given[at : at + CHUNK]) for at in range(0, len(given), CHUNK)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _score_row(self, row: NDArray[np.float32]) -> Floats:
        node = self.roots
        for _ in range(self.depth):
            above = row.take(self.feature.take(node)) > self.threshold.take(node)
            node = self.children.take(2 * node + above)
        return self._of(self.length.take(node).sum(keepdims=True))

    def _score_rows(self, rows: NDArray[np.float32]) -> Floats:
        flat, first = rows.ravel(), (np.arange(len(rows), dtype=np.int32) * self.width)[:, None]
        node = np.repeat(self.roots[None, :], len(rows), axis=0)
        for _ in range(self.depth):
            above = flat.take(first + self.feature.take(node)) > self.threshold.take(node)
            node = self.children.take(2 * node + above)
        return self._of(self.length.take(node).sum(axis=1))

    def _of(self, lengths: Floats) -> Floats:
        scores: Floats = np.exp2(-lengths / (len(self.roots) * self.mean_path))
        return scores


def flatten(forest: Any) -> FlatForest:
    """The arrays of a fitted `sklearn.ensemble.IsolationForest` that uses every feature in each tree."""
    trees = [estimator.tree_ for estimator in forest.estimators_]
    sizes = [tree.node_count for tree in trees]
    roots = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int32)
    parts = [_nodes(tree, root) for tree, root in zip(trees, roots, strict=True)]
    children, feature, threshold, length = (np.concatenate(column) for column in zip(*parts, strict=True))
    return FlatForest(
        children,
        feature,
        threshold,
        length,
        roots,
        depth=max(tree.max_depth for tree in trees),
        mean_path=float(expected_path(np.array([forest.max_samples_]))[0]),
        width=int(forest.n_features_in_),
    )


def _nodes(tree: Any, root: int) -> tuple[Any, Any, Any, Any]:
    own = np.arange(tree.node_count)
    leaf = tree.children_left < 0
    left, right = np.where(leaf, own, tree.children_left), np.where(leaf, own, tree.children_right)
    children = (np.stack((left, right), axis=1).ravel() + root).astype(np.int32)
    depth = np.zeros(tree.node_count)
    for node in own[~leaf]:  # parents stand before their children
        depth[tree.children_left[node]] = depth[tree.children_right[node]] = depth[node] + 1
    length = np.where(leaf, depth + expected_path(tree.n_node_samples), 0.0)
    feature = np.where(leaf, 0, tree.feature).astype(np.int32)
    return children, feature, np.where(leaf, np.inf, tree.threshold), length


def expected_path(samples: NDArray[Any]) -> Floats:
    """The mean path that isolates one of so many (Liu, Ting and Zhou 2008, by Euler's constant)."""
    many = np.maximum(samples, 3).astype(float)
    usual = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.where(samples <= 1, 0.0, np.where(samples == 2, 1.0, usual))
