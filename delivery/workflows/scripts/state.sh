# The backend reaches the state by the profile "state". Each job puts its own role behind that name.
printf '[profile state]\nrole_arn = %s\ncredential_source = Environment\nregion = %s\n' "$STATE_ROLE" "$STATE_REGION" > "$RUNNER_TEMP/aws-config"
{
  echo "AWS_CONFIG_FILE=$RUNNER_TEMP/aws-config"
  echo "TF_DATA_DIR=$RUNNER_TEMP/terraform"
  echo "TF_IN_AUTOMATION=true"
  echo "CHECKPOINT_DISABLE=true"
} >> "$GITHUB_ENV"
