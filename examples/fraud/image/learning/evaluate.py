"""Automatic learning, last step: compares the predictions of the batch transform with the labels of the test split."""

import fraud

labels = [label for label, _ in fraud.read(fraud.ROOT / "processing/input/test")]
scores = [float(line) for file in fraud.files(fraud.ROOT / "processing/input/predictions") for line in file.read_text().split()]
if len(labels) != len(scores):
    raise SystemExit(f"{len(scores)} predictions for {len(labels)} transactions; did the transform see the label, or fail on a file?")
fraud.report(labels, scores)
