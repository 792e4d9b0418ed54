"""Scripted cases played against an engine: what `./rf eval` and `./rf bench guide` measure. See docs/benchmarks.md."""
