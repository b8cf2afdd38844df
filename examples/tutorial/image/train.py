"""Trains a model, and keeps the best of all epochs by the validation split."""

import copy
import json
import statistics

import tracking
import wine

parameters = json.loads((wine.ROOT / "input/config/hyperparameters.json").read_text())
train = wine.read(wine.ROOT / "input/data/train")
validation = wine.read(wine.ROOT / "input/data/validation")

if parameters.get("model", "linear") == "forest":
    best = wine.Forest.trained(train, trees=int(parameters["epochs"]))
else:
    model, shuffle = wine.Linear.untrained(train), wine.shuffler()
    best = copy.copy(model)
    for _ in range(int(parameters["epochs"])):
        model.epoch(train, int(parameters["batch_size"]), float(parameters["learning_rate"]), shuffle)
        if wine.mean_error(model.predict, validation) < wine.mean_error(best.predict, validation):
            best = copy.copy(model)

wine.save(wine.ROOT / "model", best, baseline=statistics.median(row[-1] for row in train))
error = wine.mean_error(best.predict, validation)
print(f"validation:mae={error:.4f};")
tracking.note("train", parameters, {"validation_mae": error})
