"""The optimizer of every stage: L-BFGS with exact gradients and steps that are limited in mm.

Written out, not taken from scipy, for three reasons that were measured or matter here: the result does not
depend on the version of scipy that a Slicer brings, nor on the number of BLAS threads (scipy's is slowed
tenfold by them when the machine is busy); and a step is never longer than a part of a voxel can follow.
"""

from collections import deque
from collections.abc import Callable

import numpy as np

from ..progress import Progress

Cost = Callable[[np.ndarray], tuple[float, np.ndarray]]

#: Pairs of steps and gradient changes that are remembered.
_MEMORY = 8
#: Over two iterations in a row, a relative change of the cost below this is no improvement any more.
_TOLERANCE = 1e-5
#: Sufficient decrease (Armijo), Nocedal and Wright 2006, section 3.1.
_DECREASE = 1e-4
_SHORTENINGS = 8


def minimize(
    cost: Cost, start: np.ndarray, *, iterations: int, largest_step: float, progress: Progress, title: str
) -> np.ndarray:
    """Return the parameters of the smallest cost found; reports each iteration.

    Parameters
    ----------
    cost : callable
        Returns the value and its gradient.
    start : ndarray, shape (n,)
    iterations : int
        At most so many.
    largest_step : float
        No parameter changes by more in one iteration, in its own unit (mm here).
    progress : callable
    title : str
        What the messages of ``progress`` start with.

    Notes
    -----
    Liu and Nocedal 1989, doi:10.1007/BF01589116, with backtracking and without updates of negative curvature.
    """
    point = np.array(start, dtype=float)
    value, gradient = cost(point)
    memory: deque[tuple[np.ndarray, np.ndarray, float]] = deque(maxlen=_MEMORY)
    stalled = 0
    for iteration in range(iterations):
        direction = _limited(_direction(gradient, memory), largest_step, first=not memory)
        found = _step(cost, point, value, gradient, direction)
        if found is None and memory:  # a poor memory of the curvature: start again downhill
            memory.clear()
            continue
        if found is None:
            break
        new_point, new_value, new_gradient = found
        moved, turned = new_point - point, new_gradient - gradient
        curvature = _dot(moved, turned)
        if curvature > 1e-12 * _dot(turned, turned):
            memory.append((moved, turned, curvature))
        stalled = stalled + 1 if value - new_value < _TOLERANCE * max(abs(value), 1e-12) else 0
        point, value, gradient = new_point, new_value, new_gradient
        progress((iteration + 1) / iterations, f"{title}, iteration {iteration + 1}")
        if stalled == 2:
            break
    progress(1.0, f"{title} done")
    return point


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    # einsum sums in one order on every machine; BLAS splits long vectors over its threads.
    return float(np.einsum("i,i->", a, b))


def _direction(gradient: np.ndarray, memory: deque[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    direction = -gradient
    weights = []
    for moved, turned, curvature in reversed(memory):
        weight = _dot(moved, direction) / curvature
        direction = direction - weight * turned
        weights.append(weight)
    if memory:
        _, turned, curvature = memory[-1]
        direction = direction * (curvature / _dot(turned, turned))
    for (moved, turned, curvature), weight in zip(memory, reversed(weights), strict=True):
        direction = direction + (weight - _dot(turned, direction) / curvature) * moved
    return direction


def _limited(direction: np.ndarray, largest_step: float, *, first: bool) -> np.ndarray:
    longest = float(np.abs(direction).max(initial=0.0))
    if longest == 0.0:
        return direction
    # Without a memory the gradient has no length in mm: half the largest step is tried.
    scale = 0.5 * largest_step / longest if first else min(1.0, largest_step / longest)
    return direction * scale


def _step(
    cost: Cost, point: np.ndarray, value: float, gradient: np.ndarray, direction: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    slope = _dot(gradient, direction)
    if slope >= 0.0:
        return None
    length = 1.0
    for _ in range(_SHORTENINGS):
        new_point = point + length * direction
        new_value, new_gradient = cost(new_point)
        if new_value <= value + _DECREASE * length * slope:
            return new_point, new_value, new_gradient
        # The minimum of the parabola through what is known, kept between a tenth and a half.
        parabola = -slope * length**2 / (2.0 * (new_value - value - slope * length))
        length = min(max(parabola, 0.1 * length), 0.5 * length)
    return None
