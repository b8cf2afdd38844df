"""Trains a model, in both systems, and keeps the best of all epochs by the validation split."""

import copy
import json
import random

import fraud

parameters = json.loads((fraud.ROOT / "input/config/hyperparameters.json").read_text())
train, validation = fraud.read(fraud.ROOT / "input/data/train"), fraud.read(fraud.ROOT / "input/data/validation")


def f1(model):
    return fraud.metrics([label for label, _ in validation], [model.predict(rest) for _, rest in validation])["f1"]


model, chance = fraud.Model.untrained(train), random.Random(0)
best, reached = copy.copy(model), f1(model)
for _ in range(int(parameters.get("epochs", "5"))):
    model.epoch(train, int(parameters.get("batch_size", "64")), float(parameters.get("learning_rate", "0.5")), chance)
    now = f1(model)
    if now >= reached:
        best, reached = copy.copy(model), now
best.save(fraud.ROOT / "model")
print(f"validation:f1={reached:.4f};")
