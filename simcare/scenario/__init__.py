"""The scenario language: what the user writes, read into values that the rest of simcare understands."""
