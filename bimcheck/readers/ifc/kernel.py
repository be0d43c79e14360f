"""The geometry kernel, for what cannot be taken straight from the file: curved and swept bodies, odd booleans.

It crashes the process on cyclic references, so those are looked for first; it is given single items, never products,
so that it resolves no placement.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bimcheck.readers.ifc.faces import Faces
from bimcheck.readers.ifc.instance import Instance
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.step.extract import loaded
from bimcheck.readers.ifc.step.sparse import Entity

_MOST_INSTANCES = 200_000
_DEEPEST = 400
_FARTHEST = 1e12
_DEFLECTION_M = 0.002


class Kernel:
    """Meshes single representation items. ``scale`` corrects the unit where an option overrides the file's."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._settings: Instance = None

    def faces(self, item: Instance) -> list[Faces]:
        """Triangles of an item in its own axes, metres.

        Raises:
            UnusableGeometryError: the item refers to itself, holds unusable numbers, or the kernel gives up.
        """
        _check(item)
        import ifcopenshell.geom as library  # here, because it takes a tenth of a second and few files need it

        geom: Instance = library
        if self._settings is None:
            self._settings = geom.settings()
            self._settings.set("mesher-linear-deflection", _DEFLECTION_M)
        try:
            parsed, _file = loaded(item) if isinstance(item, Entity) else (item, None)
            mesh = geom.create_shape(self._settings, parsed)
        except RuntimeError:
            raise UnusableGeometryError(item.is_a()) from None
        mesh = getattr(mesh, "geometry", mesh)
        vertices = np.array(mesh.verts, dtype=float).reshape(-1, 3) * self._scale
        triangles = np.array(mesh.faces, dtype=int).reshape(-1, 3)
        return [Faces.polygons(vertices[triangles])] if len(triangles) else []


def _check(item: Instance) -> None:
    """Refuse what would crash the kernel: reference cycles, endless nesting, numbers that are none."""
    finished: set[int] = set()
    open_: set[int] = {item.id()}
    stack: list[tuple[int, Iterator[Instance]]] = [(item.id(), _references(item))]
    while stack:
        number, references = stack[-1]
        following = next(references, None)
        if following is None:
            stack.pop()
            open_.discard(number)
            finished.add(number)
            continue
        if following.id() in open_ or len(stack) > _DEEPEST or len(finished) > _MOST_INSTANCES:
            raise UnusableGeometryError("cycle")
        if following.id() not in finished:
            open_.add(following.id())
            stack.append((following.id(), _references(following)))


def _references(instance: Instance) -> Iterator[Instance]:
    pending = list(instance)
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending.extend(value)
        elif isinstance(value, float):
            if not math.isfinite(value) or abs(value) > _FARTHEST:
                raise UnusableGeometryError("coordinates")
        elif hasattr(value, "is_a") and value.id():
            yield value
