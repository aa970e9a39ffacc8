"""Writes the reference pages that come from the code: every key of the language, and every measure.

python docs/reference/generate.py
"""
