"""The reviewed copy of an IFC: it says what was found, and is otherwise the submitted model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.element
import ifcopenshell.validate
import pytest

from bimcheck.annotate import annotate, annotated
from bimcheck.errors import UsageError
from bimcheck.pipeline import review
from bimcheck.review import Review

SAMPLES = Path(__file__).parents[2] / "sample_models"
SAMPLE = SAMPLES / "entrance_lobby.ifc"


@pytest.fixture(scope="module")
def reviewed() -> Review:
    return review(SAMPLE, stage="preliminary")


@pytest.fixture(scope="module")
def copy(reviewed: Review, tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("copy") / "copy.ifc"
    annotate(reviewed, SAMPLE, place)
    return ifcopenshell.open(str(place))


def properties(instance: Any, name: str) -> dict[str, Any]:
    return dict(ifcopenshell.util.element.get_pset(instance, name) or {})


def test_rooms_carry_their_measured_areas_in_square_metres(reviewed: Review, copy: Any) -> None:
    for room in reviewed.rooms:
        said = properties(copy.by_guid(room.id), "Bimcheck_Room")
        assert said["Counted"] is room.counted
        assert said.get("GrossArea") == (None if room.gross_area_m2 is None else pytest.approx(room.gross_area_m2))
    units = {p.Unit.Name for p in copy.by_type("IfcPropertySingleValue") if p.Name == "GrossArea"}
    prefixes = {p.Unit.Prefix for p in copy.by_type("IfcPropertySingleValue") if p.Name == "GrossArea"}
    assert (units, prefixes) == ({"SQUARE_METRE"}, {None})


def test_the_project_carries_verdict_hashes_and_every_rule(reviewed: Review, copy: Any) -> None:
    said = properties(copy.by_type("IfcProject")[0], "Bimcheck_Review")
    assert said["ModelSha256"] == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    assert said["RulesetDigest"] == reviewed.ruleset.digest
    for result in reviewed.results:
        assert result.message.zh in said[f"{result.number} {result.rule}"]


def test_doors_say_why_they_do_or_do_not_count(reviewed: Review, copy: Any) -> None:
    assert reviewed.entrances
    for entrance in reviewed.entrances:
        said = properties(copy.by_guid(entrance.id), "Bimcheck_Entrance")
        assert said["Qualifies"] == ("UNKNOWN" if entrance.qualifies is None else entrance.qualifies)
        assert entrance.reason.zh in said["Reason"]


def test_counted_rooms_are_coloured_and_others_grey(reviewed: Review, copy: Any) -> None:
    def colour(instance: Any) -> tuple[float, float, float]:
        (style,) = instance.Representation.Representations[0].Items[0].StyledByItem[0].Styles
        surface = style.Styles[0].SurfaceColour
        return surface.Red, surface.Green, surface.Blue

    for room in reviewed.rooms:
        red, green, blue = colour(copy.by_guid(room.id))
        assert (red == green == blue) is not room.counted


def test_nothing_submitted_is_lost_or_changed(copy: Any) -> None:
    """Every instance of the original is in the copy, under its number, with the same text."""
    original = ifcopenshell.open(str(SAMPLE))
    for instance in original:
        if not instance.is_a("IfcStyledItem"):
            assert str(copy.by_id(instance.id())) == str(instance)


def test_a_review_of_the_copy_finds_the_same(reviewed: Review, tmp_path: Path) -> None:
    annotate(reviewed, SAMPLE, tmp_path / "copy.ifc")
    again = review(tmp_path / "copy.ifc", stage="preliminary")
    assert [(r.rule, r.status) for r in again.results] == [(r.rule, r.status) for r in reviewed.results]
    assert [r.gross_area_m2 for r in again.rooms] == pytest.approx([r.gross_area_m2 for r in reviewed.rooms])


def test_the_copy_is_valid_by_its_schema(copy: Any) -> None:
    log = ifcopenshell.validate.json_logger()  # type: ignore[no-untyped-call]  # the library carries no types
    ifcopenshell.validate.validate(copy, log)
    assert [entry for entry in log.statements if "Bimcheck" in str(entry) or "Styl" in str(entry)] == []


def test_it_is_the_same_every_time(reviewed: Review) -> None:
    assert annotated(reviewed, SAMPLE) == annotated(reviewed, SAMPLE)


def test_the_submitted_file_is_never_touched(reviewed: Review, tmp_path: Path) -> None:
    own = tmp_path / "own.ifc"
    own.write_bytes(SAMPLE.read_bytes())
    (tmp_path / "link.ifc").symlink_to(own)
    for destination in (own, tmp_path / "link.ifc", tmp_path / "." / "own.ifc"):
        with pytest.raises(UsageError, match="never touched"):
            annotate(reviewed, own, destination)
    assert own.read_bytes() == SAMPLE.read_bytes()


def test_another_file_than_the_reviewed_one_is_refused(reviewed: Review, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not the file that was reviewed"):
        annotate(reviewed, SAMPLES / "community_pass.ifc", tmp_path / "copy.ifc")
    assert not (tmp_path / "copy.ifc").exists()


def test_models_of_other_programs_take_annotations(models_dir: Path, tmp_path: Path) -> None:
    """IFC2X3 and IFC4 of several programs: the copy opens, and each listed room has its property set."""
    seen = set()
    for path in sorted((models_dir / "real").rglob("*.ifc")):
        if path.stat().st_size > 3_000_000:
            continue
        found = review(path)
        if not found.rooms:
            continue
        annotate(found, path, tmp_path / "copy.ifc")
        model = ifcopenshell.open(str(tmp_path / "copy.ifc"))
        seen.add(model.schema)
        sets = [each for each in model.by_type("IfcPropertySet") if each.Name == "Bimcheck_Room"]
        assert len(sets) == len(found.rooms)
    assert seen
