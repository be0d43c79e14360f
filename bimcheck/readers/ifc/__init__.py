"""The IFC reader: ``read_ifc``.

Flow: ``document`` (a sound file is read from its text by ``step``, any other parsed whole) → ``units``, ``placement`` →
``shapes`` (representations → plan regions and heights) → ``storeys``, ``spaces``, ``elements``, ``openings``, ``site``
→ ``reader`` (the model).
"""

from __future__ import annotations

from bimcheck.readers.ifc.reader import read_ifc

__all__ = ["read_ifc"]
