#!/bin/sh
# Stands in for the command prefect.
{
  echo "prefect $*"
  echo "store $PREFECT_SERVER_DATABASE_CONNECTION_URL"
  echo "modules $(cd "$PYTHONPATH" && echo *)"
} >>"$LOG"
