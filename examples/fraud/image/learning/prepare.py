"""Automatic learning, first step: splits the raw data, with fewer honest transactions to learn from where that is asked for."""

import argparse

import fraud

arguments = argparse.ArgumentParser()
arguments.add_argument("--undersample-ratio", type=int, help="honest transactions for each fraud in the training data")
fraud.splits(fraud.ROOT / "processing/input/raw", arguments.parse_args().undersample_ratio)
