"""Make the font that PDF sheets and snapshots are set in: ``bimcheck/data/fonts/BimcheckSansSC-Regular.otf``.

It is Noto Sans CJK SC (SIL Open Font License 1.1) cut down to what Chinese building documents use: GB 2312, the
8105 characters of the 通用规范汉字表 (2013), Latin letters and the signs of drawings. It bears a name of its own, so
that it never stands in for an installed font. From Debian's packages ``fonts-noto-cjk`` and ``unicode-data``::

    pip install fonttools
    python tools/subset_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc \
        /usr/share/unicode/Unihan_OtherMappings.txt.bz2
"""

from __future__ import annotations

import argparse
import bz2
import re
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # the library carries no types
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # the same

FAMILY = "Bimcheck Sans SC"
OUTPUT = Path(__file__).parents[1] / "bimcheck" / "data" / "fonts" / "BimcheckSansSC-Regular.otf"

_SOURCE_FAMILY = "Noto Sans CJK SC"
_RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3C9), (0x400, 0x45F), (0x2010, 0x2027), (0x2030, 0x203B), (0x2070, 0x208E),
    (0x20AC, 0x20AC), (0x2100, 0x2126), (0x2150, 0x217F), (0x2190, 0x2199), (0x2200, 0x22A5), (0x2460, 0x24FF),
    (0x2500, 0x257F), (0x25A0, 0x25EF), (0x2600, 0x2642), (0x2713, 0x2713), (0x3000, 0x303F), (0x3220, 0x3243),
    (0x3380, 0x33D5), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6), (0xFFFD, 0xFFFD),
)  # fmt: skip
_STAND_INS = {0x2717: 0x00D7, 0x2610: 0x25A1, 0xFFFD: 0x3013}
"""Signs that the source lacks, and the signs that say the same."""

_EPOCH = 3_660_000_000  # seconds since 1904: 2019-12-24, so that the file is the same whenever it is made


def gb2312() -> Iterator[int]:
    """The characters of GB 2312."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            text = bytes((row, cell)).decode("gb2312", "ignore")
            yield from map(ord, text)


def standard_characters(unihan: Path) -> Iterator[int]:
    """The characters of the 通用规范汉字表, which Unihan marks with kTGH."""
    for found in re.finditer(r"^U\+([0-9A-F]+)\tkTGH\t", bz2.decompress(unihan.read_bytes()).decode("utf-8"), re.M):
        yield int(found[1], 16)


def subset(collection: Path, unihan: Path) -> TTFont:
    """The font, cut down and renamed."""
    fonts = TTCollection(collection).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == _SOURCE_FAMILY)
    wanted = {code for first, last in _RANGES for code in range(first, last + 1)}
    wanted |= {*gb2312(), *standard_characters(unihan)}
    options = Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    for table in font["cmap"].tables:
        for code, stand_in in _STAND_INS.items():
            if table.isUnicode() and table.format != 14 and code not in table.cmap:
                table.cmap[code] = table.cmap[stand_in]
    _rename(font)
    font["head"].created = font["head"].modified = _EPOCH
    font.recalcTimestamp = False
    return font


def _rename(font: TTFont) -> None:
    plain = FAMILY.replace(" ", "") + "-Regular"
    names = {1: FAMILY, 3: f"{plain};from Noto Sans CJK SC 2.004", 4: f"{FAMILY} Regular", 6: plain}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    outlines = font["CFF "].cff
    outlines.fontNames[0] = plain
    outlines[0].FullName, outlines[0].FamilyName = f"{FAMILY} Regular", FAMILY


def main() -> None:
    """Write the font."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("collection", type=Path, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("unihan", type=Path, help="Unihan_OtherMappings.txt.bz2")
    arguments = parser.parse_args()
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    subset(arguments.collection, arguments.unihan).save(OUTPUT)


if __name__ == "__main__":
    main()
