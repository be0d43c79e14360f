"""BCF archives: valid against the official schema, stable, complete, and framed on what they are about."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import review_factory

from bimcheck.decisions import bind
from bimcheck.history import Decision
from bimcheck.reporters import render
from bimcheck.review import Review

ROOMS = {room.id: room for room in review_factory.ROOMS}
OPEN = {"R02", "R03", "R05", "R06", "R08", "R11", "R12", "R13", "R14", "R15", "R18", "R19"}
"""Rules of the hand-made review that fail, need a person, or are required and undetermined; R01 is only advisory."""


@pytest.fixture(scope="session")
def schemas_dir(models_dir: Path) -> Path:
    """The official schemas, where they stand beside the foreign models."""
    folder = models_dir.parent / "schemas"
    if not folder.is_dir():
        pytest.skip("no folder of official schemas here")
    return folder


def opened(review: Review, version: str = "2.1") -> dict[str, bytes]:
    packed = render(review, "bcf" if version == "2.1" else "bcf3")
    assert isinstance(packed, bytes)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def topics(entries: dict[str, bytes]) -> dict[str, Element]:
    """Markups by the rule number that begins the title."""
    markups = [ElementTree.fromstring(content) for name, content in entries.items() if name.endswith("markup.bcf")]  # noqa: S314  our own XML
    return {(markup.findtext("Topic/Title") or "").split()[0]: markup for markup in markups}


def guid(markup: Element) -> str:
    topic = markup.find("Topic")
    assert topic is not None
    return topic.attrib["Guid"]


def with_proper_ids(review: Review) -> Review:
    """The review with IFC GlobalIds of the proper length, which the hand-made one only imitates."""
    new = {id_: f"0{id_.replace('$', '_'):_<21}"[:22] for id_ in ROOMS}
    rooms = tuple(replace(room, id=new[room.id]) for room in review.rooms)
    results = tuple(replace(r, evidence=tuple(new.get(id_, id_) for id_ in r.evidence)) for r in review.results)
    return replace(review, rooms=rooms, results=results)


def decided(review: Review, sha256: str = "9f" * 32) -> Review:
    """The review with a waiver of its failing share, made on the model with this hash, and an agreement."""

    def by(finding: str, reason: str, **more: object) -> Decision:
        keys = {"name": "许某", "role": "镇规划", "date": date(2026, 11, 20), "model_sha256": sha256}
        return Decision.model_validate({"finding": finding, "reason": reason, **keys, **more})

    waiver = by("ground-floor-share", "另址补足", kind="waiver")
    agreed = by("concentration", "相连", outcome="accepted")
    return replace(review, decisions=bind([waiver, agreed], review))


def test_there_is_one_topic_for_each_open_finding_and_none_for_what_passes() -> None:
    assert set(topics(opened(review_factory.review()))) == OPEN


def test_the_same_finding_keeps_its_id_when_the_model_is_submitted_again() -> None:
    first = review_factory.review()
    again = review_factory.review(source=replace(first.source, sha256="00" * 32, file="second.ifc"), stage="completion")
    one, other = topics(opened(first)), topics(opened(again))
    assert {rule: guid(markup) for rule, markup in one.items()} == {rule: guid(m) for rule, m in other.items()}


def test_findings_of_different_rules_and_projects_have_different_ids() -> None:
    ids = [guid(markup) for markup in topics(opened(review_factory.review())).values()]
    assert len(set(ids)) == len(ids)
    elsewhere = review_factory.review(model=replace(review_factory.building_model(), buildings=(), project_name="另一"))
    assert not set(ids) & {guid(markup) for markup in topics(opened(elsewhere)).values()}


def test_version_2_1_names_its_first_viewpoint_and_snapshot_as_viewers_expect() -> None:
    entries = opened(review_factory.review())
    assert b'VersionId="2.1"' in entries["bcf.version"]
    for markup in topics(entries).values():
        folder = guid(markup)
        assert entries[f"{folder}/snapshot.png"].startswith(b"\x89PNG")
        assert f"{folder}/viewpoint.bcfv" in entries


def test_a_topic_says_clause_stage_finding_and_remedy_in_both_languages() -> None:
    topic = topics(opened(review_factory.review()))["R08"].find("Topic")
    assert topic is not None
    assert topic.findtext("Stage") == "初步设计审查"
    description = topic.findtext("Description") or ""
    for part in (
        "三(二)",
        "底层面积不少于项目总面积的50%",
        "44.44%",
        "至少 54.00 m²",
        "move at least 54.00 m²",
        "9f" * 32,
    ):
        assert part in description


def test_components_are_the_evidence_selected_and_coloured() -> None:
    entries = opened(with_proper_ids(review_factory.review()))
    folder = guid(topics(entries)["R02"])
    info = ElementTree.fromstring(entries[f"{folder}/viewpoint.bcfv"])  # noqa: S314  our own XML
    selected = {c.attrib["IfcGuid"] for c in info.iterfind("Components/Selection/Component")}
    coloured = {c.attrib["IfcGuid"] for c in info.iterfind("Components/Coloring/Color/Component")}
    assert len(selected) == 2
    assert selected == coloured


def test_the_camera_looks_straight_down_on_the_evidence_in_world_coordinates() -> None:
    """R02 rests on the centre, 16 m by 18 m from the origin on the ground: its middle is (8, 9) from the origin."""
    entries = opened(review_factory.review())
    info = ElementTree.fromstring(entries[f"{guid(topics(entries)['R02'])}/viewpoint.bcfv"])  # noqa: S314  our own XML
    camera = info.find("OrthogonalCamera")
    assert camera is not None

    def triple(name: str) -> tuple[float, ...]:
        return tuple(float(camera.findtext(f"{name}/{axis}") or "nan") for axis in "XYZ")

    assert triple("CameraViewPoint")[:2] == pytest.approx((520_008.0, 3_370_009.0))
    assert triple("CameraViewPoint")[2] > 8.1
    assert triple("CameraDirection") == (0.0, 0.0, -1.0)
    assert triple("CameraUpVector") == pytest.approx((0.0, 1.0, 0.0))
    assert 18.0 < float(camera.findtext("ViewToWorldScale") or "nan") < 30.0
    assert float(info.findtext("ClippingPlanes/ClippingPlane/Location/Z") or "nan") == pytest.approx(1.2)


def test_evidence_on_two_levels_makes_a_view_of_each() -> None:
    views = topics(opened(review_factory.review()))["R02"].findall("Viewpoints")
    assert [view.findtext("Snapshot") for view in views] == ["snapshot.png", "snapshot_2.png"]


def test_a_snapshot_marks_the_evidence() -> None:
    """Pictures of the same sheet for different findings differ, and have the size of a sheet."""
    entries = opened(review_factory.review())
    found = topics(entries)
    centre, plain = (entries[f"{guid(found[rule])}/snapshot.png"] for rule in ("R02", "R05"))
    assert centre != plain
    assert struct.unpack(">II", centre[16:24]) == struct.unpack(">II", plain[16:24])


def test_a_decision_is_a_person_s_comment_and_the_topic_stays_open() -> None:
    markup = topics(opened(decided(review_factory.review())))["R08"]
    (comment,) = markup.findall("Comment")
    topic = markup.find("Topic")
    assert topic is not None
    assert (topic.attrib["TopicStatus"], comment.findtext("Author")) == ("Open", "镇规划 许某")
    assert comment.findtext("Date") == "2026-11-20T00:00:00Z"
    assert "豁免：另址补足" in (comment.findtext("Comment") or "")
    assert "Waived: 另址补足" in (comment.findtext("Comment") or "")


def test_a_decision_gone_stale_updates_its_own_comment() -> None:
    """The same comment, by its id, says in the next submission that it has gone stale."""
    then, now = (
        topics(opened(decided(review_factory.review(), sha)))["R08"].find("Comment") for sha in ("9f" * 32, "00" * 32)
    )
    assert then is not None
    assert now is not None
    assert then.attrib["Guid"] == now.attrib["Guid"]
    assert "已失效" not in (then.findtext("Comment") or "")
    assert "已失效" in (now.findtext("Comment") or "")


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_the_archive_is_the_same_every_time(version: str) -> None:
    assert opened(review_factory.review(), version) == opened(review_factory.review(), version)
    name = "bcf" if version == "2.1" else "bcf3"
    assert render(review_factory.review(), name) == render(review_factory.review(), name)


def test_a_drawing_s_elements_are_named_by_their_handles() -> None:
    source = replace(review_factory.review().source, format="DXF", schema="AC1032")
    entries = opened(review_factory.review(source=source))
    assert not any(b"IfcGuid" in content for content in entries.values())
    assert any(b"AuthoringToolId" in content for content in entries.values())


def test_a_review_without_anything_to_draw_still_has_its_topics() -> None:
    entries = opened(review_factory.empty_review())
    assert topics(entries)
    assert not any(name.endswith(".png") for name in entries)


@pytest.mark.parametrize("version", ["2.1", "3.0"])
@pytest.mark.parametrize("case", ["rich", "proper", "empty", "decided"])
def test_every_file_is_valid_by_the_official_schema(schemas_dir: Path, version: str, case: str) -> None:
    """Against the XSD of buildingSMART, whichever of the files has one."""
    etree = pytest.importorskip("lxml.etree")
    folder = schemas_dir / "bcf" / version.replace(".", "")
    files = {"markup.bcf": "markup", ".bcfv": "visinfo", "bcf.version": "version", "project.bcfp": "project"}
    files["extensions.xml"] = "extensions"
    review = review_factory.empty_review() if case == "empty" else review_factory.review()
    review = decided(review) if case == "decided" else review
    checked = 0
    for name, content in opened(with_proper_ids(review) if case == "proper" else review, version).items():
        schema = next((xsd for ending, xsd in files.items() if name.endswith(ending)), None)
        if schema is not None:
            etree.XMLSchema(etree.parse(str(folder / f"{schema}.xsd"))).assertValid(etree.fromstring(content))
            checked += 1
    assert checked > len(OPEN)


@pytest.mark.parametrize(("format_", "reader"), [("bcf", "bcf.v2.bcfxml"), ("bcf3", "bcf.v3.bcfxml")])
def test_an_independent_reader_opens_it(tmp_path: Path, format_: str, reader: str) -> None:
    """Topics, cameras and pictures come out of another program's reader."""
    library = pytest.importorskip(reader)
    packed = render(decided(review_factory.review()), format_)
    assert isinstance(packed, bytes)
    (tmp_path / "a.bcf").write_bytes(packed)
    with library.BcfXml.load(tmp_path / "a.bcf") as archive:
        assert {topic.topic.title.split()[0] for topic in archive.topics.values()} == OPEN
        views = [view for topic in archive.topics.values() for view in topic.viewpoints.values()]
        said = [comment.comment for topic in archive.topics.values() for comment in topic.comments]
        assert sum("另址补足" in text for text in said) == 1
        assert all(view.visualization_info.orthogonal_camera is not None and view.snapshot for view in views)
