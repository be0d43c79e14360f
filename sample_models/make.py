"""Write all sample models: ``python -m sample_models.make [FOLDER]``. The same bytes every time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sample_models import designs
from sample_models.drawing import Project, write_dxf, write_ifc

Write = Callable[[Project, Path], Path]
HERE = Path(__file__).parent

MODELS: dict[str, tuple[Callable[[], Project], Write]] = {
    "community_pass.ifc": (designs.community, partial(write_ifc, boundaries=True)),
    "community_total_short.ifc": (designs.community_total_short, partial(write_ifc, schema="IFC2X3")),
    "party_centre_short.ifc": (designs.party_centre_short, write_ifc),
    "ground_share_48.ifc": (designs.ground_share_48, partial(write_ifc, unit="m")),
    "ground_share_50.ifc": (designs.ground_share_50, partial(write_ifc, schema="IFC4X3")),
    "parcel_quota_short.ifczip": (designs.parcel_quota_short, write_ifc),
    "quota_floor_short.ifc": (designs.quota_floor_short, partial(write_ifc, schema="IFC4X3")),
    "quota_exact.ifc": (designs.quota_exact, partial(write_ifc, schema="IFC2X3")),
    "no_parking.ifc": (designs.no_parking, write_ifc),
    "no_plaza.ifc": (designs.no_plaza, partial(write_ifc, schema="IFC4X3", unit="m")),
    "conditions_short.ifc": (designs.conditions_short, write_ifc),
    "office_and_exhibition.ifc": (designs.office_and_exhibition, write_ifc),
    "nothing_built.ifc": (designs.nothing_built, write_ifc),
    "scheme_blocks.ifc": (designs.scheme_blocks, partial(write_ifc, unit="m")),
    "survey_feet_rotated.ifc": (
        designs.survey,
        partial(write_ifc, schema="IFC2X3", unit="ft", rotation_deg=37.0, offset=(540123.456, 3371234.567)),
    ),
    "entrance_street.ifc": (designs.street_door, partial(write_ifc, schema="IFC4X3", is_external="flipped")),
    "entrance_lobby.ifc": (designs.only_through_lobby, partial(write_ifc, boundaries=True)),
    "entrance_court.ifc": (designs.inner_court, write_ifc),
    "entrance_wrong_side.ifc": (designs.wrong_side, partial(write_ifc, schema="IFC4X3")),
    "entrance_behind_wall.ifc": (designs.behind_wall, write_ifc),
    "entrance_behind_building.ifc": (designs.behind_building, partial(write_ifc, schema="IFC2X3")),
    "entrance_shopfront.ifc": (designs.shopfront, write_ifc),
    "entrance_gateway.ifc": (designs.gateway, partial(write_ifc, is_external="absent")),
    "entrance_outside_stair.ifc": (designs.outside_stair, write_ifc),
    "entrance_no_street.ifc": (designs.no_street, write_ifc),
}
"""What is written: file name, the building, and how."""

WITHOUT_WALLS = ("scheme_blocks",)
"""Described by areas alone; all others become a drawing of wall lines besides the one of area frames."""

DRAWN: dict[str, Write] = {
    "ground_share_50.frames.dxf": partial(write_dxf, style="area-frames", version="R2004", encoding="gbk"),
    "no_plaza.frames.dxf": partial(write_dxf, style="area-frames", unit="m"),
    "conditions_short.frames.dxf": partial(write_dxf, style="area-frames", site="separate-m"),
    "survey_feet_rotated.frames.dxf": partial(
        write_dxf, style="area-frames", rotation_deg=37.0, offset=(540123.456, 3371234.567)
    ),
    "entrance_street.walls.dxf": partial(write_dxf, style="wall-lines", version="R2000", encoding="gbk"),
}
"""Drawings made otherwise than most: old versions in GBK, in metres, the site on its own plan, survey coordinates."""


def files(folder: Path) -> dict[Path, Callable[[], Path]]:
    """What would be written to the folder, and how each file is written."""
    planned: dict[Path, Callable[[], Path]] = {}
    for name, (design, write) in MODELS.items():
        planned[folder / name] = partial(_write, design, write, folder / name)
        stem = Path(name).stem
        frames, walls = folder / f"{stem}.frames.dxf", folder / f"{stem}.walls.dxf"
        drawn = DRAWN.get(frames.name, partial(write_dxf, style="area-frames"))
        planned[frames] = partial(_write, design, drawn, frames)
        if stem not in WITHOUT_WALLS:
            drawn = DRAWN.get(walls.name, partial(write_dxf, style="wall-lines"))
            planned[walls] = partial(_write, design, drawn, walls)
    return planned


def _write(design: Callable[[], Project], write: Write, path: Path) -> Path:
    return write(design(), path)


def main(folder: Path = HERE) -> None:
    """Write every sample."""
    folder.mkdir(parents=True, exist_ok=True)
    for write in files(folder).values():
        write()


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
