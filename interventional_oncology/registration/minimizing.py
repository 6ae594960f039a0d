"""The optimizer of every stage: L-BFGS with exact gradients."""

from collections.abc import Callable

import numpy as np
from scipy import optimize

from ..progress import Progress

#: A relative change of the cost below this is no improvement any more.
_TOLERANCE = 2e-6


def minimize(
    cost: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    iterations: int,
    progress: Progress,
    title: str,
) -> np.ndarray:
    """Return the parameters of the smallest cost found; reports each iteration.

    ``cost`` returns the value and its gradient. L-BFGS: Liu and Nocedal 1989, doi:10.1007/BF01589116.
    """
    done = 0

    def report(_: np.ndarray) -> None:
        nonlocal done
        done += 1
        progress(min(done / iterations, 1.0), f"{title}, iteration {done}")

    result = optimize.minimize(
        cost,
        start,
        jac=True,
        method="L-BFGS-B",
        callback=report,
        options={
            "maxiter": iterations,
            "maxfun": 2 * iterations,
            "ftol": _TOLERANCE,
            "gtol": 1e-9,
            "maxcor": 8,
        },
    )
    progress(1.0, f"{title} done")
    return np.asarray(result.x)
