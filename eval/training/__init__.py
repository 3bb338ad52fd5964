"""Training of the reader: `python -m eval.training.train` (needs ONRECORD_DATA)."""
