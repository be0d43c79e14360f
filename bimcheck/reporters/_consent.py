"""The consent sheet (审查意见表) as words: what Word and PDF set, in one language, with nothing left to compute.

The parties are those of clause 四(二): 住建 and 资规 convene; 民政, the two leads of the town and the head of the
community decide together and sign. Nothing here signs or decides for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bimcheck import notation
from bimcheck.notation import clean
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._changes import clause_rows, entrance_rows, measure_rows, room_rows, summary
from bimcheck.reporters._decided import beside_rules, decision_texts, obstacles, on_rule, waived
from bimcheck.review import Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Language, Text

DECISIONS: Final = (Text("同意", "Agreed"), Text("不同意", "Not agreed"), Text("整改后复审", "Revise and resubmit"))
"""What a reviewer may say of a row."""

PARTIES: Final = (
    (Text("住建部门", "Housing and construction bureau"), False),
    (Text("资规部门", "Natural resources and planning bureau"), False),
    (Text("民政部门", "Civil affairs bureau"), True),
    (Text("镇（街道）规划工作负责人", "Town (street): lead for planning"), True),
    (Text("镇（街道）民政工作负责人", "Town (street): lead for civil affairs"), True),
    (Text("项目所在社区负责人", "Head of the community"), True),
)
"""Who takes part at every stage, and whether they sign (or attend, having convened)."""

_MEASURED = (
    "service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "ground_floor_share",
    "street_entrances", "parking_spaces", "plaza_area_m2", "office_share",
)  # fmt: skip
_MOST_NAMES = 8
_BOX = "□"


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause: what it asks, what was found, what people said.

    ``choices`` are open boxes, empty where nobody needs to decide or somebody validly has; a decision that has gone
    stale stands beside them, to be confirmed or not.
    """

    number: str
    clause: str
    title: str
    quote: str
    required: str
    measured: str
    declared: str
    difference: str
    status: Status
    result: str
    finding: str
    remedy: str
    evidence: str
    decisions: str
    choices: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Something that got worse since the stage before."""

    subject: str
    place: str
    change: str
    before: str
    after: str
    difference: str
    remarks: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part, and how; the rest of the line is theirs to fill in."""

    name: str
    role: str
    signs: bool


@dataclass(frozen=True, slots=True)
class ConsentSheet:
    """Everything on the sheet. ``ready`` is whether it may be laid before the parties for signature."""

    language: Language
    title: str
    stage: str
    identity: tuple[Pair, ...]
    verdict: str
    verdict_status: str
    conclusion: str
    measured: tuple[Pair, ...]
    rows: tuple[ClauseRow, ...]
    failing: tuple[ClauseRow, ...]
    unknown: tuple[ClauseRow, ...]
    for_people: tuple[ClauseRow, ...]
    changed: str
    changes: tuple[ChangeLine, ...]
    ready: bool
    readiness: str
    obstacles: tuple[str, ...]
    choices: tuple[str, ...]
    parties: tuple[Party, ...]
    other_decisions: tuple[Pair, ...]
    notes: tuple[str, ...]
    policies: tuple[Pair, ...]
    hashes: tuple[Pair, ...]
    disclaimer: str
    words: dict[str, str]


def consent_sheet(review: Review, language: Language) -> ConsentSheet:
    """The sheet of a review's stage."""
    names = tables.Names(review)
    rows = {result.rule: _row(review, result, names, language) for result in review.results}
    blocking = obstacles(review)
    return ConsentSheet(
        language=language,
        title=Text("社区服务用房审查意见表", "Community service rooms: review and consent sheet").in_language(language),
        stage=notation.STAGES[review.stage].in_language(language),
        identity=_identity(review, language),
        verdict=notation.VERDICTS[review.verdict].in_language(language),
        verdict_status=review.verdict,
        conclusion=tables.conclusion(review).in_language(language),
        measured=_measured(review, language),
        rows=tuple(rows.values()),
        failing=tuple(rows[result.rule] for result in tables.with_status(review, "fail")),
        unknown=tuple(rows[result.rule] for result in tables.with_status(review, "undetermined")),
        for_people=tuple(rows[result.rule] for result in tables.with_status(review, "manual")),
        changed="" if review.chain is None else clean(summary(review.chain).in_language(language)),
        changes=_changes(review, language),
        ready=not blocking,
        readiness=_readiness(review, blocking, language),
        obstacles=tuple(clean(text.in_language(language)) for text in blocking),
        choices=tuple(f"{_BOX} {choice.in_language(language)}" for choice in DECISIONS),
        parties=tuple(_party(name, language, signs=signs) for name, signs in PARTIES),
        other_decisions=tuple(
            Pair(clean(subject.in_language(language)), line.in_language(language))
            for subject, line, _ in beside_rules(review)
        ),
        notes=_notes(review, language),
        policies=_policies(review, language),
        hashes=_hashes(review, language),
        disclaimer=_DISCLAIMER.in_language(language),
        words={key: text.in_language(language) for key, text in _WORDS.items()},
    )


_DISCLAIMER = Text(
    "本表由计算机量测送审模型后生成，仅供审查会议使用；未经各方签署不具效力，签名处不得由软件代填。",
    "Made by measuring the submitted model; for the review meeting only. It has no force until the parties have signed,"
    " and no software may sign for them.",
)
_WORDS = {
    "summary": Text("审查结果", "Result"),
    "measured_head": Text("主要量测结果", "Main measurements"),
    "clauses": Text("逐条审查", "Clause by clause"),
    "no": Text("序号", "No."),
    "clause": Text("条款与要求", "Clause and requirement"),
    "figures": Text("要求 / 实测", "Required / measured"),
    "result": Text("结论", "Result"),
    "finding": Text("审查情况与依据", "Finding and evidence"),
    "decision": Text("人工意见", "Decision"),
    "required": Text("要求", "required"),
    "found": Text("实测", "measured"),
    "declared": Text("申报", "declared"),
    "difference": Text("差值", "difference"),
    "remedy": Text("处理", "To do"),
    "evidence": Text("依据", "Rests on"),
    "changes": Text("与上阶段比较", "Since the stage before"),
    "subject": Text("对象", "Subject"),
    "clause_place": Text("楼层或条款", "Where"),
    "change": Text("变化", "Change"),
    "remarks_head": Text("备注", "Remarks"),
    "before": Text("上阶段", "Before"),
    "after": Text("本阶段", "Now"),
    "signing": Text("联合审查意见", "Joint review"),
    "opinion": Text("综合意见", "Overall opinion"),
    "remarks": Text("补充意见", "Further remarks"),
    "party": Text("参加单位（人员）", "Party"),
    "role": Text("职责", "Part"),
    "signature": Text("签名（盖章）", "Signature (seal)"),
    "date": Text("日期", "Date"),
    "other_decisions": Text("对其他事项的决定", "Decisions on other findings"),
    "notes": Text("数据说明", "About the data"),
    "policies": Text("量测约定", "Conventions of measuring"),
    "hashes": Text("文件校验", "Identity of files"),
    "colon": Text("：", ": "),
}


def _identity(review: Review, language: Language) -> tuple[Pair, ...]:
    source, ruleset = review.source, review.ruleset
    buildings = "、".join(clean(building.name) for building in review.model.buildings if building.name)
    pairs = (
        (Text("项目名称", "Project"), review.project.name or review.model.project_name),
        *((label, name.in_language(language)) for label, name in tables.concerned(review)),
        (Text("审查阶段", "Stage"), notation.STAGES[review.stage].in_language(language)),
        (Text("适用日期", "As of"), review.as_of.isoformat()),
        (Text("楼栋", "Buildings"), buildings),
        (Text("送审文件", "File"), source.file),
        (Text("文件格式", "Format"), f"{source.format} {source.schema} · {source.length_unit}"),
        (Text("审查依据", "Rules"), f"{ruleset.title.in_language(language)}（{ruleset.document}）"),
        (Text("面积标准", "Area standard"), notation.standard_name(review.area_standard)),
    )
    return tuple(Pair(label.in_language(language), clean(value) or notation.NOTHING.zh) for label, value in pairs)


def _measured(review: Review, language: Language) -> tuple[Pair, ...]:
    pairs = []
    for name in _MEASURED:
        quantity = review.measurements.get(name)
        shown = notation.measured(quantity).in_language(language)
        if quantity is not None and quantity.value is None and quantity.reason is not None:
            shown = f"{shown}（{quantity.reason.in_language(language)}）"
        pairs.append(Pair(notation.measure_name(name).in_language(language), clean(shown)))
    return tuple(pairs)


def _row(review: Review, result: RuleResult, names: tables.Names, language: Language) -> ClauseRow:
    listed = list(dict.fromkeys(names[id_] for id_ in result.evidence))
    evidence = "、".join(listed[:_MOST_NAMES])
    if len(listed) > _MOST_NAMES:
        evidence += Text(f" 等 {len(listed)} 处", f" … {len(listed)} in all").in_language(language)
    declared = notation.amount(tables.declared_for(review, result), "m2").in_language(language)
    said = decision_texts(review, result.rule, language)
    open_for_people = result.status == "manual" and not any(valid for _, valid in on_rule(review, result.rule))
    shown = {
        "clause": result.clause,
        "title": result.title.in_language(language),
        "quote": result.quote.in_language(language),
        "finding": result.message.in_language(language),
        "remedy": "" if result.remedy is None else result.remedy.in_language(language),
        "evidence": evidence,
    }
    return ClauseRow(
        number=result.number,
        required=notation.requirement(result.required).in_language(language),
        measured=notation.measured(result.measured, result.required).in_language(language),
        declared=declared,
        difference=tables.difference_of(result).in_language(language),
        status=result.status,
        result=notation.STATUSES[result.status].in_language(language),
        decisions="\n".join(said),
        choices="\n".join(f"{_BOX} {choice.in_language(language)}" for choice in DECISIONS) if open_for_people else "",
        **{key: clean(text) for key, text in shown.items()},
    )


def _readiness(review: Review, blocking: list[Text], language: Language) -> str:
    if blocking:
        return Text("尚不具备签署条件：", "Not ready to sign: ").in_language(language)
    set_aside = waived(review)
    if set_aside:
        return Text(
            f"可提交签署。其中 {len(set_aside)} 条不符合但已豁免，豁免不改变结论。",
            f"Ready to sign. {len(set_aside)} failing and waived; a waiver does not change the result.",
        ).in_language(language)
    return Text(
        "可提交签署：没有未处理的不符合项，须由人判定的条款均已有意见。",
        "Ready to sign: no failure is open, and every clause for a person has been decided.",
    ).in_language(language)


def _changes(review: Review, language: Language) -> tuple[ChangeLine, ...]:
    """What got worse since the stage before, whether or not it still suffices."""
    chain = review.chain
    if chain is None:
        return ()
    rows = [*room_rows(chain), *entrance_rows(chain), *measure_rows(chain), *clause_rows(chain)]
    return tuple(
        ChangeLine(
            subject=clean(row.subject.in_language(language)),
            place=row.place,
            change=row.change.in_language(language),
            before=row.before.in_language(language),
            after=row.after.in_language(language),
            difference=row.difference.in_language(language),
            remarks=clean("；".join(text.in_language(language) for text in row.remarks)),
        )
        for row in rows
        if row.declined
    )


def _party(name: Text, language: Language, *, signs: bool) -> Party:
    role = (
        Text("参与审查、集体决策，签署意见", "decides and signs") if signs else Text("召集、参加", "convenes, attends")
    )
    return Party(name.in_language(language), role.in_language(language), signs)


def _notes(review: Review, language: Language) -> tuple[str, ...]:
    """What one should know of the data, the gravest first, said once each."""
    severity = list(notation.SEVERITIES)
    ordered = sorted(review.notes, key=lambda note: (severity.index(note.severity), note.code, note.refs, note.text))
    grave = (note for note in ordered if note.severity != "info")
    said = (
        f"{notation.SEVERITIES[note.severity].in_language(language)}：{note.text.in_language(language)}"
        for note in grave
    )
    return tuple(dict.fromkeys(clean(text) for text in said))


def _policies(review: Review, language: Language) -> tuple[Pair, ...]:
    return tuple(
        Pair(clean(policy.title.in_language(language)), clean(f"{policy.value} {policy.unit}".strip()))
        for policy in review.policies
    )


def _hashes(review: Review, language: Language) -> tuple[Pair, ...]:
    """By which anyone can prove what was checked against what, by what."""
    pairs = (
        (Text("送审文件 SHA-256", "Model, SHA-256"), review.source.sha256),
        (Text("规则集", "Ruleset"), f"{review.ruleset.id} {review.ruleset.digest}"),
        (Text("软件", "Tool"), f"bimcheck {review.tool_version}"),
    )
    return tuple(Pair(label.in_language(language), clean(value)) for label, value in pairs)
