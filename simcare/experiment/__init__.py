"""Replications, runs and their results."""
