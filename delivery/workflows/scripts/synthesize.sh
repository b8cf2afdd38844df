# Checksums of providers that are committed come to stand beside each stack. Terraform accepts no others.
go run . synth --output cdktf.out
