"""Spaces in every representation real exports use; areas are computed by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ifc_builder import IfcBuilder, number, numbers, refs

from bimcheck.model import BuildingModel, Space
from bimcheck.readers.ifc import read_ifc


def only(builder: IfcBuilder, folder: Path) -> Space:
    """The only space of the file."""
    return read(builder, folder).spaces[0]


def read(builder: IfcBuilder, folder: Path) -> BuildingModel:
    return read_ifc(builder.write(folder))


def area(space: Space) -> float:
    assert space.footprint is not None
    return float(space.footprint.area)


def heights(space: Space) -> tuple[float, float]:
    assert space.floor_z_m is not None
    assert space.top_z_m is not None
    return space.floor_z_m, space.top_z_m


def profile_of(builder: IfcBuilder, text: str) -> str:
    return builder.line(text)


PARAMETRIC = {
    "IFCRECTANGLEPROFILEDEF(.AREA.,$,$,4000.,3000.)": 12.0,
    "IFCROUNDEDRECTANGLEPROFILEDEF(.AREA.,$,$,4000.,3000.,500.)": 12 - (4 - math.pi) * 0.25,
    "IFCRECTANGLEHOLLOWPROFILEDEF(.AREA.,$,$,4000.,3000.,500.,$,$)": 12 - 3 * 2,
    "IFCCIRCLEPROFILEDEF(.AREA.,$,$,2500.)": math.pi * 6.25,
    "IFCCIRCLEHOLLOWPROFILEDEF(.AREA.,$,$,2500.,500.)": math.pi * (6.25 - 4),
    "IFCELLIPSEPROFILEDEF(.AREA.,$,$,3000.,2000.)": math.pi * 6,
    "IFCTRAPEZIUMPROFILEDEF(.AREA.,$,$,5000.,3000.,2000.,500.)": (5 + 3) / 2 * 2,
    "IFCLSHAPEPROFILEDEF(.AREA.,$,$,4000.,3000.,1000.,$,$,$)": 4 + 2,
    "IFCTSHAPEPROFILEDEF(.AREA.,$,$,4000.,3000.,1000.,500.,$,$,$,$,$)": 3 * 0.5 + 3.5,
    "IFCUSHAPEPROFILEDEF(.AREA.,$,$,4000.,3000.,1000.,500.,$,$,$)": 4 + 2 * 2 * 0.5,
    "IFCISHAPEPROFILEDEF(.AREA.,$,$,3000.,4000.,1000.,500.,$,$,$)": 2 * 3 * 0.5 + 3,
    "IFCISHAPEPROFILEDEF(.AREA.,$,$,3000.,4000.,1000.,500.,200.,$,$)": 6 + (4 - math.pi) * 0.04,
    "IFCCSHAPEPROFILEDEF(.AREA.,$,$,4000.,3000.,500.,1000.,$)": 4 * 0.5 + 2 * 2.5 * 0.5 + 2 * 0.5 * 0.5,
    "IFCZSHAPEPROFILEDEF(.AREA.,$,$,4000.,2000.,1000.,500.,$,$)": 4 * 1 + 2 * 1 * 0.5,
}


@pytest.mark.parametrize(("profile", "expected"), PARAMETRIC.items())
def test_parametric_profiles_have_their_exact_area(profile: str, expected: float, tmp_path: Path) -> None:
    """Arcs included, to a millionth of a square metre."""
    f = IfcBuilder()
    f.space(f.extrusion(profile_of(f, profile), 3000))
    assert area(only(f, tmp_path)) == pytest.approx(expected, abs=1e-6)


def test_an_upright_extrusion_gives_plan_and_heights(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.box(1000, 2000, 6000, 6000, 3300, 150))
    space = only(f, tmp_path)
    assert space.footprint is not None
    assert space.footprint.bounds == pytest.approx((1, 2, 6, 6))
    assert heights(space) == pytest.approx((0.15, 3.45))
    assert (space.shape, space.ceiling) == ("profile", ())


def test_voids_are_taken_out(tmp_path: Path) -> None:
    f = IfcBuilder()
    outer = f.polyline([(0, 0), (10000, 0), (10000, 8000), (0, 8000)])
    hole = f.polyline([(2000, 2000), (4000, 2000), (4000, 5000), (2000, 5000)])
    profile = f.add("IFCARBITRARYPROFILEDEFWITHVOIDS", ".AREA.", "$", outer, refs([hole]))
    f.space(f.extrusion(profile, 3000))
    assert area(only(f, tmp_path)) == pytest.approx(80 - 6)


@pytest.mark.parametrize("clockwise", [False, True])
def test_indexed_arcs_are_exact(clockwise: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a pytest parameter
    """A square of 4 m with a half circle of radius 2 m on its right side."""
    f = IfcBuilder()
    points = "((0.,0.),(4000.,0.),(6000.,2000.),(4000.,4000.),(0.,4000.))"
    listed = f.add("IFCCARTESIANPOINTLIST2D", points)
    order = "(IFCLINEINDEX((1,2)),IFCARCINDEX((2,3,4)),IFCLINEINDEX((4,5,1)))"
    if clockwise:
        order = "(IFCLINEINDEX((1,5,4)),IFCARCINDEX((4,3,2)),IFCLINEINDEX((2,1)))"
    curve = f.add("IFCINDEXEDPOLYCURVE", listed, order, ".F.")
    f.space(f.extrusion(f.add("IFCARBITRARYCLOSEDPROFILEDEF", ".AREA.", "$", curve), 3000))
    assert area(only(f, tmp_path)) == pytest.approx(16 + 2 * math.pi, abs=1e-6)


@pytest.mark.parametrize("by", ["parameter", "point"])
def test_trimmed_arcs_in_composite_curves_are_exact(by: str, tmp_path: Path) -> None:
    """The same shape from a polyline and a trimmed circle, trimmed by angles or by points."""
    f = IfcBuilder()
    line = f.polyline([(4000, 4000), (0, 4000), (0, 0), (4000, 0)], close=False)
    centre = f.add("IFCAXIS2PLACEMENT2D", f.point(4000, 2000), "$")
    circle = f.add("IFCCIRCLE", centre, "2000.")
    if by == "parameter":
        trims = [f"(IFCPARAMETERVALUE({number(-math.pi / 2)}))", f"(IFCPARAMETERVALUE({number(math.pi / 2)}))"]
    else:
        trims = [f"({f.point(4000, 0)})", f"({f.point(4000, 4000)})"]
    arc = f.add("IFCTRIMMEDCURVE", circle, *trims, ".T.", ".PARAMETER." if by == "parameter" else ".CARTESIAN.")
    segments = [f.add("IFCCOMPOSITECURVESEGMENT", ".CONTINUOUS.", ".T.", curve) for curve in (line, arc)]
    curve = f.add("IFCCOMPOSITECURVE", refs(segments), ".F.")
    f.space(f.extrusion(f.add("IFCARBITRARYCLOSEDPROFILEDEF", ".AREA.", "$", curve), 3000))
    assert area(only(f, tmp_path)) == pytest.approx(16 + 2 * math.pi, abs=1e-6)


def test_splines_are_followed_finely(tmp_path: Path) -> None:
    """A quadratic Bézier bulge of height 1 m over a 3 m chord encloses 2/3 · 3 · 1 m²."""
    f = IfcBuilder()
    control = [f.point(3000, 0), f.point(1500, 2000), f.point(0, 0)]
    spline = f.add(
        "IFCBSPLINECURVEWITHKNOTS",
        "2",
        refs(control),
        ".UNSPECIFIED.",
        ".F.",
        ".F.",
        "(3,3)",
        "(0.,1.)",
        ".UNSPECIFIED.",
    )
    base = f.polyline([(0, 0), (3000, 0)], close=False)
    segments = [f.add("IFCCOMPOSITECURVESEGMENT", ".CONTINUOUS.", ".T.", curve) for curve in (base, spline)]
    curve = f.add("IFCCOMPOSITECURVE", refs(segments), ".F.")
    f.space(f.extrusion(f.add("IFCARBITRARYCLOSEDPROFILEDEF", ".AREA.", "$", curve), 3000))
    assert area(only(f, tmp_path)) == pytest.approx(2.0, abs=1e-3)


def test_derived_and_composite_profiles(tmp_path: Path) -> None:
    """A 2 × 1 m rectangle scaled by 2 and mirrored beside another of 2 × 1 m."""
    f = IfcBuilder()
    plain = f.line("IFCRECTANGLEPROFILEDEF(.AREA.,$,$,2000.,1000.)")
    to = f.add("IFCCARTESIANTRANSFORMATIONOPERATOR2D", f.direction(-1, 0), "$", f.point(10000, 0), "2.")
    derived = f.add("IFCDERIVEDPROFILEDEF", ".AREA.", "$", plain, to, "$")
    both = f.add("IFCCOMPOSITEPROFILEDEF", ".AREA.", "$", refs([plain, derived]), "$")
    f.space(f.extrusion(both, 3000))
    assert area(only(f, tmp_path)) == pytest.approx(2 + 8)


def test_a_slanted_extrusion_covers_what_it_sweeps(tmp_path: Path) -> None:
    """A 2 × 2 m square pushed 1 m sideways over 3 m of height covers 3 × 2 m."""
    f = IfcBuilder()
    profile = f.line("IFCRECTANGLEPROFILEDEF(.AREA.,$,$,2000.,2000.)")
    f.space(f.extrusion(profile, math.hypot(1000, 3000), along=(1, 0, 3)))
    space = only(f, tmp_path)
    assert area(space) == pytest.approx(6)
    assert space.top_z_m == pytest.approx(3)


def test_a_gable_drawn_out_sideways_has_its_ceiling(tmp_path: Path) -> None:
    """A gable section (8 m wide, 3 m at the eaves, 5 m at the ridge) drawn out 10 m along y."""
    f = IfcBuilder()
    section = f.profile([(0, 0), (8000, 0), (8000, 3000), (4000, 5000), (0, 3000)])
    upright = f.frame((0, 10000, 0), (0, -1, 0), (1, 0, 0))
    f.space(f.extrusion(section, 10000, upright))
    space = only(f, tmp_path)
    assert area(space) == pytest.approx(80)
    assert sum(facet.outline.area for facet in space.ceiling) == pytest.approx(80)
    assert sorted(round(facet.a, 9) for facet in space.ceiling) == [-0.5, 0.5]
    assert heights(space) == pytest.approx((0, 5))


def clipped(f: IfcBuilder, solid: str, point: tuple[float, ...], normal: tuple[float, ...], *, agree: bool) -> str:
    """A solid without the half space below (agree) or above its plane's normal."""
    plane = f.add("IFCPLANE", f.frame(point, normal))
    half = f.add("IFCHALFSPACESOLID", plane, ".T." if agree else ".F.")
    return f.add("IFCBOOLEANCLIPPINGRESULT", ".DIFFERENCE.", solid, half)


def test_a_room_clipped_by_two_roof_planes(tmp_path: Path) -> None:
    """10 × 8 m, 6 m high, cut by roofs rising from 1 m at the eaves (y = 0 and 8) with slope 1 to 5 m at the ridge."""
    f = IfcBuilder()
    solid = f.box(0, 0, 10000, 8000, 6000)
    solid = clipped(f, solid, (0, 0, 1000), (0, -1, 1), agree=False)
    solid = clipped(f, solid, (0, 8000, 1000), (0, 1, 1), agree=False)
    f.space(shape=f.shape(solid, kind="Clipping"))
    space = only(f, tmp_path)
    assert area(space) == pytest.approx(80)
    assert space.top_z_m == pytest.approx(5)
    assert {(round(c.a, 9), round(c.b, 9), round(c.c, 9)) for c in space.ceiling} == {(0, 1, 1), (0, -1, 9)}
    assert all(c.outline.area == pytest.approx(40) for c in space.ceiling)


def test_an_upright_plane_cuts_the_plan(tmp_path: Path) -> None:
    f = IfcBuilder()
    solid = clipped(f, f.box(0, 0, 10000, 8000, 3000), (6000, 0, 0), (1, 0, 0), agree=False)
    f.space(shape=f.shape(solid, kind="Clipping"))
    assert area(only(f, tmp_path)) == pytest.approx(48)


def test_a_bounded_half_space_cuts_only_within_its_bound(tmp_path: Path) -> None:
    """A 10 × 8 m room of 3 m, lowered to 2 m over a strip of 10 × 2 m: the plan stays, the ceiling has two levels."""
    f = IfcBuilder()
    plane = f.add("IFCPLANE", f.frame((0, 0, 2000), (0, 0, 1)))
    bound = f.polyline([(0, 0), (10000, 0), (10000, 2000), (0, 2000)])
    half = f.add("IFCPOLYGONALBOUNDEDHALFSPACE", plane, ".F.", f.frame(), bound)
    solid = f.add("IFCBOOLEANCLIPPINGRESULT", ".DIFFERENCE.", f.box(0, 0, 10000, 8000, 3000), half)
    f.space(shape=f.shape(solid, kind="Clipping"))
    space = only(f, tmp_path)
    assert area(space) == pytest.approx(80)
    assert {(round(c.c, 9), round(c.outline.area, 6)) for c in space.ceiling} == {(2.0, 20.0), (3.0, 60.0)}


def brep(f: IfcBuilder, faces: list[list[tuple[float, float, float]]]) -> str:
    """A faceted B-rep."""
    made = []
    for face in faces:
        loop = f.add("IFCPOLYLOOP", refs(f.point(*p) for p in face))
        made.append(f.add("IFCFACE", refs([f.add("IFCFACEOUTERBOUND", loop, ".T.")])))
    return f.add("IFCFACETEDBREP", f.add("IFCCLOSEDSHELL", refs(made)))


def prism_faces(ring: list[tuple[float, float]], heights: list[float]) -> list[list[tuple[float, float, float]]]:
    """The faces of a solid on a level floor whose upper corners have the given heights."""
    n = len(ring)
    low = [(*p, 0.0) for p in ring]
    high = [(*p, h) for p, h in zip(ring, heights, strict=True)]
    return [low[::-1], high] + [[low[i], low[(i + 1) % n], high[(i + 1) % n], high[i]] for i in range(n)]


def test_a_brep_with_a_sloping_ceiling(tmp_path: Path) -> None:
    """An L of 10 × 8 less 4 × 5 m under one plane that rises 0.2 per metre along x from 2 m."""
    f = IfcBuilder()
    ring = [(0.0, 0.0), (10000.0, 0.0), (10000.0, 3000.0), (6000.0, 3000.0), (6000.0, 8000.0), (0.0, 8000.0)]
    f.space(shape=f.shape(brep(f, prism_faces(ring, [2000 + 0.2 * x for x, _ in ring])), kind="Brep"))
    space = only(f, tmp_path)
    assert area(space) == pytest.approx(60)
    assert space.shape == "brep"
    assert [(round(c.a, 9), round(c.c, 9)) for c in space.ceiling] == [(0.2, 2.0)]
    assert heights(space) == pytest.approx((0, 4))


def test_face_winding_does_not_matter(tmp_path: Path) -> None:
    f = IfcBuilder()
    ring = [(0.0, 0.0), (5000.0, 0.0), (5000.0, 4000.0), (0.0, 4000.0)]
    faces = [face[::-1] if i % 2 else face for i, face in enumerate(prism_faces(ring, [3000.0] * 4))]
    f.space(shape=f.shape(brep(f, faces), kind="Brep"))
    space = only(f, tmp_path)
    assert area(space) == pytest.approx(20)
    assert space.ceiling == ()


def test_triangulated_and_polygonal_face_sets(tmp_path: Path) -> None:
    f = IfcBuilder()
    corners = [(x, y, z) for z in (0, 3000) for x, y in ((0, 0), (5000, 0), (5000, 4000), (0, 4000))]
    points = f.add("IFCCARTESIANPOINTLIST3D", "(" + ",".join(numbers(c) for c in corners) + ")")
    triangles = "((1,3,2),(1,4,3),(5,6,7),(5,7,8),(1,2,6),(1,6,5),(2,3,7),(2,7,6),(3,4,8),(3,8,7),(4,1,5),(4,5,8))"
    mesh = f.add("IFCTRIANGULATEDFACESET", points, "$", ".T.", triangles, "$")
    faces = [f.add("IFCINDEXEDPOLYGONALFACE", ring) for ring in ("(1,4,3,2)", "(5,6,7,8)", "(1,2,6,5)", "(2,3,7,6)")]
    polygons = f.add("IFCPOLYGONALFACESET", points, ".T.", refs(faces), "$")
    f.space(shape=f.shape(mesh, kind="Tessellation"), name="1")
    f.space(shape=f.shape(polygons, kind="Tessellation"), name="2")
    for space in read(f, tmp_path).spaces:
        assert space.shape == "face-set"
        assert area(space) == pytest.approx(20)
        assert heights(space) == pytest.approx((0, 3))


def test_a_mapped_space_is_scaled_and_mirrored(tmp_path: Path) -> None:
    """An L of 3 m² (mirrored at x = 10 m, twice as large) covers 12 m² to the left of x = 10 m."""
    f = IfcBuilder()
    solid = f.extrusion(f.profile([(0, 0), (2000, 0), (2000, 1000), (1000, 1000), (1000, 2000), (0, 2000)]), 3000)
    source = f.add("IFCREPRESENTATIONMAP", f.axes, f.representation(solid))
    to = f.add(
        "IFCCARTESIANTRANSFORMATIONOPERATOR3D",
        f.direction(-1, 0, 0), f.direction(0, 1, 0), f.point(10000, 0, 0), "2.", f.direction(0, 0, 1),
    )  # fmt: skip
    f.space(shape=f.shape(f.add("IFCMAPPEDITEM", source, to), kind="MappedRepresentation"))
    space = only(f, tmp_path)
    assert space.footprint is not None
    assert area(space) == pytest.approx(12)
    assert space.footprint.bounds == pytest.approx((6, 0, 10, 4))
    assert space.top_z_m == pytest.approx(6)


@pytest.mark.parametrize("kind", ["footprint", "box"])
def test_spaces_drawn_by_an_outline_or_a_box_alone(kind: str, tmp_path: Path) -> None:
    f = IfcBuilder()
    if kind == "footprint":
        lines = f.add("IFCGEOMETRICCURVESET", refs([f.polyline([(0, 0), (5000, 0), (5000, 4000), (0, 4000)])]))
        f.space(shape=f.shape(lines, name="FootPrint", kind="GeometricCurveSet"))
    else:
        f.space(shape=f.shape(f.add("IFCBOUNDINGBOX", f.point(0, 0, 0), "5000.", "4000.", "3000."), name="Box"))
    model = read(f, tmp_path)
    space = model.spaces[0]
    assert area(space) == pytest.approx(20)
    assert space.top_z_m == (None if kind == "footprint" else pytest.approx(3))
    assert [note.code for note in model.notes] == ([] if kind == "footprint" else ["space-bounding-box"])


def test_the_kernel_takes_what_profiles_cannot(tmp_path: Path) -> None:
    """A quarter ring turned about the z axis: radii 4 and 6 m, 3 m high."""
    f = IfcBuilder()
    profile = f.profile([(4000, 0), (6000, 0), (6000, 3000), (4000, 3000)])
    position = f.frame((0, 0, 0), (0, -1, 0), (1, 0, 0))
    axis = f.add("IFCAXIS1PLACEMENT", f.point(0, 0, 0), f.direction(0, 1, 0))
    f.space(f.add("IFCREVOLVEDAREASOLID", profile, position, axis, number(math.pi / 2)))
    space = only(f, tmp_path)
    assert space.shape == "kernel"
    assert area(space) == pytest.approx(math.pi * (36 - 16) / 4, rel=2e-3)


def test_a_space_without_geometry_keeps_what_is_declared(tmp_path: Path) -> None:
    f = IfcBuilder()
    space = f.space(long_name="R", placement=f.placed(f.placement, at=(0, 0, 4500)))
    rows = [f.add("IFCQUANTITYAREA", "'NetFloorArea'", "$", "$", "45.6", "$"),
            f.add("IFCQUANTITYLENGTH", "'Height'", "$", "$", "3000.", "$")]  # fmt: skip
    quantities = f.root("IFCELEMENTQUANTITY", "'Qto_SpaceBaseQuantities'", "$", "$", refs(rows))
    f.root("IFCRELDEFINESBYPROPERTIES", "$", "$", refs([space]), quantities)
    model = read(f, tmp_path)
    found = model.spaces[0]
    assert (found.footprint, found.shape, found.floor_z_m, found.top_z_m) == (None, "none", 4.5, 7.5)
    assert [(a.name, a.area_m2, a.kind) for a in found.declared] == [
        ("Qto_SpaceBaseQuantities.NetFloorArea", 45.6, "net")
    ]
    assert [note.code for note in model.notes] == ["space-without-geometry"]


def test_a_bow_tie_is_doubtful(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.extrusion(f.profile([(0, 0), (5000, 4000), (5000, 0), (0, 4000)]), 3000))
    model = read(f, tmp_path)
    note = next(note for note in model.notes if note.code == "space-outline-repaired")
    assert area(model.spaces[0]) == pytest.approx(10)
    assert (note.severity, note.refs) == ("error", (model.spaces[0].id,))
    assert "service_area_m2" in note.blocks


def test_a_spike_is_taken_off(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(
        f.extrusion(
            f.profile([(0, 0), (5000, 0), (5000, 2000), (9000, 2000), (5000, 2000), (5000, 4000), (0, 4000)]), 3000
        )
    )
    model = read(f, tmp_path)
    assert area(model.spaces[0]) == pytest.approx(20)
    assert [(n.code, n.severity, n.blocks) for n in model.notes] == [("space-outline-repaired", "info", ())]


def test_an_open_outline_is_closed(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.extrusion(f.profile([(0, 0), (5000, 0), (5000, 4000), (0, 4000)], close=False), 3000))
    model = read(f, tmp_path)
    assert area(model.spaces[0]) == pytest.approx(20)
    assert [note.code for note in model.notes] == ["space-outline-repaired"]


def test_no_area_is_no_plan(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.extrusion(f.profile([(0, 0), (5000, 0), (9000, 0)]), 3000))
    model = read(f, tmp_path)
    assert model.spaces[0].footprint is None
    assert [(n.code, "service_area_m2" in n.blocks) for n in model.notes] == [("space-geometry-unusable", True)]


def test_clockwise_is_no_defect(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.extrusion(f.profile([(0, 0), (0, 4000), (5000, 4000), (5000, 0)]), 3000))
    model = read(f, tmp_path)
    assert area(model.spaces[0]) == pytest.approx(20)
    assert model.notes == ()


@settings(max_examples=25, deadline=None)
@given(
    turn=st.floats(-math.pi, math.pi),
    x=st.floats(-6e8, 6e8),
    y=st.floats(-4e9, 4e9),
    mirror=st.booleans(),
    raw=st.booleans(),
)
def test_moving_turning_and_mirroring_leave_the_area(
    turn: float,
    x: float,
    y: float,
    mirror: bool,  # noqa: FBT001  # drawn by hypothesis
    raw: bool,  # noqa: FBT001  # drawn by hypothesis
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whether survey coordinates stand in placements or in the points themselves, the L keeps its 60 m² to 1e-6."""
    ring = [(0.0, 0.0), (10000.0, 0.0), (10000.0, 3000.0), (6000.0, 3000.0), (6000.0, 8000.0), (0.0, 8000.0)]
    if mirror:
        ring = [(-px, py) for px, py in ring]
    f = IfcBuilder()
    if raw:
        c, s = math.cos(turn), math.sin(turn)
        ring = [(x + c * px - s * py, y + s * px + c * py) for px, py in ring]
        f.space(f.extrusion(f.profile(ring), 3000))
    else:
        site = f.placed("$", at=(x, y, 0), x=(math.cos(turn), math.sin(turn), 0))
        f.space(f.extrusion(f.profile(ring), 3000), placement=f.placed(site, at=(1000, 2000, 0)))
    space = only(f, tmp_path_factory.mktemp("m"))
    assert space.footprint is not None
    assert area(space) == pytest.approx(60, rel=1e-6)
    assert space.footprint.length == pytest.approx(36, rel=1e-6)
    assert max(abs(v) for v in space.footprint.bounds) < 11_000


def test_labels_name_their_source(tmp_path: Path) -> None:
    """Zone, classification, properties, type, long name and name are all offered, with where they stand."""
    f = IfcBuilder()
    space = f.space(f.box(0, 0, 5000, 4000, 3000), name="101", long_name="Hall", object_type="'OT'")
    f.properties(space, "Pset_X", Function="IFCLABEL('service')", Number="IFCREAL(3.)", Empty="IFCLABEL('')")
    f.properties(space, "Pset_Y", **{"\\X2\\793E533A752862 3F\\X0\\".replace(" ", ""): "IFCBOOLEAN(.T.)"})
    zone = f.root("IFCZONE", "'Zone A'", "$", "$", "$")
    f.root("IFCRELASSIGNSTOGROUP", "$", "$", refs([space]), "$", zone)
    outer = f.root("IFCGROUP", "'Group B'", "$", "$")
    f.root("IFCRELASSIGNSTOGROUP", "$", "$", refs([zone]), "$", outer)
    system = f.add("IFCCLASSIFICATION", "$", "$", "$", "'GB/T 51269'", "$", "$", "$")
    code = f.add("IFCCLASSIFICATIONREFERENCE", "$", "'12-10'", "'Community'", system, "$", "$")
    f.root("IFCRELASSOCIATESCLASSIFICATION", "$", "$", refs([space]), code)
    type_ = f.root("IFCSPACETYPE", "'Type T'", "$", "$", "$", "$", "$", "$", ".SPACE.", "$")
    f.root("IFCRELDEFINESBYTYPE", "$", "$", refs([space]), type_)
    found = {(label.kind, label.text, label.where) for label in only(f, tmp_path).labels}
    assert found == {
        ("zone", "Zone A", "IfcZone"),
        ("zone", "Group B", "IfcGroup"),
        ("classification", "12-10 Community", "IfcClassificationReference GB/T 51269"),
        ("property", "service", "Pset_X.Function"),
        ("property", "社区用房", "Pset_Y.社区用房"),
        ("space-type", "Type T", "IfcSpaceType.Name"),
        ("space-type", "OT", "ObjectType"),
        ("long-name", "Hall", "LongName"),
        ("name", "101", "Name"),
    }


def test_declared_areas_say_what_they_are(tmp_path: Path) -> None:
    """Floor areas only, in square metres, each with the kind its name states."""
    f = IfcBuilder()
    space = f.space(f.box(0, 0, 5000, 4000, 3000))
    f.properties(
        space, "P", Area="IFCAREAMEASURE(20.)", GrossPlannedArea="IFCAREAMEASURE(21.)", WallArea="IFCAREAMEASURE(54.)"
    )
    found = only(f, tmp_path).declared
    assert {(a.name, a.area_m2, a.kind) for a in found} == {
        ("P.Area", 20.0, "unknown"),
        ("P.GrossPlannedArea", 21.0, "gross"),
    }


def test_names_are_made_harmless(tmp_path: Path) -> None:
    """Control characters, terminal escapes and direction marks do not reach a report."""
    f = IfcBuilder()
    f.space(f.box(0, 0, 5000, 4000, 3000), long_name="A\x1b[31mB\x07 \\X2\\202E\\X0\\C")
    assert only(f, tmp_path).name == "A [31mB C"


def test_a_gross_frame_is_marked(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.box(0, 0, 5000, 4000, 3000), predefined=".GFA.")
    space = only(f, tmp_path)
    assert (space.drawn, space.predefined_type) == ("gross", "GFA")


def test_repeated_global_ids_become_unique(tmp_path: Path) -> None:
    f = IfcBuilder()
    for i in range(3):
        f.space(f.box(6000 * i, 0, 6000 * i + 5000, 4000, 3000), name=str(i), guid="0ZBert7zf3GhThbO52NRpx")
    model = read(f, tmp_path)
    assert [s.id for s in model.spaces] == [f"0ZBert7zf3GhThbO52NRpx{suffix}" for suffix in ("", "~2", "~3")]
    assert [note.code for note in model.notes] == ["duplicate-global-ids"]


def test_a_space_that_only_brackets_others_gives_them_its_name(tmp_path: Path) -> None:
    """No room without a shape is listed beside its parts; what it is called tells what they belong to."""
    f = IfcBuilder()
    whole = f.space(long_name="Centre", name="1")
    part = f.space(f.box(0, 0, 5000, 4000, 3000), long_name="Hall", name="1.1")
    f.on_storey.remove(part)
    f.aggregate(whole, [part])
    model = read(f, tmp_path)
    (found,) = model.spaces
    assert ("zone", "Centre") in {(label.kind, label.text) for label in found.labels}
    assert found.storey_id == model.storeys[0].id
