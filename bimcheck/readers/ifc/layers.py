"""Material layers of walls and slabs: thicknesses, and which of them insulate."""

from __future__ import annotations

import re

from bimcheck.model import MaterialLayer
from bimcheck.readers.ifc.instance import Instance, attribute, number_of, reference, references, text
from bimcheck.readers.ifc.reading import Reading

_INSULATION = re.compile(
    r"保温|隔热|绝热|岩棉|矿棉|玻璃棉|挤塑|聚苯|聚氨酯|酚醛|真空绝热|气凝胶|insulat|\bXPS\b|\bEPS\b|\bPUR\b|\bPIR\b|polystyrene|polyurethane"
    r"|rock ?wool|mineral ?wool|glass ?wool|stone ?wool|dämm|styropor|mineralwolle",
    re.IGNORECASE,
)


def layers_of(reading: Reading, product: Instance) -> tuple[MaterialLayer, ...]:
    """The layers of a wall or slab from face to face, its own before those of its type; empty where none are given."""
    usage = _usage(reading, product)
    layer_set = (
        reference(usage, "ForLayerSet") if usage is not None and usage.is_a("IfcMaterialLayerSetUsage") else usage
    )
    found: list[MaterialLayer] = []
    for layer in references(layer_set, "MaterialLayers"):
        thickness = number_of(attribute(layer, "LayerThickness"))
        if thickness is None or thickness <= 0:
            continue
        # a layer of an IfcMaterialLayerSet may have a name and a category of its own besides its material's
        said = [text(reference(layer, "Material"), "Name"), text(layer, "Name"), text(layer, "Category")]
        insulates = any(_INSULATION.search(each) for each in said)
        found.append(MaterialLayer(said[0] or said[1], thickness * reading.units.length_m, insulates))
    return tuple(found)


def layer_offset(reading: Reading, product: Instance, thickness_m: float) -> float:
    """How far the middle of the layers lies to the left of the wall's axis, metres."""
    usage = _usage(reading, product)
    if usage is None or not usage.is_a("IfcMaterialLayerSetUsage"):
        return 0.0
    offset = number_of(attribute(usage, "OffsetFromReferenceLine")) or 0.0
    sense = -1.0 if attribute(usage, "DirectionSense") == "NEGATIVE" else 1.0
    return offset * reading.units.length_m + sense * thickness_m / 2


def _usage(reading: Reading, product: Instance) -> Instance | None:
    """What associates the product, or its type, with layers."""
    relations = reading.relations
    type_ = relations.type.get(product.id())
    owners = [product] if type_ is None else [product, type_]
    materials = (relations.material.get(owner.id()) for owner in owners)
    kinds = ("IfcMaterialLayerSetUsage", "IfcMaterialLayerSet")
    return next((m for m in materials if m is not None and any(m.is_a(kind) for kind in kinds)), None)
