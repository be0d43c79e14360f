"""The designer's list: what the model lacks for its stage, what blocks a verdict first, each with its repair."""

from __future__ import annotations

from typing import Final

from bimcheck import notation
from bimcheck.notation import clean
from bimcheck.readiness import readiness
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._decided import every_decision
from bimcheck.review import Review
from bimcheck.text import Language, Text

SUFFIX: Final = ".readiness.txt"
MEDIA_TYPE: Final = "text/plain; charset=utf-8"

_MOST_NAMES = 6
_COMPLETE = Text("资料齐备：机器可判定的条款都已判定。", "Nothing is missing: whatever a machine can judge was judged.")


def render(review: Review, language: Language = "zh") -> str:
    """The list as text, then how the review stands, and what people decided."""
    names = tables.Names(review)
    items = readiness(review)
    stage = notation.STAGES[review.stage]
    head = Text(
        f"{stage.zh}：图纸资料尚缺 {len(items)} 项", f"{stage.en}: {len(items)} thing{'s' * (len(items) != 1)} missing"
    )
    lines = [head.in_language(language) if items else _COMPLETE.in_language(language)]
    for number, item in enumerate(items, 1):
        mark = "✗" if item.blocking else "·"
        lines.append(f"{mark} {number}. {item.lack.in_language(language)}")
        lines.append(f"     → {item.repair.in_language(language)}")
        if item.refs:
            shown = [names[ref] for ref in item.refs[:_MOST_NAMES]]
            more = len(item.refs) - len(shown)
            lines.append("     " + ("、" if language == "zh" else ", ").join(shown) + (f" +{more}" if more else ""))
    mark, word = notation.MARKS[review.verdict], notation.VERDICTS[review.verdict].in_language(language)
    lines.append(f"{mark} {word}  {tables.conclusion(review).in_language(language)}")
    for subject, decision in every_decision(review):
        lines += [subject.in_language(language), f"     ◆ {decision.in_language(language)}"]
    return "\n".join(clean(line) for line in lines) + "\n"
