"""The page's templates, compiled once and kept beside their sources, as Python keeps its modules."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined, Template
from jinja2.bccache import Bucket

from bimcheck import notation
from bimcheck.drawing.shapes import Ref
from bimcheck.drawing.svg import anchor


class _Compiled(FileSystemBytecodeCache):
    """Where Python may not write its own compiled modules, or cannot, neither does this; compiling takes 0.1 s."""

    def __init__(self) -> None:
        super().__init__(str(resources.files("bimcheck.data").joinpath("templates", "__pycache__")), "%s.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 # damaged in whatever way: compiled anew
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


_ENVIRONMENT = Environment(
    loader=PackageLoader("bimcheck", "data/templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    finalize=lambda value: notation.clean(value) if type(value) is str else value,
    bytecode_cache=_Compiled(),
)
_ENVIRONMENT.filters["anchor"] = lambda id_, kind: anchor(Ref(kind, id_))
_LOADED = [_ENVIRONMENT.get_template(name) for name in ("report.html.j2", "stages.html.j2")]


def page() -> Template:
    """The template of the page."""
    return _LOADED[0]
