"""Text encodings of drawings: how bytes are told to be GBK, Big5 or UTF-8, and turned into text.

Text is decoded here and not by ezdxf: drawings made in China name the wrong code page as often as the right one
(GBK bytes under ANSI_1252, UTF-8 under ANSI_936, Big5 in a R2010 file that must be UTF-8). Each file is decoded by
the code page that gives the most plausible Chinese, and lines that do not fit are tried on their own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

from ezdxf.lldxf.encoding import decode_mif_to_unicode
from ezdxf.tools.codepage import toencoding

SAMPLE_LINES = 5000
"""So many lines that are not plain ASCII tell the encoding of a file."""
_PIECE_BYTES = 1 << 20
HEAD_BYTES = 40_000
"""The header names the code page within these."""

_FREQUENT = frozenset(
    "一二三四五六七八九十层平面图首底地下室标准屋顶夹架空半总位置比例轴线尺寸说明房间面积建筑墙柱门窗楼梯电梯厅走道廊卫生"
    "社区服务用党群中心居家养老办公会议物业管理商铺业住宅车库停位广场活动绿化道路红线围出入口消防给排水结构高程"
    "名称编号米毫合计上空设备间配电储藏公共文化健康儿童老年人书记主任档案值班"
    "層圖標準樓電廳衛養辦會議業車庫停廣場動綠圍門間結構高編號計設備儲藏鄉鎮線積築樑柱牆面總說明場"
)
"""Characters that drawings use most, simplified and traditional: how decoded text is told from mojibake."""

UTF8_MARK = b"\xef\xbb\xbf"
_UNICODE_ESCAPE = re.compile(r"\\[Uu]\+([0-9A-Fa-f]{4})")
_CODEPAGES = ("gb18030", "big5hkscs", "cp932", "cp949")


class Decoder:
    r"""Turns the lines of one drawing into text; each line that is not plain ASCII is looked at once.

    ``\M+5xxxx`` and ``\U+xxxx`` are resolved here, because ezdxf leaves them in the names of layers and blocks.
    """

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._lines: dict[bytes, str] = {}
        self._values: dict[bytes, str] = {}

    @property
    def doubtful(self) -> int:
        """How many of the lines seen so far no encoding could read; \ufffd stands in for what could not be."""
        return sum("\ufffd" in line for line in self._lines.values())

    def text(self, data: bytes) -> str:
        """Many lines; in the text they end in a line feed alone."""
        if self.encoding in ("ascii", "utf-8"):
            return _finish(data.decode(self.encoding))
        return _finish("\n".join([self._line(line) for line in data.split(b"\n")]))

    def value(self, line: bytes) -> str:
        """One line without its end."""
        found = self._values.get(line)
        if found is None:
            found = self._values[line] = self.text(line)
        return found

    def see(self, line: bytes) -> None:
        """Take note of a line that nobody will ask for, so that it counts if it is doubtful."""
        self._line(line)

    def _line(self, line: bytes) -> str:
        if line.isascii():
            return line.decode("ascii")
        line = line.removesuffix(b"\r")
        if line not in self._lines:
            self._lines[line] = _decode_line(line, self.encoding)
        return self._lines[line]


def decode_drawing(data: bytes) -> tuple[str, str, int]:
    """The text of an ASCII DXF, the encoding it was read by, and how many lines no encoding could read."""
    for mark, wide in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _finish(data.decode(wide, "replace")), wide, 0
    data = data.removeprefix(UTF8_MARK)
    decoder = Decoder(_encoding_of(data))
    return decoder.text(data), decoder.encoding, decoder.doubtful


def _encoding_of(data: bytes) -> str:
    if data.isascii():
        return "ascii"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        foreign = [line for line in data.split(b"\n") if not line.isascii()]
        return choose_codepage(data[:HEAD_BYTES], foreign[:SAMPLE_LINES])
    return "utf-8"  # other text is all but never valid UTF-8 by chance


def encoding_of_file(file: BinaryIO) -> str:
    """The encoding of an ASCII DXF, a piece of the file at a time."""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    plain = True
    file.seek(0)
    try:
        while piece := file.read(_PIECE_BYTES):
            if not plain or not piece.isascii():
                plain = False
                utf8.decode(piece)
        utf8.decode(b"", final=True)
    except UnicodeDecodeError:
        file.seek(0)
        head = file.read(HEAD_BYTES)
        file.seek(0)
        foreign = (line.removesuffix(b"\n") for line in file if not line.isascii())
        return choose_codepage(head.removeprefix(UTF8_MARK), list(islice(foreign, SAMPLE_LINES)))
    return "ascii" if plain else "utf-8"


def choose_codepage(head: bytes, lines: Sequence[bytes]) -> str:
    """The code page for a drawing that is not UTF-8: from its header, and from lines that are not plain ASCII."""
    named = re.search(rb"\$DWGCODEPAGE\s+3\s+(\S+)", head)
    declared = toencoding(named.group(1).decode("ascii", "replace")) if named else "cp1252"
    sample = b"\n".join(lines)
    best, most = "gb18030" if declared in ("gbk", "cp936", "gb18030") else declared, _plausibility(sample, declared)
    for candidate in _CODEPAGES:
        score = _plausibility(sample, candidate)
        if score > most:
            best, most = candidate, score
    return best


def _decode_line(line: bytes, encoding: str) -> str:
    """A line by the drawing's encoding, or by another one that makes better sense of it: some tools mix them."""
    best, most = line.decode(encoding, "replace"), _plausibility(line, encoding)
    for other in ("utf-8", "gb18030"):
        score = _plausibility(line, other)
        if score > most:
            best, most = line.decode(other, "replace"), score
    return best


def _plausibility(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, "replace")
    foreign = sum(not char.isascii() for char in text) or 1
    return (sum(char in _FREQUENT for char in text) - 3 * text.count("\ufffd")) / foreign


def _finish(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = decode_mif_to_unicode(text) if "\\M+" in text else text
    return _UNICODE_ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    """A character of another script; what would break a line or be read as a format code stays escaped."""
    char = chr(int(found.group(1), 16))
    return char if char > "\xa0" and char not in "\u2028\u2029" else found.group()


def clean_text(text: str) -> str:
    """Text without lone surrogates (pairs are joined) and without control characters other than line breaks."""
    if text.isprintable():
        return text
    if any("\ud800" <= char <= "\udfff" for char in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(char for char in text if char in "\n\t" or char >= " ")
