"""What the steps share: where files are, the data and its split, the model, the metrics. Only the standard library.

Tables are CSV without header, the label first: the form of SageMaker's built-in algorithms, which may take the place of the
model here.
"""

import csv
import hashlib
import json
import math
import os
import pathlib
import random
import statistics

# SageMaker gives containers their files here. ML_ROOT is for trying the steps without it.
ROOT = pathlib.Path(os.environ.get("ML_ROOT", "/opt/ml"))

TYPES = ["CASH_IN", "CASH_OUT", "DEBIT", "PAYMENT", "TRANSFER"]
SPLITS = {"train": 70, "validation": 15, "test": 15}  # percent


def transactions(folder):
    """The raw data: of each transaction the account, the label and the features."""
    for file in files(folder):
        with file.open(newline="") as lines:
            table = csv.DictReader(lines)
            for row in table:
                try:
                    yield row["nameOrig"], int(row["isFraud"]), features(row)
                except (KeyError, TypeError, ValueError) as err:
                    raise SystemExit(f"{file}:{table.line_num}: {err!r}; the columns are those of PaySim") from None


def features(row):
    """What is known when the money moves: how much, what stays, and whether the balances add up."""
    amount, held, left = float(row["amount"]), float(row["oldbalanceOrg"]), float(row["newbalanceOrig"])
    before, after = float(row["oldbalanceDest"]), float(row["newbalanceDest"])
    numbers = [math.log1p(abs(x)) for x in (amount, held, left, before, after, held - amount - left, before + amount - after)]
    emptied = 1.0 if held > 0 and left == 0 else 0.0
    return [round(x, 6) for x in numbers] + [emptied] + [1.0 if row["type"] == kind else 0.0 for kind in TYPES]


def files(folder):
    found = sorted(file for file in pathlib.Path(folder).rglob("*") if file.is_file())
    if not found:
        raise SystemExit(f"{folder}: no file; put the data there")
    return found


def read(folder):
    """The rows of a table: labels and features."""
    rows = []
    for file in files(folder):
        with file.open(newline="") as lines:
            rows += [(int(float(label)), [float(x) for x in rest]) for label, *rest in csv.reader(lines)]
    return rows


def write(file, rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([label, *rest] for label, rest in rows)


def split_of(account):
    """The split follows from the account, so that no model is tested on an account that it has seen."""
    bucket = int.from_bytes(hashlib.sha256(account.encode()).digest()[:4], "big") % 100
    for name, percent in SPLITS.items():
        if bucket < percent:
            return name
        bucket -= percent
    raise AssertionError("the splits are 100 percent")


def splits(folder, undersample=None):
    """The tables of all splits. undersample is how many honest transactions stay in the training data for each fraud."""
    tables = {name: [] for name in SPLITS}
    for account, label, rest in transactions(folder):
        tables[split_of(account)].append((label, rest))
    if undersample:
        frauds, honest = ([row for row in tables["train"] if row[0] == label] for label in (1, 0))
        chance = random.Random(0)
        tables["train"] = frauds + chance.sample(honest, min(len(honest), undersample * len(frauds)))
        chance.shuffle(tables["train"])
    for name, rows in tables.items():
        if not any(label for label, _ in rows):
            raise SystemExit(f"{name} has {len(rows)} rows without any fraud; bring more data")
        write(ROOT / "processing/output" / name / f"{name}.csv", rows)
        print(f"{name}: {len(rows)} rows, {sum(label for label, _ in rows)} frauds")


class Model:
    """Logistic regression on standardised features, by mini-batch gradient descent. Frauds weigh as much as the rest."""

    def __init__(self, means, scales, weights, bias):
        self.means, self.scales, self.weights, self.bias = means, scales, weights, bias

    @classmethod
    def untrained(cls, rows):
        columns = list(zip(*(rest for _, rest in rows)))
        scales = [statistics.pstdev(column) or 1.0 for column in columns]
        return cls([statistics.fmean(column) for column in columns], scales, [0.0] * len(columns), 0.0)

    def standardised(self, rest):
        return [(x - mean) / scale for x, mean, scale in zip(rest, self.means, self.scales)]

    def predict(self, rest):
        score = self.bias + sum(w * x for w, x in zip(self.weights, self.standardised(rest)))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))

    def epoch(self, rows, batch_size, learning_rate, chance):
        rows = rows[:]
        chance.shuffle(rows)
        frauds = max(1, sum(label for label, _ in rows))
        weight = {1: len(rows) / (2 * frauds), 0: len(rows) / (2 * max(1, len(rows) - frauds))}
        for start in range(0, len(rows), batch_size):
            batch = rows[start:start + batch_size]
            errors = [weight[label] * (self.predict(rest) - label) for label, rest in batch]
            inputs = [self.standardised(rest) for _, rest in batch]
            rate = learning_rate / len(batch)
            self.bias -= rate * sum(errors)
            self.weights = [w - rate * sum(e * x[i] for e, x in zip(errors, inputs)) for i, w in enumerate(self.weights)]

    def save(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.json").write_text(json.dumps(vars(self)))

    @classmethod
    def load(cls, folder):
        return cls(**json.loads((folder / "model.json").read_text()))


def metrics(labels, scores):
    """What is wrong and right where scores from 0.5 are called fraud."""
    called = [score >= 0.5 for score in scores]
    hits = sum(1 for label, fraud in zip(labels, called) if label and fraud)
    precision, recall = hits / max(1, sum(called)), hits / max(1, sum(labels))
    return {
        "accuracy": statistics.fmean(bool(label) == fraud for label, fraud in zip(labels, called)),
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / ((precision + recall) or 1.0),
    }


def report(labels, scores):
    """Writes the evaluation where both systems look for it."""
    out = ROOT / "processing/output/evaluation/evaluation.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"metrics": {name: {"value": round(value, 4)} for name, value in metrics(labels, scores).items()}, "rows": len(labels)})
    out.write_text(text)
    print(text)
