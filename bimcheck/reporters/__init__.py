"""Reporters: a Review becomes text or bytes; pure and deterministic."""
