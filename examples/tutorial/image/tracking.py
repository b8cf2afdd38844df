"""Notes a run in MLflow, where the job is told of a server: https://mlflow.org/docs/latest/ml/tracking/"""

import json
import os


def note(step, parameters, metrics):
    """Logs the run of a step. What goes wrong with that is printed: a model is worth more than the note of it."""
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        return
    try:
        import mlflow  # and sagemaker-mlflow for a server that SageMaker manages: both in requirements.txt

        if arn := os.environ.get("MLFLOW_TRACKING_SECRET_ARN"):
            import boto3

            secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
            os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"] = secret["username"], secret["password"]
        with mlflow.start_run(run_name=step):
            mlflow.log_params(parameters)
            mlflow.log_metrics(metrics)
    except Exception as err:
        print(f"not noted in MLflow: {err}")
