"""A completion survey's area table (竣工实测面积表) as CSV: UTF-8 or GBK, its header in Chinese or in English.

Lines before the header and sums below the rows are left out. Areas are square metres; nothing is converted.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from bimcheck.errors import BimcheckError

Column = Literal["building", "storey", "number", "id", "name", "usage", "building_area", "inner_area", "shared_area"]

COLUMNS: dict[Column, tuple[str, ...]] = {
    "building": ("幢号", "楼号", "栋号", "楼幢", "幢", "building"),
    "storey": ("楼层", "所在层", "层次", "层号", "层", "storey", "story", "floor", "level"),
    "number": ("室号", "房号", "户号", "房间号", "房间编号", "单元号", "编号", "number", "no", "room", "unit"),
    "id": ("构件编号", "图元编号", "句柄", "globalid", "guid", "handle", "id"),
    "name": ("房间名称", "用房名称", "部位", "名称", "name"),
    "usage": ("用途", "房屋用途", "规划用途", "设计用途", "功能", "usage", "use", "function"),
    "building_area": ("建筑面积", "实测建筑面积", "竣工建筑面积", "buildingarea", "grossarea", "grossfloorarea"),
    "inner_area": ("套内建筑面积", "套内面积", "专有建筑面积", "专有面积", "innerarea", "ownarea"),
    "shared_area": ("分摊面积", "共有分摊面积", "分摊建筑面积", "公摊面积", "sharedarea", "commonarea"),
}
"""What the columns may be called; brackets, units, blanks and underscores beside the word do not matter."""

_AREAS: frozenset[Column] = frozenset({"building_area", "inner_area", "shared_area"})
_CALLED = {title: column for column, titles in COLUMNS.items() for title in titles}
_SUMS = re.compile(r"^(?:本页|本层|本幢)?(?:合计|小计|总计|共计)|^(?:sub)?total\b|^sum\b", re.IGNORECASE)
_NOTHING = {"", "-", "—", "--", "/", "无", "n/a"}
_UNIT = re.compile(r"\s*(?:平方米|平米|㎡|m2|m²|sqm)$", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"[(\[]\D*?(亩|公顷|英尺|坪|平方(?!米)\S+|(?:mm|cm|dm|km|ft|in)\s*2|sq\.?\s*(?!m)\w+|ha)\W*[)\]]", re.I
)
"""A unit of area in a column's title that is not the square metre."""
_MOST_BYTES = 32 * 1024 * 1024
_ROUNDING_M2 = 0.015


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One line of the survey; ``line`` counts from 1 as a reader of the file does. Areas in square metres.

    ``building_m2`` is the building area (建筑面积), ``inner_m2`` the part without shares of common space
    (套内建筑面积), ``shared_m2`` that share (分摊面积); ``None`` where the survey is silent.
    """

    line: int
    building: str
    storey: str
    number: str
    id: str
    name: str
    usage: str
    building_m2: float | None
    inner_m2: float | None
    shared_m2: float | None

    @property
    def low_m2(self) -> float | None:
        """The area without any share of common space, as far as the survey tells it."""
        if self.building_m2 is None:
            return self.inner_m2
        if self.inner_m2 is not None:
            return min(self.inner_m2, self.building_m2)
        return self.building_m2 - (self.shared_m2 or 0.0)


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole table with what identifies its file."""

    file: str
    sha256: str
    rows: tuple[SurveyRow, ...]


def load_survey(path: Path) -> Survey:
    """Read a survey's table.

    Raises:
        BimcheckError: the file is missing, is no CSV, lacks a column, or holds a wrong figure; the line is named.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BimcheckError(f"测绘表 {path} 过大", f"the survey {path} is too large")
        content = path.read_bytes()
    except OSError as error:
        raise BimcheckError(
            f"读不到测绘表 {path}：{error.strerror}", f"cannot read the survey {path}: {error.strerror}"
        ) from None
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BimcheckError(
            f"测绘表 {path} 是 Excel 文件，请另存为 CSV", f"the survey {path} is an Excel file; save it as CSV"
        )
    rows = tuple(_Table(path, _decoded(path, content)).rows())
    if not rows:
        raise BimcheckError(f"测绘表 {path} 没有数据行", f"the survey {path} has no rows")
    return Survey(path.name, hashlib.sha256(content).hexdigest(), rows)


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BimcheckError(f"测绘表 {path} 不是 UTF-8 或 GBK 编码的文本", f"the survey {path} is not text in UTF-8 or GBK")


class _Table:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        try:
            reader = csv.reader(text.splitlines(), delimiter=_delimiter(text), strict=True)
            self._lines = [(reader.line_num, [_plain(cell) for cell in cells]) for cells in reader]
        except csv.Error as error:
            raise BimcheckError(
                f"测绘表 {path} 不是有效的 CSV：{error}", f"the survey {path} is not valid CSV: {error}"
            ) from None

    def rows(self) -> Iterator[SurveyRow]:
        start, columns = self._header()
        for line, cells in self._lines[start:]:
            if not any(cells) or any(_SUMS.match(cell) for cell in cells):
                continue
            yield self._row(line, {c: cells[at] if at < len(cells) else "" for c, at in columns.items()})

    def _header(self) -> tuple[int, dict[Column, int]]:
        """The first line that names an area column; which column is which, and where the rows begin."""
        for index, (line, cells) in enumerate(self._lines):
            columns: dict[Column, int] = {}
            for at, cell in enumerate(cells):
                column = _CALLED.get(_title(cell))
                if column is None:
                    continue
                if column in columns:
                    zh, en = f"列“{cell}”重复", f"column “{cell}” repeats another"
                    self._wrong(line, zh, en)
                if column in _AREAS and (other := _OTHER_UNIT.search(cell)):
                    zh, en = f"“{cell}”的单位应为平方米", f"“{cell}” is in {other[1]}, not in square metres"
                    self._wrong(line, zh, en)
                columns[column] = at
            if "building_area" in columns:
                if not columns.keys() & {"id", "number", "name"}:
                    zh = "表头缺少房间的编号或名称列（如“房号”“名称”“GlobalId”）"
                    self._wrong(line, zh, "the header has no column for the room's number, name or id")
                return index + 1, columns
        raise BimcheckError(
            f"测绘表 {self._path} 的表头中没有“建筑面积”列",
            f"the survey {self._path} has no header with a column “building_area” (建筑面积)",
        )

    def _row(self, line: int, cells: dict[Column, str]) -> SurveyRow:
        building, inner, shared = (
            self._area(line, column, cells.get(column, "")) for column in ("building_area", "inner_area", "shared_area")
        )
        if building is not None and (inner or 0.0) + (shared or 0.0) > building + _ROUNDING_M2:
            self._wrong(
                line,
                f"套内与分摊面积之和大于建筑面积 {building:.2f}",
                f"inner and shared area together exceed the building area of {building:.2f}",
            )
        said = {c: cells.get(c, "") for c in COLUMNS}
        return SurveyRow(
            line, said["building"], said["storey"], said["number"], said["id"], said["name"], said["usage"],
            building, inner, shared,
        )  # fmt: skip

    def _area(self, line: int, column: Column, cell: str) -> float | None:
        figure = _UNIT.sub("", cell)
        if figure.lower() in _NOTHING:
            return None
        if not re.fullmatch(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?", figure):
            title = COLUMNS[column][0]
            self._wrong(line, f"“{title}”不是面积：{cell}", f"{column} is no area: {cell}")
        return float(figure.replace(",", ""))

    def _wrong(self, line: int, zh: str, en: str) -> NoReturn:
        raise BimcheckError(f"测绘表 {self._path} 第 {line} 行：{zh}", f"survey {self._path}, line {line}: {en}")


def _delimiter(text: str) -> str:
    """Comma, tab or semicolon: whichever the first line with an area column uses most."""
    marks = (",", "\t", ";")
    head: Sequence[str] = [line for line in text.splitlines()[:50] if any(mark in line for mark in marks)]
    named = next((line for line in head if "面积" in line or "area" in line.lower()), head[0] if head else "")
    return max(marks, key=named.count)


def _plain(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", cell).split())


def _title(cell: str) -> str:
    """A column's title without brackets, units and separators, in lower case."""
    bare = re.sub(r"\(.*?\)|\[.*?\]", "", cell)
    bare = re.sub(r"[\s_\-/.#:]+", "", bare).lower()
    return re.sub(r"(?:平方米|㎡|m2|m²)$", "", bare)
