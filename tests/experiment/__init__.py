"""Runs and results."""
