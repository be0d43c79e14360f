"""The chain of stages: this review against the report of the stage before, so that no decline goes unseen."""

from bimcheck.chain.compare import compare
from bimcheck.chain.context import decline_notes
from bimcheck.chain.previous import Previous, load_previous

__all__ = ["Previous", "compare", "decline_notes", "load_previous"]
