"""Many models in one run: every input gets an outcome, and results land whole.

:func:`gather` says what is to be checked, a :class:`Store` keeps results under names made of what they depend on,
:func:`run_batch` has a :class:`Runner` do what is missing, and :class:`Overview` lists what came out.
"""

from bimcheck.batch.gather import Gathered, gather
from bimcheck.batch.overview import Overview
from bimcheck.batch.request import Request
from bimcheck.batch.run import Batch, Row, run_batch
from bimcheck.batch.runner import Here, Runner
from bimcheck.batch.store import Store, store_at

__all__ = [
    "Batch",
    "Gathered",
    "Here",
    "Overview",
    "Request",
    "Row",
    "Runner",
    "Store",
    "gather",
    "run_batch",
    "store_at",
]
