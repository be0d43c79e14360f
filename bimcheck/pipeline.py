"""The whole flow: file → model → rooms → levels → areas → entrances and site → measures → rules → review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bimcheck import __version__
from bimcheck.brief import Brief
from bimcheck.decisions import bind
from bimcheck.history import Decision
from bimcheck.measures.areas import AreaPolicy, measure_areas
from bimcheck.measures.clusters import cluster_measures, find_clusters, numbered, with_entrances
from bimcheck.measures.entrances import EntrancePolicy, find_entrances
from bimcheck.measures.ledger import keep_ledger
from bimcheck.measures.readings import area_standard
from bimcheck.measures.site import SitePolicy, measure_site
from bimcheck.measures.stairwells import split_stairwells
from bimcheck.measures.storeys import StoreyPolicy, arrange_levels
from bimcheck.measures.summary import summarise
from bimcheck.measures.title import title_area
from bimcheck.readers import read_model
from bimcheck.review import ProjectIdentity, Review
from bimcheck.rooms.identify import identify, unheard_tags
from bimcheck.rooms.mixed import mixed_use_notes
from bimcheck.rules.evaluate import assumptions, evaluate, verdict
from bimcheck.rules.ruleset import load_ruleset
from bimcheck.survey import Survey, judge_by_survey
from bimcheck.terms import Stage
from bimcheck.text import Text

if TYPE_CHECKING:
    from bimcheck.chain import Previous

Progress = Callable[[Text], None]


def review(
    paths: Sequence[Path] | Path,
    *,
    brief: Brief | None = None,
    stage: Stage = "scheme",
    ruleset: str = "haining/2023",
    area_standard_name: str = "gbt50353-2013",
    unit: str | None = None,
    as_of: date | None = None,
    survey: Survey | None = None,
    previous: Previous | None = None,
    decisions: Sequence[Decision] = (),
    full_read: bool = False,
    progress: Progress = lambda _: None,
) -> Review:
    """Check one project and return everything found.

    Args:
        paths: the model; several files are read as one project (one drawing per storey, and a site plan).
        brief: what the model cannot know; empty by default.
        stage: the review stage whose rules and strictness apply.
        ruleset: id of a published ruleset, or a path to one.
        area_standard_name: the primary reading of areas.
        unit: length unit to believe instead of the file's.
        as_of: the date whose rules apply; the ruleset's first day where none is given (the clock is not read here).
        survey: the completion survey, whose areas are judged in place of the model's.
        previous: the report of the stage before, to compare with.
        decisions: what people decided; those of the previous report are carried on.
        full_read: load the whole of each file, even where a part of it is known to be enough.
        progress: told what is being done, step by step.

    Raises:
        BimcheckError: the model, brief, ruleset or an option cannot be used.
    """
    brief = brief or Brief()
    rules, standard = load_ruleset(ruleset), area_standard(area_standard_name)
    as_of = as_of or rules.identity.effective_from
    progress(Text("读取模型", "reading the model"))
    model = read_model(paths, unit, brief.layers, full=full_read)
    progress(Text("识别房间、楼层", "finding rooms and storeys"))
    rooms, misspelt = identify(model, brief), unheard_tags(model, brief)
    arrangement = arrange_levels(model, brief, rules.policy(StoreyPolicy))
    split = split_stairwells(model, rooms, arrangement)
    model, rooms, arrangement = split.model, split.rooms, split.arrangement
    progress(Text("量取面积", "measuring areas"))
    areas = measure_areas(model, rooms, arrangement, rules.policy(AreaPolicy))
    ledger = keep_ledger(model, rooms, arrangement, areas, standard)
    ledger, surveyed = judge_by_survey(ledger, survey, model, stage)
    progress(Text("查找出入口、车位和广场", "looking for entrances, parking and plaza"))
    entrances = find_entrances(model, rooms, arrangement, brief, rules.policy(EntrancePolicy))
    site = measure_site(model, rooms, arrangement, entrances.entrances, rules.policy(SitePolicy))
    clusters = find_clusters(model, rooms, arrangement, entrances.connections, ledger.gross_areas, entrances.access)
    concentration = cluster_measures(clusters, rooms, entrances)
    parts = (model, arrangement, areas, ledger, surveyed, entrances, site)
    notes = (
        *assumptions(rules, brief),
        *misspelt,
        *(note for part in parts for note in part.notes),
        *mixed_use_notes(rooms),
    )
    title = title_area(rooms, areas) if survey is None else None
    measures = summarise(model, ledger, standard, stage, entrances, site, concentration, title, notes)
    progress(Text("逐条判定", "judging clause by clause"))
    results = evaluate(rules, measures, brief, stage, as_of)
    clusters, doors = with_entrances(clusters, entrances.entrances)
    found = Review(
        tool_version=__version__,
        source=model.source,
        ruleset=rules.identity,
        stage=stage,
        as_of=as_of,
        area_standard=standard.id,
        verdict=verdict(results),
        results=results,
        measurements=measures,
        ground_storey=arrangement.ground_storey,
        levels=areas.levels,
        rooms=numbered(ledger.rooms, clusters),
        entrances=doors,
        clusters=clusters,
        parking=site.parking,
        plazas=site.plazas,
        streets=entrances.streets,
        policies=rules.policies,
        notes=notes,
        model=model,
        survey=surveyed.findings,
        project=ProjectIdentity.of(brief),
    )
    if previous is not None:
        from bimcheck.chain import compare, decline_notes

        progress(Text("与上阶段比较", "comparing with the stage before"))
        chain = compare(previous, found)
        found = replace(found, chain=chain, notes=(*notes, *decline_notes(chain)))
    return replace(found, decisions=bind(decisions, found, previous.report.decisions if previous is not None else ()))
