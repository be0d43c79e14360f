"""Finished checks kept for the next time: the same model, asked the same way of the same program, is not read again.

Only the supervising process looks here; the check itself, which opens the model, knows nothing of it. What is kept are
finished reports, as bytes: nothing is executed or interpreted when they are taken out.
"""

from bimcheck.cache.identity import Identity
from bimcheck.cache.store import Cache, default_cache

__all__ = ["Cache", "Identity", "default_cache"]
