"""The DXF reader: Chinese architectural drawings as the same building model as IFC.

``read_dxf`` reads one or several drawings; ``describe_layers`` shows how each layer was understood.
"""

from bimcheck.readers.dxf.layer_table import layer_table
from bimcheck.readers.dxf.layers import LayerUse
from bimcheck.readers.dxf.reader import describe_layers, read_dxf

__all__ = ["LayerUse", "describe_layers", "layer_table", "read_dxf"]
