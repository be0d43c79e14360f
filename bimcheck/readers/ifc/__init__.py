"""The IFC reader: ``read_ifc``.

Flow: ``document`` (bytes → parsed file) → ``units``, ``placement`` → ``shapes`` (representations → plan regions and
heights) → ``storeys``, ``spaces``, ``elements``, ``openings``, ``site`` → ``reader`` (the model).
"""
