"""Measures, held to figures worked out by hand and to slow, plain definitions."""
