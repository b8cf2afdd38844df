"""Training, first step: splits the raw data into train, validation and test."""

import fraud

fraud.splits(fraud.ROOT / "processing/input/raw")
