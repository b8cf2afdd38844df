# A state that Terraform cannot write holds what the state holds. Its key waits where the state is, encrypted and out of reach like that,
# for whoever may read the state: the role may write what ends like one.
cd "stacks/$STACK"
( umask 077 && openssl rand -hex 32 > "$RUNNER_TEMP/errored.key" )
bucket=$(jq --raw-output '.terraform.backend.s3.bucket' cdk.tf.json)
key=$(jq --raw-output '.terraform.backend.s3.key' cdk.tf.json)
aws s3 cp --profile state --only-show-errors "$RUNNER_TEMP/errored.key" "s3://$bucket/${key%/*}/errored-key.tfstate"
