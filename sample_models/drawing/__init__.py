"""Describe a building once (``plan``), write it as IFC (``write_ifc``) and as DXF (``write_dxf``)."""

from sample_models.drawing.dxf import SitePlan, Style, Version, write_dxf
from sample_models.drawing.frames import area_frame
from sample_models.drawing.ifc import write_ifc
from sample_models.drawing.ifc_shapes import SpaceShape, Unit
from sample_models.drawing.ifc_writer import Declared, Survey, global_id
from sample_models.drawing.plan import (
    SLAB_M,
    Building,
    Column,
    CurtainWall,
    Door,
    Outdoor,
    Point,
    Project,
    Railing,
    Ring,
    Room,
    Slab,
    Stair,
    Storey,
    Wall,
    Window,
    along,
    offset_ring,
    outer_walls,
    rect,
    stalls,
)
from sample_models.drawing.step import Encoding, Schema

__all__ = [
    "SLAB_M",
    "Building",
    "Column",
    "CurtainWall",
    "Declared",
    "Door",
    "Encoding",
    "Outdoor",
    "Point",
    "Project",
    "Railing",
    "Ring",
    "Room",
    "Schema",
    "SitePlan",
    "Slab",
    "SpaceShape",
    "Stair",
    "Storey",
    "Style",
    "Survey",
    "Unit",
    "Version",
    "Wall",
    "Window",
    "along",
    "area_frame",
    "global_id",
    "offset_ring",
    "outer_walls",
    "rect",
    "stalls",
    "write_dxf",
    "write_ifc",
]
