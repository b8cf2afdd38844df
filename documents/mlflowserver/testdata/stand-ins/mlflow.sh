#!/bin/sh
# Stands in for the command mlflow.
{
  echo "mlflow $*"
  echo "store ${MLFLOW_BACKEND_STORE_URI-none}"
  echo "password ${ADMIN_PASSWORD-none}"
  [ -z "$MLFLOW_AUTH_CONFIG_PATH" ] || cat "$MLFLOW_AUTH_CONFIG_PATH"
} >>"$LOG"
