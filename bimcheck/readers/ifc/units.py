"""Length, area and angle units: from the file's declaration, or from the option that overrides it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from bimcheck.errors import UsageError
from bimcheck.readers.ifc.instance import Instance, attribute, number_of, reference, references, text
from bimcheck.readers.ifc.relations import instances

_PREFIXES = {
    "EXA": 1e18, "PETA": 1e15, "TERA": 1e12, "GIGA": 1e9, "MEGA": 1e6, "KILO": 1e3, "HECTO": 1e2, "DECA": 1e1,
    "DECI": 1e-1, "CENTI": 1e-2, "MILLI": 1e-3, "MICRO": 1e-6, "NANO": 1e-9, "PICO": 1e-12,
    "FEMTO": 1e-15, "ATTO": 1e-18,
}  # fmt: skip
LENGTHS_M: dict[str, float] = {
    "m": 1.0, "dm": 0.1, "cm": 0.01, "mm": 0.001, "km": 1000.0, "ft": 0.3048, "in": 0.0254, "yd": 0.9144,
    "us-ft": 1200 / 3937,
}  # fmt: skip
_BY_NAME = {
    "FOOT": 0.3048, "FEET": 0.3048, "INCH": 0.0254, "YARD": 0.9144, "MILE": 1609.344, "US SURVEY FOOT": 1200 / 3937,
    "U.S. SURVEY FOOT": 1200 / 3937, "FOOT_US": 1200 / 3937,
}  # fmt: skip
_SAME = 1e-7


@dataclass(frozen=True, slots=True)
class Units:
    """Factors to metres, square metres and radians; ``name`` is the length unit (``mm``, ``ft``).

    ``area_m2`` is ``None`` where the file declares no area unit. ``basis`` says who decided the length unit;
    ``declared_m`` is the file's own factor, ``None`` where it declares none.
    """

    length_m: float
    area_m2: float | None
    angle_rad: float
    name: str
    basis: Literal["declared", "inferred", "option"] = "declared"
    declared_m: float | None = None

    @property
    def declared_area_m2(self) -> float:
        """Factor for declared areas: the file's area unit; without one square metres, or the square of a foot or inch.

        Nobody states rooms in square millimetres.
        """
        if self.area_m2 is not None:
            return self.area_m2
        return 1.0 if self.name in ("m", "dm", "cm", "mm", "km") else self.length_m**2


def unit_named(name: str) -> float:
    """Metres in a unit named on the command line.

    Raises:
        UsageError: no such unit.
    """
    factor = LENGTHS_M.get(name.strip().lower())
    if factor is None:
        known = ", ".join(LENGTHS_M)
        raise UsageError(f"--unit 不认识 “{name}”；可用：{known}", f"--unit does not know “{name}”; use one of {known}")
    return factor


def read_units(model: Instance, option: str | None, file_name: str) -> Units:
    """The units of a file.

    Raises:
        UsageError: the option names no unit, or the file draws something, declares no length unit and no option is
            given.
    """
    declared = _declared(model)
    if option is not None:
        length_m = unit_named(option)
        area = declared.area_m2 if declared is not None else None
        angle = declared.angle_rad if declared is not None else 1.0
        own = declared.length_m if declared is not None else None
        return Units(length_m, area, angle, option.strip().lower(), "option", own)
    if declared is None and not any(reference(product, "Representation") for product in instances(model, "IfcProduct")):
        return Units(1.0, None, 1.0, "m", "inferred")  # nothing is drawn, so nothing can be measured wrongly
    if declared is None or declared.length_m <= 0:
        raise UsageError(
            f"{file_name} 没有声明长度单位，无法量取；请用 --unit 指明（如 --unit mm）",
            f"{file_name} declares no length unit, so nothing can be measured; name it with --unit (say --unit mm)",
        )
    return declared


def _declared(model: Instance) -> Units | None:
    """What the project (or, without one, the only assignment in the file) declares; ``None`` without a length."""
    owners = [*instances(model, "IfcProject"), *instances(model, "IfcContext")]
    assignments = [a for a in (reference(owner, "UnitsInContext") for owner in owners) if a is not None]
    assignments = assignments or instances(model, "IfcUnitAssignment")
    found = Units(0.0, None, 1.0, "")
    for unit in (unit for assignment in assignments[:1] for unit in references(assignment, "Units")):
        kind, factor = attribute(unit, "UnitType"), unit_factor(unit)
        if factor is None:
            continue
        if kind == "LENGTHUNIT":
            found = replace(found, length_m=factor, name=_name_of(factor, unit))
        elif kind == "AREAUNIT":
            found = replace(found, area_m2=factor)
        elif kind == "PLANEANGLEUNIT":
            found = replace(found, angle_rad=factor)
    found = replace(found, declared_m=found.length_m)
    return found if found.length_m > 0 and math.isfinite(found.length_m) else None


def unit_factor(unit: Instance, depth: int = 0) -> float | None:
    """The unit in SI units of its kind."""
    if unit.is_a("IfcSIUnit"):
        prefix = attribute(unit, "Prefix")
        factor = _PREFIXES.get(str(prefix), 1.0) if prefix else 1.0
        name = str(attribute(unit, "Name") or "")
        return factor ** (2 if name.startswith("SQUARE_") else 3 if name.startswith("CUBIC_") else 1)
    if unit.is_a("IfcConversionBasedUnit") and depth < 5:
        measure = reference(unit, "ConversionFactor")
        value = number_of(attribute(reference(measure, "ValueComponent"), "wrappedValue"))
        base = reference(measure, "UnitComponent")
        inner = unit_factor(base, depth + 1) if base is not None and base.is_a("IfcNamedUnit") else None
        if value is not None and value > 0 and inner is not None:
            return value * inner
        return _BY_NAME.get(text(unit, "Name").upper()) if attribute(unit, "UnitType") == "LENGTHUNIT" else None
    return None


def _name_of(factor: float, unit: Instance) -> str:
    for name, metres in LENGTHS_M.items():
        if abs(factor - metres) <= _SAME * metres:
            return name
    return text(unit, "Name").lower() or f"{factor:g} m"
