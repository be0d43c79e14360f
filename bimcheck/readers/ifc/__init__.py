"""The IFC reader: ``read_ifc``.

Flow: ``document`` (bytes → parsed file) → ``units``, ``placement`` → ``shapes`` (representations → plan regions and
heights) → ``storeys``, ``spaces``, ``elements``, ``openings``, ``site`` → ``reader`` (the model).
"""

from __future__ import annotations

from bimcheck.readers.ifc.reader import read_ifc

__all__ = ["read_ifc"]
