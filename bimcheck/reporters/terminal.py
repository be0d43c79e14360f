"""The report for a terminal: the verdict and what fails first, then one row per clause, rooms, notes and hashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from bimcheck import notation
from bimcheck.decisions import finding_id, is_decided
from bimcheck.drawing.sheet import entrance_letters
from bimcheck.notation import amount, clean
from bimcheck.reporters import _changes as changes
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._decided import decision_texts, every_decision
from bimcheck.review import Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Language, Text

SUFFIX: Final = ".txt"
MEDIA_TYPE: Final = "text/plain; charset=utf-8"

_COLOURS: dict[str, str] = {
    "pass": "green",
    "fail": "red",
    "undetermined": "yellow",
    "manual": "blue",
    "not_applicable": "bright_black",
    "error": "red",
    "warning": "yellow",
    "info": "blue",
}
_MOST_ROOMS, _MOST_NOTES = 40, 20
_NARROWEST, _WIDE = 80, 96


def render(review: Review, language: Language = "zh", *, width: int = 100, color: bool = False) -> str:
    """The report as text.

    Args:
        review: what was found.
        language: of every sentence; names of the model stay as they are.
        width: columns of the terminal, 80 at least; a Han character takes two.
        color: whether to add the escape sequences of colours. Escape sequences in the model's text never pass.
    """
    out = StringIO()
    console = Console(
        file=out, width=max(width, _NARROWEST), force_terminal=color, color_system="standard" if color else None,
        markup=False, emoji=False, highlight=False, legacy_windows=False,
    )  # fmt: skip
    console.print(_Report(review, language, width).page())
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines()) if not color else out.getvalue()


class _Report:
    def __init__(self, review: Review, language: Language, width: int) -> None:
        self._review = review
        self._language = language
        self._names = tables.Names(review)
        self._wide = width >= _WIDE

    def page(self) -> Group:
        """All parts, one below the other."""
        parts = [self._head(), self._verdict(), self._open_rules(), self._changes(), self._clauses(), self._rooms()]
        parts += [self._survey(), self._entrances(), self._notes(), self._decisions(), self._fingerprints()]
        return Group(*(part for part in parts if part is not None))

    def _say(self, text: Text) -> str:
        return clean(text.in_language(self._language))

    def _both(self, zh: str, en: str) -> str:
        return zh if self._language == "zh" else en

    def _section(self, title: str, body: RenderableType) -> RenderableType:
        return Group(Line(), Line(title, style="bold"), body)

    def _head(self) -> RenderableType:
        review = self._review
        name = review.project.name or review.model.project_name
        project = " · ".join(clean(part) for part in (name, review.source.file) if part)
        colon = self._both("：", ": ")
        concerned = [f"{self._say(label)}{colon}{self._say(who)}" for label, who in tables.concerned(review)]
        rules = f"{self._say(review.ruleset.title)} {clean(review.ruleset.document)}".strip()
        line = f"{self._say(notation.STAGES[review.stage])} · {rules} · {review.as_of.isoformat()}"
        return Group(Line(project, style="bold"), Line("   ".join(concerned)), Line(line))

    def _verdict(self) -> RenderableType:
        review = self._review
        colour = _COLOURS[review.verdict]
        word = f"{notation.MARKS[review.verdict]} {self._say(notation.VERDICTS[review.verdict])}"
        counts = "   ".join(
            f"{notation.MARKS[status]} {self._say(title)} {review.counts[status]}"
            for status, title in notation.STATUSES.items()
        )
        body = Group(Line(word, style=f"bold {colour}"), Line(self._say(tables.conclusion(review))), Line(counts))
        return Panel(body, box=box.HEAVY, border_style=colour, padding=(0, 1))

    def _open_rules(self) -> RenderableType | None:
        """What fails, what cannot be told and what a person decides, each with what would change it."""
        titles: dict[Status, str] = {
            "fail": self._both("不符合", "What fails"),
            "undetermined": self._both("资料不足", "What cannot be told yet"),
            "manual": self._both("须由人判定", "What a person must decide"),
        }
        parts = [
            self._section(title, Group(*(self._finding(result) for result in results)))
            for status, title in titles.items()
            if (results := tables.with_status(self._review, status))
        ]
        return Group(*parts) if parts else None

    def _finding(self, result: RuleResult) -> RenderableType:
        head = Line()
        head.append(f"{notation.MARKS[result.status]} ", style=f"bold {_COLOURS[result.status]}")
        head.append(self._say(result.title), style="bold")
        head.append(f"  {clean(result.clause)} {result.number} {result.rule}", style="bright_black")
        if result.level == "advisory":
            head.append(f" {self._say(notation.LEVELS['advisory'])}", style="bright_black")
        lines = [head]
        if result.status != "manual" or result.remedy is None:
            lines.append(Line(self._say(result.message)))
        if result.remedy is not None:
            lines.append(Line("→ " + self._say(result.remedy), style="bold" if result.status == "fail" else ""))
        lines += [Line(f"◆ {said}") for said in decision_texts(self._review, result.rule, self._language)]
        return Group(lines[0], *(Padding(line, (0, 0, 0, 2)) for line in lines[1:]))

    def _table(
        self,
        columns: Iterable[tuple[str, str]],
        *,
        numbers: Sequence[int],
        shares: Mapping[int, int],
        rigid: Sequence[int] = (),
    ) -> Table:
        """A table whose columns are as wide as their content, but those of ``shares``, which divide the rest.

        Numbers and rigid columns are not broken into lines.
        """
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, expand=bool(shares))
        for index, (zh, en) in enumerate(columns):
            number = index in numbers
            table.add_column(
                self._both(zh, en),
                justify="right" if number else "left",
                no_wrap=number or index in rigid,
                ratio=shares.get(index),
                overflow="fold",
            )
        return table

    def _clauses(self) -> RenderableType:
        columns = [("条款", "Clause"), ("要求", "Required"), ("实测", "Measured"), ("申报", "Declared")]
        columns += [("差值", "Difference"), ("结论", "Result")]
        columns += [("依据", "Basis")] if self._wide else []
        table = self._table(columns, numbers=(1, 2, 3, 4), shares={0: 5, 6: 4}, rigid=(5,))
        for result in tables.by_urgency(self._review.results):
            declared = amount(tables.declared_for(self._review, result), "m2")
            status = f"{notation.MARKS[result.status]} {self._say(notation.STATUSES[result.status])}"
            if is_decided(self._review, result.rule):
                status += self._both("\n◆ 有决定", "\n◆ decided")
            table.add_row(
                Line(f"{clean(result.clause)} {self._say(result.title)}"),
                Line(self._say(notation.requirement(result.required))),
                Line(
                    self._say(notation.measured(result.measured, result.required))
                    .replace(" (", "\n(")
                    .replace("（", "\n（")
                ),
                Line(self._say(declared)),
                Line(self._say(tables.difference_of(result))),
                Line(status, style=_COLOURS[result.status]),
                *([Line(self._basis(result))] if self._wide else []),
            )
        return self._section(self._both("逐条审查", "Clause by clause"), table)

    def _basis(self, result: RuleResult) -> str:
        """The message, where it has not been given above; else what it rests on."""
        if result.status in ("pass", "not_applicable"):
            return self._say(result.message)
        first, more = result.evidence[:2], len(result.evidence) - 2
        names = self._both("、", ", ").join(self._names[id_] for id_ in first)
        if more > 0:
            names += self._both(f" 等 {len(result.evidence)} 项", f" and {more} more")
        return names or self._both("见上", "see above")

    def _rooms(self) -> RenderableType:
        review = self._review
        rooms = tables.rooms_in_order(review, counted=True)
        columns = [
            ("房间", "Room"),
            ("楼层", "Storey"),
            ("功能", "Use"),
            ("净面积", "Clear m²"),
            ("建筑面积", "Gross m²"),
        ]
        columns += [("申报", "Declared"), ("差值", "Difference"), ("量法", "Method")]
        table = self._table(columns, numbers=(3, 4, 5, 6), shares={})
        for room in rooms[:_MOST_ROOMS]:
            gap = tables.declared_difference(room)
            method = self._say(notation.AREA_METHODS[room.area_method]) if room.area_method else "—"
            table.add_row(
                Line(clean(room.name)), Line(clean(room.storey) or "—"), Line(self._say(notation.USES[room.use])),
                _figure(room.net_area_m2), _figure(room.gross_area_m2), _figure(room.declared_area_m2),
                Line("—" if gap is None else notation.signed(gap[0])), Line(method),
            )  # fmt: skip
        parts: list[RenderableType] = [table] if rooms else []
        hidden = len(rooms) - _MOST_ROOMS
        if hidden > 0:
            parts.append(
                Line(self._both(f"……另有 {hidden} 间，见 HTML 或 JSON 报告", f"… and {hidden} more, see HTML or JSON"))
            )
        parts += [Line(line) for line in self._totals()]
        parts += [
            self._near_miss(room.name, room.storey, room.why_not)
            for room in tables.rooms_in_order(review, counted=False)[:_MOST_ROOMS]
        ]
        return self._section(self._both("社区服务用房", "Community service rooms"), Group(*parts))

    def _totals(self) -> list[str]:
        """The main measurements, with the reason where one is unknown."""
        lines = []
        for name, title in notation.MEASURES.items():
            quantity = self._review.measurements.get(name)
            if quantity is None:
                continue
            shown = self._say(notation.measured(quantity))
            why = "" if quantity.reason is None else f" – {self._say(quantity.reason)}"
            lines.append(f"{self._say(title)}{self._both('：', ': ')}{shown}{why}")
        return lines

    def _near_miss(self, name: str, storey: str, why: Text | None) -> Line:
        reason = self._say(why) if why is not None else ""
        return Line(
            f"{self._both('不计入：', 'Not counted: ')}{clean(name)} ({clean(storey) or '—'}) {reason}",
            style="bright_black",
        )

    def _changes(self) -> RenderableType | None:
        """What changed since the stage before: what got worse first, whether or not it still suffices."""
        chain = self._review.chain
        if chain is None:
            return None
        columns = [("", ""), ("变化", "Change"), ("上阶段", "Then"), ("本次", "Now"), ("差值", "Difference")]
        columns += [("说明", "Remarks")]
        table = self._table(columns, numbers=(4,), shares={0: 5, 5: 4}, rigid=(1,))
        rows = [*changes.measure_rows(chain), *changes.room_rows(chain), *changes.entrance_rows(chain)]
        for row in (*rows, *changes.clause_rows(chain)):
            mark = "▼ " if row.declined else ""
            table.add_row(
                Line(f"{mark}{self._say(row.subject)} {row.place}".rstrip()),
                Line(self._say(row.change), style=_COLOURS[row.tone]),
                Line(self._say(row.before)), Line(self._say(row.after)), Line(self._say(row.difference)),
                Line(self._both("；", "; ").join(self._say(remark) for remark in row.remarks)),
            )  # fmt: skip
        said = Line(self._say(changes.summary(chain)), style="bold red" if chain.declines else "green")
        notes = [Line(self._say(note.text)) for note in chain.notes]
        return self._section(self._both("与上阶段比较", "Since the stage before"), Group(said, *notes, table))

    def _survey(self) -> RenderableType | None:
        """The completion survey against the model, room by room."""
        survey = self._review.survey
        if survey is None:
            return None
        columns = [("房间", "Room"), ("楼层", "Storey"), ("实测", "Surveyed m²"), ("模型", "Model m²")]
        columns += [("差值", "Difference"), ("三级限差", "Class 3 limit")]
        table = self._table(columns, numbers=(2, 3, 4, 5), shares={})
        for room in survey.rooms:
            gap, limit = room.difference_m2, None if room.limits_m2 is None else room.limits_m2[2]
            table.add_row(
                Line(clean(room.name)), Line(clean(room.storey) or "—"), _figure(room.survey_m2),
                _figure(room.model_m2), Line("—" if gap is None else notation.signed(gap)), _figure(limit),
            )  # fmt: skip
        said = self._both(
            f"以实测面积判定，下限没有容差（{clean(survey.file)}）",
            f"The surveyed areas were judged; a minimum has no tolerance ({clean(survey.file)})",
        )
        return self._section(self._both("竣工实测", "Completion survey"), Group(Line(said), table))

    def _entrances(self) -> RenderableType | None:
        letters = entrance_letters(self._review.entrances)
        lines = []
        for entrance in sorted(self._review.entrances, key=lambda e: int(letters[e.id][1:])):
            status: Status = {True: "pass", False: "fail", None: "undetermined"}[entrance.qualifies]  # type: ignore[assignment]  # three literals
            line = Line()
            line.append(f"{notation.MARKS[status]} {letters[entrance.id]} ", style=_COLOURS[status])
            line.append(f"{clean(entrance.name)} ({clean(entrance.storey) or '—'})  {self._say(entrance.reason)}")
            lines.append(line)
        return self._section(self._both("出入口", "Entrances"), Group(*lines)) if lines else None

    def _notes(self) -> RenderableType | None:
        order = list(notation.SEVERITIES)
        notes = sorted(self._review.notes, key=lambda n: (order.index(n.severity), n.code, n.refs, n.text))
        lines = []
        for note in notes[:_MOST_NOTES]:
            line = Line(f"{self._say(notation.SEVERITIES[note.severity])} ", style=_COLOURS[note.severity])
            line.append(f"{self._say(note.text)} [{finding_id(note)}]", style="default")
            lines.append(line)
        hidden = len(notes) - _MOST_NOTES
        if hidden > 0:
            lines.append(Line(self._both(f"……另有 {hidden} 条", f"… and {hidden} more")))
        return self._section(self._both("数据质量", "Notes on data quality"), Group(*lines)) if lines else None

    def _decisions(self) -> RenderableType | None:
        """Decisions on anything but what is open, which shows its own above."""
        shown = {result.rule for result in tables.with_status(self._review, "fail", "undetermined", "manual")}
        lines = [
            Line(f"{self._say(subject)}\n  ◆ {self._say(text)}")
            for decided, (subject, text) in zip(self._review.decisions, every_decision(self._review), strict=True)
            if decided.decision.finding not in shown
        ]
        return (
            self._section(self._both("对其他事项的决定", "Decisions on other findings"), Group(*lines))
            if lines
            else None
        )

    def _fingerprints(self) -> RenderableType:
        review, source = self._review, self._review.source
        facts = [
            (
                self._both("模型", "Model"),
                f"{source.file} · {source.format} {source.schema} · {source.length_unit} · {source.bytes} B",
            ),
            ("SHA-256", source.sha256),
            (self._both("规则", "Ruleset"), f"{review.ruleset.id} · {review.ruleset.digest}"),
            (self._both("面积标准", "Area standard"), notation.standard_name(review.area_standard)),
            (self._both("程序", "Program"), f"bimcheck {review.tool_version}"),
        ]
        if review.survey is not None:
            facts.append((self._both("测绘表", "Survey"), f"{review.survey.file} · {review.survey.sha256}"))
        if review.chain is not None:
            then = review.chain.previous
            facts.append((self._both("上阶段报告", "Previous"), f"{then.file} · {then.sha256}"))
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for title, value in facts:
            table.add_row(Line(title, style="bright_black"), Line(clean(value)))
        return self._section(self._both("依据与版本", "What was reviewed"), table)


def _figure(value: float | None) -> Line:
    return Line("—" if value is None else notation.decimal(value))
