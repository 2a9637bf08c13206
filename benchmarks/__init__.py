"""Figures: ratios inside one run, each with its bar. `python -m benchmarks [p1 p2 p3 p4]`."""
