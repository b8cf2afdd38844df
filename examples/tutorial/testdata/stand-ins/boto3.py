# Stands in for boto3: Secrets Manager with one secret, and S3 whose buckets are folders below BUCKETS.
import json
import os
import pathlib


class Secrets:
    def get_secret_value(self, SecretId):
        assert SecretId == "arn"
        return {"SecretString": json.dumps({"username": "pipelines", "password": "hunter2"})}


class S3:
    def get_object(self, Bucket, Key):
        return {"Body": (pathlib.Path(os.environ["BUCKETS"]) / Bucket / Key).open("rb")}


def client(name):
    return {"secretsmanager": Secrets, "s3": S3}[name]()
