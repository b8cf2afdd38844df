"""Measures the model on the test split, beside what guessing would give."""

import json
import pathlib
import tarfile
import tempfile

import tracking
import wine

folder = pathlib.Path(tempfile.mkdtemp())
with tarfile.open(wine.ROOT / "processing/input/model/model.tar.gz") as archive:
    for member in archive:
        if member.isfile():
            (folder / pathlib.Path(member.name).name).write_bytes(archive.extractfile(member).read())
model, baseline = wine.load(folder)
test = wine.read(wine.ROOT / "processing/input/test")

metrics = {
    "accuracy": wine.accuracy(model.predict, test),
    "mae": wine.mean_error(model.predict, test),
    "baseline_mae": wine.mean_error(lambda _: baseline, test),
}
report = {"metrics": {name: {"value": round(value, 4)} for name, value in metrics.items()}, "rows": len(test)}
out = wine.ROOT / "processing/output/evaluation/evaluation.json"
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps(report))
print(json.dumps(report))
tracking.note("evaluate", {}, metrics)
