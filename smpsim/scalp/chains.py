"""From pieces of a line to the whole: the chain of places that is longest, smoothest and has the fewest gaps.

Places with a direction are the nodes of a graph, once for each way along them; an edge goes on from one to the next
ahead.  What an edge costs is the gap that it bridges and how sharply it turns at either end.  From a strong place the
cheapest ways lead in both directions; the chain is the two whose length on the line, less their costs, is greatest.

Numbers: estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from smpsim.arrays import F64, Bool, Int

# places nearer than this follow each other without a gap; the widest gap that is bridged, mm
_NEXT_MM, _GAP_MM = 3.2, 32.0
# the sharpest turns, rad: between neighbours, and over a gap
_TURN, _TURN_GAP = 0.9, 0.5
# costs in mm of line: of a mm of gap, of a turn by one rad (squared), of going on at all
_COST_GAP, _COST_TURN, _COST = 0.45, 6.0, 0.02
_SEEDS = 16
# a place that stands out so much counts in full
_SURE = 6.0


@dataclass(frozen=True, eq=False)
class Chain:
    """A chain of places.

    Attributes
    ----------
    places : ndarray (n,) of int
        Indices, in order.
    net_mm : float, mm
        Length on the line less what the chain costs.
    """

    places: Int
    net_mm: float


def best_chain(places_mm: F64, direction: F64, score: F64, *, anchors: Bool | None = None) -> Chain | None:
    """Find the best chain.

    Parameters
    ----------
    places_mm : ndarray (n, 2), mm
        Where.
    direction : ndarray (n,), rad
        Which way the line runs there, from the right downwards.
    score : ndarray (n,)
        How sure that is.
    anchors : ndarray (n,) bool, optional
        The chain begins at one of these.

    Returns
    -------
    Chain or None
        None when there are no places.
    """
    n = len(places_mm)
    seeds = np.argsort(-score, kind="stable")
    if anchors is not None:
        seeds = seeds[anchors[seeds]]
    if n < 2 or not len(seeds):
        return None
    graph, gain = _graph(places_mm, direction, score)
    best: Chain | None = None
    left = np.ones(n, np.bool_)
    for _ in range(_SEEDS):
        seeds = seeds[left[seeds]]
        if not len(seeds):
            break
        seed = int(seeds[0])
        chain = _from(seed, graph, gain, n)
        left[chain.places] = False
        left[seed] = False
        if best is None or chain.net_mm > best.net_mm:
            best = chain
    return best


def _graph(places: F64, direction: F64, score: F64) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Costs of the edges between nodes, and the length on the line that each adds; node n + i is i the other way."""
    n = len(places)
    i, j = cKDTree(places).query_pairs(_GAP_MM, output_type="ndarray").T
    i, j = np.concatenate([i, j]), np.concatenate([j, i])
    step = places[j] - places[i]
    length = np.hypot(*step.T)
    heading = np.arctan2(step[:, 1], step[:, 0])
    i, back_i = _along(i, direction, heading, n)
    j, back_j = _along(j, direction, heading, n)
    # how far each end turns from the straight line between them; a smooth curve turns alike at both
    turn = np.maximum(np.abs(back_i), np.abs(back_j))
    gap = np.maximum(length - _NEXT_MM, 0)
    allowed = turn < np.where(gap > 0, _TURN_GAP, _TURN)
    sure = np.minimum(np.minimum(score[i % n], score[j % n]) / _SURE, 1)
    cost = _COST * length + _COST_GAP * gap + _COST_TURN * (back_i**2 + back_j**2 + (back_i + back_j) ** 2)
    gain = np.where(gap > 0, 0, length * sure)
    cost += 0.3 * (np.where(gap > 0, _NEXT_MM, length) * (1 - sure))
    where = (i[allowed], j[allowed])
    return (
        sparse.csr_array((cost[allowed], where), shape=(2 * n, 2 * n)),
        sparse.csr_array((gain[allowed], where), shape=(2 * n, 2 * n)),
    )


def _along(places: Int, direction: F64, heading: F64, n: int) -> tuple[Int, F64]:
    """Nodes of places taken along a heading, and the angle from the one to the other, -pi/2 to pi/2."""
    turn = (heading - direction[places] + np.pi) % (2 * np.pi) - np.pi
    back = np.abs(turn) > np.pi / 2
    angle = np.where(back, turn - np.sign(turn) * np.pi, turn)
    return places + n * back, angle


def _from(seed: int, graph: sparse.csr_array, gain: sparse.csr_array, n: int) -> Chain:
    """Best chain through a place."""
    cost, before = dijkstra(graph, indices=[seed, seed + n], return_predecessors=True)
    net, ways = 0.0, []
    used = np.zeros(n, np.bool_)
    for c, b, start in zip(cost, before, (seed, seed + n), strict=True):
        order = np.argsort(c, kind="stable")
        order = order[np.isfinite(c[order])]
        total = np.zeros(2 * n)
        added = np.zeros(2 * n)
        inner = order[b[order] >= 0]
        added[inner] = np.asarray(gain[b[inner], inner]).ravel()
        for node in inner.tolist():
            total[node] = total[b[node]] + added[node]
        worth = np.where(np.isfinite(c), total - np.where(np.isfinite(c), c, 0), -np.inf)
        # the two ways of a chain must not meet
        worth[np.flatnonzero(used)] = worth[np.flatnonzero(used) + n] = -np.inf
        worth[start] = max(worth[start], 0.0)
        way = _way(int(worth.argmax()), b, used, n)
        net += float(worth[way[-1]])
        used[way % n] = True
        used[seed] = False
        ways.append(way % n)
    return Chain(np.concatenate([ways[1][::-1], ways[0][1:]]), net)


def _way(end: int, before: Int, used: Bool, n: int) -> Int:
    """Nodes from the start to an end; no further than to what is used already."""
    way = [end]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    nodes = np.array(way[::-1])
    met = used[nodes % n]
    return nodes[: int(met.argmax())] if met.any() else nodes
