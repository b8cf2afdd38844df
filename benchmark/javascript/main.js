// The JavaScript twin of ../workload: node main.js eager|lazy STACKS RESOURCES OUTPUT
// "eager" imports the provider as its documentation says; "lazy" imports only the two modules that it needs.
const { App, LocalBackend, TerraformStack } = require("cdktf");

const [mode, stacks, resources, outdir] = process.argv.slice(2);
const { AwsProvider } = mode === "lazy" ? require("@cdktf/provider-aws/lib/provider") : require("@cdktf/provider-aws").provider;
const { S3Bucket } = mode === "lazy" ? require("@cdktf/provider-aws/lib/s3-bucket") : require("@cdktf/provider-aws").s3Bucket;

const app = new App({ outdir, stackTraces: false });
for (let s = 0; s < Number(stacks); s++) {
  const stack = new TerraformStack(app, `stack${s}`);
  new LocalBackend(stack, { path: "terraform.tfstate" });
  new AwsProvider(stack, "aws", { region: "us-west-2", allowedAccountIds: ["222222222222"] });
  stack.addOverride("terraform.required_version", ">= 1.11.0");
  stack.addOverride("terraform.required_providers.aws.source", "registry.terraform.io/hashicorp/aws");
  for (let i = 0; i < Number(resources); i++) {
    const name = `bucket-${s}-${i}`;
    new S3Bucket(stack, name, { bucket: name, tags: { Name: name, Number: String(i) } });
  }
}
app.synth();
