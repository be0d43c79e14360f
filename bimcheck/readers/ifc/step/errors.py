"""Why a file is handed to the parser after all."""

from __future__ import annotations


class UnusualFileError(Exception):
    """The file, or a statement in it, is not laid out as usual: it must be parsed whole to be read correctly."""
