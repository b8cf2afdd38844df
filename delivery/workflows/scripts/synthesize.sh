go run . synth --output cdktf.out
# Checksums of providers that are committed are the only ones that Terraform accepts.
if [ -f .terraform.lock.hcl ]; then
  for stack in cdktf.out/stacks/*/; do cp .terraform.lock.hcl "$stack"; done
fi
