"""Write the four stages of one project: ``python -m sample_models.chain.make [FOLDER]``. The same bytes every time.

The building is a podium 20 m deep: service rooms on 20 m of street, the lobby of the flats, a shop. From stage to
stage the rooms lose a little, the entrance moves, and the survey finds less than was drawn.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

from sample_models.bays import Bay, storey_of_bays
from sample_models.designs import LOBBY, project
from sample_models.drawing import Project, write_dxf, write_ifc

HERE = Path(__file__).parent
ZONE = "社区服务用房"
SURVEY_HEADER = "幢号,楼层,房号,房间名称,用途,实测建筑面积(㎡)"


def design(hall_m: float, main_m: float, door_x: float | None = None) -> Project:
    """The building with a residents' parlour this deep, and a main service room this wide with its door at ``door_x``.

    What the main room gives up goes to the shop, so that the building stays 40 m long.
    """
    ground = storey_of_bays(
        "1F",
        0.0,
        4.5,
        (
            Bay(main_m, (("社区服务用房", 20.0),), front="door", back="window", east=True, zone=ZONE),
            Bay(8.0, (("居民会客厅", hall_m), ("智慧健康站", 20.0 - hall_m)), back="window", zone=ZONE),
            LOBBY,
            Bay(24.0 - main_m, (("商铺", 20.0),), front="shopfront"),
        ),
    )
    if door_x is not None:
        doors = tuple(replace(d, at=(door_x, d.at[1])) if d.at == (main_m / 2, 0.12) else d for d in ground.doors)
        ground = replace(ground, doors=doors)
    return project("硖石街道水月亭路地块住宅小区", ground)


def scheme() -> Project:
    """12×20 + 8×12 + 8×8 = 400 m²; the entrance in the middle of the main room, 6 m from the corner."""
    return design(12.0, 12.0)


def preliminary() -> Project:
    """The parlour gives a metre of its depth to the health station: 240 + 88 + 72 = 400 m²."""
    return design(11.0, 12.0)


def construction() -> Project:
    """The shop takes a metre of the main room: 220 + 88 + 72 = 380 m², just what 760 households need.

    What stood east of it moves a metre west; the entrance stands 3 m from the corner instead of 6.
    """
    return design(11.0, 11.0, door_x=3.0)


def survey() -> str:
    """What was built: 219.10 + 87.80 + 71.80 = 378.70 m², 1.30 m² less than drawn and than needed."""
    rows = (
        "1#,1层,101,社区服务用房,社区服务用房,219.10",
        "1#,1层,102,居民会客厅,社区服务用房,87.80",
        "1#,1层,103,智慧健康站,社区服务用房,71.80",
        "1#,1层,107,商铺,商业,259.60",
        ",,,,合计,638.30",
    )
    return "水月亭路地块竣工实测面积表,,,,,\n" + "\n".join((SURVEY_HEADER, *rows)) + "\n"


DECISIONS_HEAD = """# 审查各方的决定与豁免 / decisions and waivers of the reviewing parties
decisions_version = 1

[[decision]]
"""


def decision(model_sha256: str) -> str:
    """A decision made on the preliminary design: carried on, and stale once the design has changed."""
    return f"""{DECISIONS_HEAD}rule = "concentration"
outcome = "accepted"
name = "沈某"
role = "民政部门"
date = 2025-03-12
reason = "三间用房相连，集中布置，同意"
model_sha256 = "{model_sha256}"
"""


def waiver(model_sha256: str) -> str:
    """A waiver made at completion: it stands beside the failure and changes no result."""
    return f"""{DECISIONS_HEAD}rule = "parcel-quota"
kind = "waiver"
name = "许某"
role = "镇（街道）规划工作负责人"
date = 2026-10-20
reason = "差 1.30 ㎡，由开发单位另行补足，见会议纪要 2026-18 号"
model_sha256 = "{model_sha256}"
"""


def main(folder: Path = HERE) -> None:
    """Write all stages."""
    folder.mkdir(parents=True, exist_ok=True)
    write_dxf(scheme(), folder / "1-scheme.dxf", style="area-frames")
    second = write_ifc(preliminary(), folder / "2-preliminary.ifc")
    write_ifc(construction(), folder / "3-construction.ifc")
    # as built: a file of its own, in metres, on the survey's coordinates
    fourth = write_ifc(construction(), folder / "4-completion.ifc", unit="m", offset=(540120.0, 3371230.0))
    (folder / "4-survey.csv").write_bytes(survey().encode("gbk"))
    for path, name, write in ((second, "2-decisions.toml", decision), (fourth, "4-decisions.toml", waiver)):
        (folder / name).write_text(write(hashlib.sha256(path.read_bytes()).hexdigest()), "utf-8")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
