"""Tests of duty, levels, pay and routing."""
