"""Rulesets: found by their file, read, checked whole, and known by the digest of their bytes.

A file ``haining/2023.toml`` in the rulesets folder is the ruleset ``haining/2023``; nothing else registers it. Its
cases stand beside it in ``haining/2023.cases.toml``.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bimcheck.errors import RulesetError
from bimcheck.measures.catalogue import MEASURES, STATEMENTS
from bimcheck.review import Policy, RulesetIdentity
from bimcheck.rules.facts import has_key
from bimcheck.rules.grammar import Fact, Rule, RulesetFile
from bimcheck.text import Text

_CASES = ".cases.toml"
_READINGS = ("linear", "ceil", "floor")
_P = TypeVar("_P")


@dataclass(frozen=True)
class Ruleset:
    """A ruleset that holds together. ``cases`` is the path of its cases, ``None`` where it has none."""

    file: RulesetFile
    digest: str
    path: Path
    cases: Path | None

    @property
    def identity(self) -> RulesetIdentity:
        """What a report says about which rules were applied."""
        return RulesetIdentity(
            self.file.id, self.file.title.text, self.file.document, self.file.effective_from, self.digest
        )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order of the file."""
        return self.file.rules

    def rule(self, rule_id: str) -> Rule:
        """One rule by its id.

        Raises:
            RulesetError: there is no such rule.
        """
        for rule in self.file.rules:
            if rule.id == rule_id:
                return rule
        raise RulesetError(f"规则集 {self.file.id} 没有规则 {rule_id}", f"{self.file.id} has no rule {rule_id}")

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy, as reports print it; a policy without a value is printed as unset."""
        return tuple(
            Policy(f"{group}.{name}", policy.title.text, _printed(policy.value), policy.unit)
            for group, table in self.file.policies.items()
            for name, policy in table.items()
        )

    def policy(self, kind: type[_P]) -> _P:
        """The policies of one part of the tool: ``StoreyPolicy`` is filled from ``[policies.storey]``.

        Raises:
            RulesetError: the ruleset has a policy there that this part does not know.
        """
        group = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__.removesuffix("Policy")).lower()
        table = self.file.policies.get(group, {})
        known = {each.name for each in fields(kind)}  # type: ignore[arg-type] # policies are dataclasses
        if unknown := sorted(set(table) - known):
            names = ", ".join(f"policies.{group}.{name}" for name in unknown)
            raise RulesetError(
                f"规则集 {self.file.id}：未知的键 {names}", f"ruleset {self.file.id}: unknown key {names}"
            )
        return kind(**{name: policy.value for name, policy in table.items() if policy.value is not None})


def _printed(value: object) -> str:
    return "—" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def load_ruleset(id_or_path: str) -> Ruleset:
    """Load a ruleset by its id (``haining/2023``) or from a TOML file of one's own.

    Raises:
        RulesetError: no such ruleset, not TOML, or it does not hold together; every problem is named with its key.
    """
    path = _find(id_or_path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RulesetError(
            f"读不到规则集 {path}：{error.strerror}", f"cannot read the ruleset {path}: {error.strerror}"
        ) from None
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesetError(
            f"规则集 {path} 不是有效的 TOML：{error}", f"the ruleset {path} is not valid TOML: {error}"
        ) from None
    cases = path.with_name(path.name.removesuffix(".toml") + _CASES)
    return Ruleset(_checked(data, path), digest_of(raw), path, cases if cases.is_file() else None)


def digest_of(raw: bytes) -> str:
    """The digest of a ruleset's bytes in canonical form: no byte-order mark, lines ended by one line feed."""
    canonical = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    return f"sha256:{hashlib.sha256(canonical).hexdigest()}"


def available_rulesets() -> tuple[str, ...]:
    """The ids of all rulesets that come with the tool."""
    found = {
        path.relative_to(folder).as_posix().removesuffix(".toml")
        for folder in _folders()
        for path in folder.rglob("*.toml")
        if not path.name.endswith(_CASES)
    }
    return tuple(sorted(found))


def _folders() -> Iterator[Path]:
    """Where rulesets stand: in the installed package, or in the checkout beside it."""
    package = Path(__file__).parents[1]
    for folder in (package / "data" / "rulesets", package.parent / "rulesets"):
        if folder.is_dir():
            yield folder


def _find(id_or_path: str) -> Path:
    if re.fullmatch(r"[a-z0-9-]+/[a-z0-9.-]+", id_or_path) and not id_or_path.endswith(".toml"):
        for folder in _folders():
            path = folder / f"{id_or_path}.toml"
            if path.is_file():
                return path
    path = Path(id_or_path)
    if path.suffix == ".toml":
        return path
    known = available_rulesets()
    raise RulesetError(
        f"没有规则集“{id_or_path}”；可用：{'、'.join(known) or '无'}",
        f"there is no ruleset “{id_or_path}”; available: {', '.join(known) or 'none'}",
    )


def _checked(data: Mapping[str, Any], path: Path) -> RulesetFile:
    """The file as rules, or every problem it has, each with its key."""
    problems: list[Text] = []
    file: RulesetFile | None = None
    rules: list[tuple[str, Rule]] = []
    try:
        file = RulesetFile.model_validate(data)
        rules = [(rule.id, rule) for rule in file.rules]
    except ValidationError as error:
        raw = data.get("rules")
        entries: list[Any] = raw if isinstance(raw, list) else []
        problems += [_problem(item["loc"], item["type"], item["msg"], entries) for item in error.errors()]
        for entry in entries:
            try:
                rule = Rule.model_validate(entry)
            except ValidationError:
                continue
            rules.append((rule.id, rule))
    problems += _cross_check(rules, data)
    if file is None or problems:
        zh, en = "；".join(p.zh for p in problems), "; ".join(p.en for p in problems)
        raise RulesetError(f"规则集 {path.name}：{zh}", f"ruleset {path.name}: {en}")
    return file


def _problem(location: tuple[int | str, ...], kind: str, detail: str, rules: list[Any]) -> Text:
    parts = [str(part) for part in location]
    if len(location) > 1 and location[0] == "rules" and isinstance(location[1], int):
        entry = rules[location[1]] if location[1] < len(rules) else None
        name = entry.get("id") if isinstance(entry, dict) else None
        parts[1] = str(name or location[1] + 1)
    key = ".".join(parts)
    if kind == "extra_forbidden":
        return Text(f"未知的键 {key}", f"unknown key {key}")
    if kind == "missing":
        return Text(f"缺少 {key}", f"{key} is missing")
    return Text(f"{key} 的值不对（{detail}）", f"{key} has a wrong value ({detail})")


def _cross_check(rules: list[tuple[str, Rule]], data: Mapping[str, Any]) -> Iterator[Text]:
    """What each rule refers to must exist; ids and numbers must not repeat."""

    def names(key: str) -> Mapping[str, Any]:
        table = data.get(key)
        return table if isinstance(table, dict) else {}

    parameters, policies = names("parameters"), names("policies")
    for key in names("defaults"):
        if not has_key(key):
            yield Text(f"defaults.{key}：任务书没有此键", f"defaults.{key}: the brief has no such key")
    seen: set[str] = set()
    for rule_id, rule in rules:
        where = f"rules.{rule_id}"
        for name in (rule_id, rule.number):
            if name in seen:
                yield Text(f"{where}：{name} 重复", f"{where}: {name} is used twice")
        for condition in (*rule.applies_when, *rule.required_when):
            for earlier in condition.failing:
                if earlier not in seen:
                    yield Text(
                        f"{where}.failing：{earlier} 须是在前的规则", f"{where}.failing: {earlier} is no earlier rule"
                    )
        seen |= {rule_id, rule.number}
        measures = [(f"{where}.figures", name) for name in rule.figures if name not in STATEMENTS]
        for i, need in enumerate(rule.require):
            place = f"{where}.require[{i}]"
            measures += [(f"{place}", name) for name in (need.measure, need.part, need.whole) if name is not None]
            if need.parameter is not None and need.parameter not in parameters:
                yield Text(f"{place}：未知的参数 {need.parameter}", f"{place}: unknown parameter {need.parameter}")
            if need.reading is not None and _reading(policies, need.reading) not in _READINGS:
                yield Text(
                    f"{place}：政策 {need.reading} 须为 {'、'.join(_READINGS)} 之一",
                    f"{place}: the policy {need.reading} must be one of {', '.join(_READINGS)}",
                )
        for place, name in measures:
            if name not in MEASURES:
                yield Text(f"{place}：未知的量 {name}", f"{place}: unknown measure {name}")
        for place, fact in _facts(where, rule):
            if not (has_key(fact) if "." in fact else fact in MEASURES):
                yield Text(f"{place}：未知的事实 {fact}", f"{place}: unknown fact {fact}")


def _reading(policies: Mapping[str, Any], key: str) -> object:
    group, _, name = key.partition(".")
    policy = (policies.get(group) or {}).get(name)
    return policy.get("value") if isinstance(policy, dict) else None


def _facts(where: str, rule: Rule) -> Iterator[tuple[str, Fact]]:
    for key, conditions in (("applies_when", rule.applies_when), ("required_when", rule.required_when)):
        yield from ((f"{where}.{key}", c.fact) for c in conditions if c.fact is not None)
        yield from ((f"{where}.{key}.still", fact) for c in conditions for fact in c.still)
    for i, need in enumerate(rule.require):
        yield from ((f"{where}.require[{i}]", fact) for fact in (need.times, need.brief) if fact is not None)
    if rule.nothing_found is not None:
        yield from ((f"{where}.nothing_found", fact) for fact in rule.nothing_found.known_by)
