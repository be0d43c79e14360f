"""JUnit XML, which every continuous integration service reads: a test case for each rule, in the ruleset's order.

Services know four answers, and an amber one is not among them:

* a required rule that fails is a ``failure``;
* a required rule that cannot be told, or on which the area standards disagree, is an ``error``: the check could not
  be made, and the build must not go green;
* what a person must judge is ``skipped``, with what to judge, as is everything advisory that does not hold;
* what does not apply is ``skipped`` with why; what holds has nothing to say.

What people decided is told in each case and changes none of this: a waived failure is a failure.

A service's red is exactly the command line's exit code 1 or 3: where nothing at all was checked, one more case says so.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bimcheck.notation import STAGES, STATUSES, VERDICTS, clean
from bimcheck.reporters._decided import beside_rules, decision_texts
from bimcheck.reporters._tables import Names, project_name
from bimcheck.review import Review, RuleResult
from bimcheck.text import Language, Text

SUFFIX: Final = ".xml"
MEDIA_TYPE: Final = "application/xml"

_MOST_NAMES = 50
_NOTHING_CHECKED = Text("没有任何必须条款得到判定", "no required rule could be judged at all")


def render(review: Review, language: Language = "zh") -> str:
    """One test suite with a test case for every rule."""
    found = [_outcome(result) for result in review.results]
    nothing_checked = review.verdict == "undetermined" and "error" not in found
    if nothing_checked:
        found.append("error")
    counts = {
        "tests": str(len(found)),
        "failures": str(found.count("failure")),
        "errors": str(found.count("error")),
        "skipped": str(found.count("skipped")),
        "time": "0",
    }
    root = Element("testsuites", {"name": "bimcheck", **counts})
    name = clean(f"{review.ruleset.id} {STAGES[review.stage].in_language(language)}")
    suite = SubElement(root, "testsuite", {"name": name, "timestamp": f"{review.as_of.isoformat()}T00:00:00", **counts})
    _properties(suite, review, language)
    names = Names(review)
    for result, outcome in zip(review.results, found, strict=False):
        _case(suite, review, result, outcome, names, language)
    if nothing_checked:
        case = SubElement(suite, "testcase", classname=_class(review), name="verdict", time="0")
        SubElement(case, "error", type="undetermined", message=_NOTHING_CHECKED.in_language(language))
    others = [
        f"{subject.in_language(language)}\n◆ {line.in_language(language)}" for subject, line, _ in beside_rules(review)
    ]
    if others:
        SubElement(suite, "system-out").text = "\n".join(clean(line) for each in others for line in each.split("\n"))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _class(review: Review) -> str:
    return clean(f"bimcheck.{review.ruleset.id.replace('/', '.')}.{review.stage}")


def _outcome(result: RuleResult) -> str:
    if result.status == "pass":
        return ""
    if result.level == "required" and result.status == "fail":
        return "failure"
    disputed = result.status == "manual" and result.reason == "readings-disagree"
    if result.level == "required" and (result.status == "undetermined" or disputed):
        return "error"
    return "skipped"


def _properties(suite: Element, review: Review, language: Language) -> None:
    said = {
        "project": project_name(review),
        **{key: said for key in ("developer", "town", "community") if (said := getattr(review.project, key))},
        "model": review.source.file,
        "model.sha256": review.source.sha256,
        "ruleset": review.ruleset.id,
        "ruleset.digest": review.ruleset.digest,
        "tool": f"bimcheck {review.tool_version}",
        "as_of": review.as_of.isoformat(),
        "verdict": VERDICTS[review.verdict].in_language(language),
    }
    properties = SubElement(suite, "properties")
    for name, value in said.items():
        SubElement(properties, "property", name=name, value=clean(value))


def _case(suite: Element, review: Review, result: RuleResult, outcome: str, names: Names, language: Language) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=_class(review),
        name=clean(f"{result.number} {result.clause} {result.title.in_language(language)}"),
        time="0",
    )
    status = STATUSES[result.status].in_language(language)
    decided = [f"◆ {line}" for line in decision_texts(review, result.rule, language)]
    if not outcome:
        said = SubElement(case, "system-out")
        said.text = "\n".join([clean(f"{status}: {result.message.in_language(language)}"), *decided])
        return
    verdict = SubElement(case, outcome, message=clean(f"{status}: {result.message.in_language(language)}"))
    if outcome != "skipped":
        verdict.set("type", result.status)
    lines = [f"{result.rule}", result.quote.in_language(language), result.message.in_language(language)]
    if result.remedy is not None:
        lines.append(result.remedy.in_language(language))
    lines += decided
    lines += [f"- {names[id_]} ({id_})" for id_ in result.evidence[:_MOST_NAMES]]
    if len(result.evidence) > _MOST_NAMES:
        lines.append(f"… +{len(result.evidence) - _MOST_NAMES}")
    verdict.text = "\n".join(clean(line) for line in lines)
