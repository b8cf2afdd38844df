"""SageMaker starts an image with one argument where no step names a program: train in a tuning job, serve in a model."""

import pathlib
import runpy
import sys

programs = {"train": "train.py", "serve": "serve.py"}
if len(sys.argv) != 2 or sys.argv[1] not in programs:
    raise SystemExit(f"run.py {' or '.join(programs)}, and not {sys.argv[1:]}")
runpy.run_path(str(pathlib.Path(__file__).with_name(programs[sys.argv[1]])), run_name="__main__")
