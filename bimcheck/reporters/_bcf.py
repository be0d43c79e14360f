"""Topics as a BCF archive, version 2.1 or 3.0: the two differ in wrappers, not in what they say."""

from __future__ import annotations

from typing import Final, Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bimcheck.notation import clean
from bimcheck.reporters._archive import archive
from bimcheck.reporters._findings import project_guid
from bimcheck.reporters._tables import project_name
from bimcheck.reporters._topics import Component, Topic, View, topics
from bimcheck.review import Review
from bimcheck.text import Language

Version = Literal["2.1", "3.0"]
AUTHOR: Final = "bimcheck"

_STATUS = "Open"


def pack(review: Review, language: Language, version: Version) -> bytes:
    """The archive: each topic with its markup, and a viewpoint and a snapshot for every sheet that shows it."""
    found = topics(review, language)
    entries = [("bcf.version", _version(version)), ("project.bcfp", _project(review, version))]
    if version == "3.0":
        entries.append(("extensions.xml", _extensions(found)))
    for topic in found:
        entries.append((f"{topic.guid}/markup.bcf", _markup(review, topic, version)))
        for number, view in enumerate(topic.views):
            camera, picture = _files(number)
            entries.append((f"{topic.guid}/{camera}", _viewpoint(topic, view, version)))
            entries.append((f"{topic.guid}/{picture}", view.snapshot))
    return archive(entries)


def _files(number: int) -> tuple[str, str]:
    """Names of a viewpoint and its snapshot; the first have the names that every viewer looks for."""
    mark = "" if number == 0 else f"_{number + 1}"
    return f"viewpoint{mark}.bcfv", f"snapshot{mark}.png"


def _xml(root: Element) -> bytes:
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _say(parent: Element, name: str, value: str) -> Element:
    element = SubElement(parent, name)
    element.text = value
    return element


def _version(version: Version) -> bytes:
    root = Element("Version", VersionId=version)
    if version == "2.1":
        _say(root, "DetailedVersion", version)
    return _xml(root)


def _project(review: Review, version: Version) -> bytes:
    root = Element("ProjectExtension" if version == "2.1" else "ProjectInfo")
    project = SubElement(root, "Project", ProjectId=project_guid(review))
    _say(project, "Name", project_name(review))
    if version == "2.1":
        _say(root, "ExtensionSchema", "")
    return _xml(root)


def _extensions(found: list[Topic]) -> bytes:
    """The words the topics use, which version 3.0 wants listed."""
    root = Element("Extensions")
    for group, name, words in (
        ("TopicTypes", "TopicType", {topic.kind for topic in found}),
        ("TopicStatuses", "TopicStatus", {_STATUS}),
        ("Priorities", "Priority", {topic.priority for topic in found}),
        ("TopicLabels", "TopicLabel", {label for topic in found for label in topic.labels}),
        ("Users", "User", {AUTHOR, *(comment.author for topic in found for comment in topic.comments)}),
        ("Stages", "Stage", {topic.stage for topic in found}),
    ):
        listed = SubElement(root, group)
        for word in sorted(words):
            _say(listed, name, word)
    return _xml(root)


def _markup(review: Review, topic: Topic, version: Version) -> bytes:
    root = Element("Markup")
    header = SubElement(root, "Header")
    files = header if version == "2.1" else SubElement(header, "Files")
    outside = "isExternal" if version == "2.1" else "IsExternal"
    file = SubElement(files, "File", {outside: "true"})
    _say(file, "Filename", clean(review.source.file))
    moment = f"{review.as_of.isoformat()}T00:00:00Z"
    element = SubElement(root, "Topic", Guid=topic.guid, TopicType=topic.kind, TopicStatus=_STATUS)
    _say(element, "Title", topic.title)
    _say(element, "Priority", topic.priority)
    if version == "2.1":
        for label in topic.labels:
            _say(element, "Labels", label)
    else:
        labels = SubElement(element, "Labels")
        for label in topic.labels:
            _say(labels, "Label", label)
    _say(element, "CreationDate", moment)
    _say(element, "CreationAuthor", AUTHOR)
    _say(element, "ModifiedDate", moment)
    _say(element, "ModifiedAuthor", AUTHOR)
    _say(element, "Stage", topic.stage)
    _say(element, "Description", topic.description)
    _comments(root if version == "2.1" else element, topic, version)
    views = root if version == "2.1" else SubElement(element, "Viewpoints")
    for number, view in enumerate(topic.views):
        camera, picture = _files(number)
        entry = SubElement(views, "Viewpoints" if version == "2.1" else "ViewPoint", Guid=view.guid)
        _say(entry, "Viewpoint", camera)
        _say(entry, "Snapshot", picture)
        _say(entry, "Index", str(number))
    return _xml(root)


def _comments(parent: Element, topic: Topic, version: Version) -> None:
    """What people decided, as comments of theirs."""
    if version == "3.0" and topic.comments:
        parent = SubElement(parent, "Comments")
    for comment in topic.comments:
        element = SubElement(parent, "Comment", Guid=comment.guid)
        _say(element, "Date", f"{comment.day}T00:00:00Z")
        _say(element, "Author", comment.author)
        _say(element, "Comment", comment.text)


def _viewpoint(topic: Topic, view: View, version: Version) -> bytes:
    root = Element("VisualizationInfo", Guid=view.guid)
    components = SubElement(root, "Components")
    hints = {"SpacesVisible": "true", "SpaceBoundariesVisible": "false", "OpeningsVisible": "false"}
    if version == "2.1":
        SubElement(components, "ViewSetupHints", hints)
    if topic.components:
        selection = SubElement(components, "Selection")
        for component in topic.components:
            _component(selection, component)
    visibility = SubElement(components, "Visibility", DefaultVisibility="true")
    if version == "3.0":
        SubElement(visibility, "ViewSetupHints", hints)
    if topic.components:
        colour = SubElement(SubElement(components, "Coloring"), "Color", Color=topic.colour)
        holder = colour if version == "2.1" else SubElement(colour, "Components")
        for component in topic.components:
            _component(holder, component)
    camera = SubElement(root, "OrthogonalCamera")
    _triple(camera, "CameraViewPoint", view.centre_m)
    _triple(camera, "CameraDirection", (0.0, 0.0, -1.0))
    _triple(camera, "CameraUpVector", (*view.up, 0.0))
    _say(camera, "ViewToWorldScale", _number(view.height_m))
    if version == "3.0":
        _say(camera, "AspectRatio", _number(view.aspect))
    if view.cut_z_m is not None:
        plane = SubElement(SubElement(root, "ClippingPlanes"), "ClippingPlane")
        _triple(plane, "Location", (*view.centre_m[:2], view.cut_z_m))
        _triple(plane, "Direction", (0.0, 0.0, 1.0))
    return _xml(root)


def _component(parent: Element, component: Component) -> None:
    if component.ifc_guid is not None:
        SubElement(parent, "Component", IfcGuid=component.ifc_guid)
    else:
        _say(SubElement(parent, "Component"), "AuthoringToolId", component.own_id)


def _triple(parent: Element, name: str, values: tuple[float, float, float]) -> None:
    element = SubElement(parent, name)
    for axis, value in zip("XYZ", values, strict=True):
        _say(element, axis, _number(value))


def _number(value: float) -> str:
    """Tenths of a millimetre: more would differ between machines, less could be seen."""
    shown = f"{value:.4f}"
    return "0.0000" if shown == "-0.0000" else shown
