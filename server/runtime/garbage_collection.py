"""When a process looks for garbage: seldom, and never among what its start has built."""

import gc

GC_THRESHOLDS = (50_000, 20, 50)
"""A request makes some ten thousand objects and drops them all: collecting sooner finds nothing."""


def freeze_gc() -> None:
    """Leave what the start has built out of every later garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
