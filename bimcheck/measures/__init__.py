"""Measures: areas, levels, entrances and the site, from the model alone."""
