"""Rooms: which spaces of a model are community service rooms, by their names, frames and neighbours."""
