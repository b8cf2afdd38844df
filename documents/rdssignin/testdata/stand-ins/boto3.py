# Stands in for boto3: Secrets Manager with one secret, whose password differs each time.
import itertools, json

numbers = itertools.count(1)


class Client:
    def get_secret_value(self, SecretId):
        return {"SecretString": json.dumps({"username": "administrator", "password": f"{SecretId}-{next(numbers)}"})}


def client(name):
    assert name == "secretsmanager"
    return Client()
