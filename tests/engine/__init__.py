"""Tests of the engine: logs worked out by hand, and rules that every log keeps."""
