"""What the steps share: where files are, the data and its split, the models, the metrics.

Only the standard library, except that the model "forest" needs scikit-learn.
"""

import csv
import hashlib
import json
import os
import pathlib
import random
import statistics

# SageMaker gives containers their files here. ML_ROOT is for trying the steps without it.
ROOT = pathlib.Path(os.environ.get("ML_ROOT", "/opt/ml"))

FEATURES = [
    "fixed acidity", "volatile acidity", "citric acid", "residual sugar", "chlorides", "free sulfur dioxide",
    "total sulfur dioxide", "density", "pH", "sulphates", "alcohol",
]
TARGET = "quality"
SPLITS = {"train": 70, "validation": 15, "test": 15}  # percent


def read(folder):
    """The rows of all CSV files in a folder: 11 features and the quality, as numbers."""
    files = sorted(pathlib.Path(folder).rglob("*.csv"))
    if not files:
        raise SystemExit(f"{folder}: no .csv file; put the data there")
    rows = []
    for file in files:
        with file.open(newline="") as lines:
            delimiter = ";" if ";" in lines.readline() else ","
            lines.seek(0)
            table = csv.DictReader(lines, delimiter=delimiter)
            missing = [name for name in FEATURES + [TARGET] if name not in (table.fieldnames or [])]
            if missing:
                raise SystemExit(f"{file}: the header lacks {', '.join(missing)}")
            for row in table:
                try:
                    rows.append([float(row[name]) for name in FEATURES + [TARGET]])
                except (TypeError, ValueError) as err:
                    raise SystemExit(f"{file}:{table.line_num}: {err}; every field is a number") from None
    return rows


def write(file, rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(FEATURES + [TARGET])
        table.writerows(rows)


def split_of(row):
    """The split of a row follows from its features alone: wines that are listed twice stay together, so that no model is
    tested on what it has seen, and new data moves no old row."""
    digest = hashlib.sha256(repr(row[:-1]).encode()).digest()
    bucket = int.from_bytes(digest[:4], "big") % 100
    for name, percent in SPLITS.items():
        if bucket < percent:
            return name
        bucket -= percent
    raise AssertionError("the splits are 100 percent")


class Linear:
    """A linear model on standardised features, trained by mini-batch gradient descent."""

    def __init__(self, means, scales, weights, bias):
        self.means, self.scales, self.weights, self.bias = means, scales, weights, bias

    @classmethod
    def untrained(cls, rows):
        columns = list(zip(*(row[:-1] for row in rows)))
        scales = [statistics.pstdev(column) or 1.0 for column in columns]
        quality = statistics.fmean(row[-1] for row in rows)
        return cls([statistics.fmean(column) for column in columns], scales, [0.0] * len(columns), quality)

    def standardised(self, features):
        return [(x - mean) / scale for x, mean, scale in zip(features, self.means, self.scales)]

    def predict(self, features):
        return self.bias + sum(w * x for w, x in zip(self.weights, self.standardised(features)))

    def epoch(self, rows, batch_size, learning_rate, shuffle):
        rows = rows[:]
        shuffle.shuffle(rows)
        for start in range(0, len(rows), batch_size):
            batch = rows[start:start + batch_size]
            errors = [self.predict(row[:-1]) - row[-1] for row in batch]
            inputs = [self.standardised(row[:-1]) for row in batch]
            rate = learning_rate / len(batch)
            self.bias -= rate * sum(errors)
            self.weights = [w - rate * sum(e * x[i] for e, x in zip(errors, inputs)) for i, w in enumerate(self.weights)]

    def save(self, folder):
        (folder / "linear.json").write_text(json.dumps(vars(self)))

    @classmethod
    def load(cls, folder):
        return cls(**json.loads((folder / "linear.json").read_text()))


class Forest:
    """A random forest of scikit-learn."""

    def __init__(self, model):
        self.model = model

    @classmethod
    def trained(cls, rows, trees):
        from sklearn.ensemble import RandomForestRegressor

        model = RandomForestRegressor(n_estimators=trees, min_samples_leaf=2, random_state=0)
        return cls(model.fit([row[:-1] for row in rows], [row[-1] for row in rows]))

    def predict(self, features):
        return float(self.model.predict([features])[0])

    def save(self, folder):
        import joblib

        joblib.dump(self.model, folder / "forest.joblib")

    @classmethod
    def load(cls, folder):
        import joblib

        return cls(joblib.load(folder / "forest.joblib"))


def save(folder, model, baseline):
    """baseline is the quality that one would guess without looking at the wine."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder)
    (folder / "model.json").write_text(json.dumps({"kind": type(model).__name__, "baseline": baseline}))


def load(folder):
    about = json.loads((folder / "model.json").read_text())
    return {"Linear": Linear, "Forest": Forest}[about["kind"]].load(folder), about["baseline"]


def mean_error(predict, rows):
    """The mean absolute error."""
    return statistics.fmean(abs(predict(row[:-1]) - row[-1]) for row in rows)


def accuracy(predict, rows):
    """The share of wines whose quality is right when it is rounded."""
    return statistics.fmean(round(predict(row[:-1])) == round(row[-1]) for row in rows)


def shuffler():
    """The same order at each training."""
    return random.Random(0)
