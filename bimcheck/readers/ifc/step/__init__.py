"""STEP files (ISO 10303-21): made fit for the parser, or read without one.

``text`` makes a submitted file fit for the parser and tells what was wrong with it. A sound file in the usual layout
needs no parser: ``scan`` finds where each instance stands and checks ids, classes, references and strings of the whole
file in one pass; ``sparse`` then reads the few instances that are asked for. Whatever the scan does not know for sure
raises ``UnusualFileError``, and the file is parsed whole.
"""
