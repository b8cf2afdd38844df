# Stands in for MLflow: what is logged is written to the file LOG.
import contextlib, json, os


def log(*values):
    with open(os.environ["LOG"], "a") as file:
        file.write(json.dumps(values, sort_keys=True) + "\n")


@contextlib.contextmanager
def start_run(run_name):
    if "unreachable" in os.environ["MLFLOW_TRACKING_URI"]:
        raise RuntimeError("no server at " + os.environ["MLFLOW_TRACKING_URI"])
    log("run", run_name, os.environ["MLFLOW_EXPERIMENT_NAME"], os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD"))
    yield


def log_params(parameters):
    log("parameters", parameters)


def log_metrics(metrics):
    log("metrics", sorted(metrics), all(isinstance(value, float) for value in metrics.values()))
