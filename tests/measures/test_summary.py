"""Measures of the whole project: what is not known is not zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
import review_factory as factory

from bimcheck.brief import Brief
from bimcheck.measures.clusters import cluster_measures, find_clusters
from bimcheck.measures.entrances import find_entrances
from bimcheck.measures.ledger import Ledger
from bimcheck.measures.readings import area_standard
from bimcheck.measures.site import measure_site
from bimcheck.measures.storeys import arrange_levels
from bimcheck.measures.summary import area_measures, summarise
from bimcheck.model import Note
from bimcheck.review import Quantity
from bimcheck.text import Text

STANDARD = area_standard("gbt50353-2013")
COUNTED = [room for room in factory.ROOMS if room.counted]


def measured(*notes: Note) -> dict[str, Quantity]:
    """The measures of the factory's model without any site, under these notes."""
    model, brief = factory.building_model(), Brief()
    arrangement = arrange_levels(model, brief)
    doors = find_entrances(model, (), arrangement, brief)
    site = measure_site(model, (), arrangement, ())
    clusters = cluster_measures(find_clusters(model, (), arrangement, (), {}), (), doors)
    ledger = Ledger(tuple(factory.ROOMS), ())
    return summarise(model, ledger, STANDARD, "preliminary", doors, site, clusters, None, notes)


def test_a_zero_in_doubt_is_unknown() -> None:
    """Where something was not read, finding none of it says nothing; what was found is kept beside the doubt."""
    doubt = Note(
        "lost",
        "warning",
        Text("部分未读", "a part was not read"),
        blocks=("underground_parking_spaces", "service_area_m2"),
    )
    sound, doubted = measured(), measured(doubt)
    assert sound["underground_parking_spaces"].value == 0
    assert doubted["underground_parking_spaces"].value is None
    assert doubted["underground_parking_spaces"].reason == doubt.text
    assert doubted["service_area_m2"].value == sound["service_area_m2"].value
    assert doubted["service_area_m2"].reason == doubt.text


def test_a_party_centre_that_nobody_named_may_be_any_of_the_rooms() -> None:
    """Halls and activity rooms are what a centre is made of: without a room of that name its area is open, not nil."""
    rooms = tuple(replace(room, use="hall", function=None) for room in COUNTED)
    found = area_measures(Ledger(rooms, ()), STANDARD, len(rooms), "preliminary")
    centre = found["party_centre_area_m2"]
    assert centre.value is None
    assert centre.low == 0
    assert centre.high == pytest.approx(found["service_area_m2"].high)
    assert centre.reason is not None


def test_offices_that_no_room_is_named_for_are_none_where_every_room_has_its_use() -> None:
    rooms = tuple(replace(room, use="elderly", function=None) for room in COUNTED)
    assert area_measures(Ledger(rooms, ()), STANDARD, len(rooms), "preliminary")["office_area_m2"].value == 0
