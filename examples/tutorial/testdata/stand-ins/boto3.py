# Stands in for boto3: Secrets Manager with one secret.
import json


class Client:
    def get_secret_value(self, SecretId):
        assert SecretId == "arn"
        return {"SecretString": json.dumps({"username": "pipelines", "password": "hunter2"})}


def client(name):
    assert name == "secretsmanager"
    return Client()
