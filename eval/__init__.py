"""Measuring: the sample articles and questions, fitting of thresholds, and benchmarks."""
