"""Answers with the quality of wines: POST /predict takes a list of wines, each by the names of its features.

MODEL says where the model is, s3://BUCKET/KEY, as the model registry has it. It is read once, when the server starts; another one is
another value of MODEL, and so a deployment.
"""

import io
import math
import os
import pathlib
import tarfile
import tempfile

import boto3
import fastapi

import wine


def read(place):
    bucket, _, key = place.removeprefix("s3://").partition("/")
    packed = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            for each in files:
                if each.isfile():
                    (folder / pathlib.Path(each.name).name).write_bytes(files.extractfile(each).read())
        model, _ = wine.load(folder)
        return model


place = os.environ.get("MODEL")
model = read(place) if place else None
app = fastapi.FastAPI(title="wine")


@app.get("/health")
def health():
    """What the load balancer asks: well without a model too, so that the service is there before the first one."""
    return {"model": place}


@app.post("/predict")
def predict(wines: list[dict[str, float]]):
    if model is None:
        raise fastapi.HTTPException(503, "there is no model yet; set MODEL")
    answers = []
    for number, each in enumerate(wines):
        bad = [name for name in wine.FEATURES if not math.isfinite(each.get(name, math.nan))]
        if bad:
            raise fastapi.HTTPException(422, f"wine {number} has no number for {', '.join(bad)}")
        answers.append({"quality": round(model.predict([each[name] for name in wine.FEATURES]), 4)})
    return answers
