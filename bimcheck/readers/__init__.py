"""Readers: the only modules that know file formats; each returns a BuildingModel."""
