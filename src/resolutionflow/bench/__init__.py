"""Measurements of the product, each run by `./rf bench NAME`. See docs/benchmarks.md for method and figures."""
