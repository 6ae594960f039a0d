"""Independent array work side by side; the result does not depend on how many threads do it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import SimpleITK as sitk

Item = TypeVar("Item")
Made = TypeVar("Made")


def in_parallel(function: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    """Return ``[function(item) for item in items]``, with as many threads as SimpleITK is given.

    scipy.ndimage lets other threads run while it works, and each item is worked on by one thread alone.
    """
    threads = min(sitk.ProcessObject.GetGlobalDefaultNumberOfThreads(), len(items))
    if threads <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
