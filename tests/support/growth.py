"""Growth of the cost of work with its size: CPU time of this thread, against a control that is measured beside it.

A busy machine makes both slower, and neither dearer by much.
"""

import time
from collections.abc import Callable

TIMES = 8
"""Ratio of the larger input to the smaller: linear work costs 8 times as much, quadratic work 64 times."""
MOST = 3 * TIMES
FEWEST_ROUNDS, MOST_ROUNDS = 3, 30
"""Bounds on the measurements of both; the cheapest of each counts."""


def assert_linear[T](work: Callable[[T], object], make: Callable[[int], T], size: int) -> None:
    """`work` on ``make(8 * size)`` costs at most 24 times as much as on ``make(size)``."""
    inputs = make(size), make(TIMES * size)
    small = large = float("inf")
    for finished in range(1, MOST_ROUNDS + 1):
        small = min(small, _cost(work, inputs[0]))
        large = min(large, _cost(work, inputs[1]))
        if finished >= FEWEST_ROUNDS and large <= MOST * small:
            return
    raise AssertionError(f"{TIMES} times the size costs {large / small:.0f} times as much ({large:.3f} s of CPU)")


def _cost[T](work: Callable[[T], object], value: T) -> float:
    started = time.thread_time()
    work(value)
    return time.thread_time() - started
