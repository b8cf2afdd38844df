package faststart_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
)

// referring makes two stacks that use attributes in all the ways that matter, and returns their Terraform JSON.
func referring(t *testing.T, batched bool) (texts []string) {
	t.Helper()
	trimmed, err := archive()
	require.NoError(t, err)
	require.NoError(t, faststart.Load(trimmed))
	output := t.TempDir()
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(output), StackTraces: jsii.Bool(false)})
	build := func() error {
		stack := func(name string) cdktf.TerraformStack {
			stack := cdktf.NewTerraformStack(app, jsii.String(name))
			provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-west-2")})
			cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
			return stack
		}
		one, other := stack("one"), stack("other")
		bucket := s3bucket.NewS3Bucket(one, jsii.String("bucket"), &s3bucket.S3BucketConfig{})
		renamed := s3bucket.NewS3Bucket(one, jsii.String("before"), &s3bucket.S3BucketConfig{})
		renamed.OverrideLogicalId(jsii.String("after"))
		counted := s3bucket.NewS3Bucket(one, jsii.String("counted"), &s3bucket.S3BucketConfig{Count: jsii.Number(2)})
		each := s3bucket.NewS3Bucket(one, jsii.String("each"), &s3bucket.S3BucketConfig{
			ForEach: cdktf.TerraformIterator_FromList(jsii.Strings("a", "b")), Bucket: jsii.String("x-" + faststart.Attribute(bucket, "id")),
		})
		say := func(stack cdktf.TerraformStack, name, text string) {
			cdktf.NewTerraformOutput(stack, jsii.String(name), &cdktf.TerraformOutputConfig{Value: jsii.String(text)})
		}
		say(one, "say-whole", faststart.Attribute(bucket, "arn"))
		say(one, "say-part", faststart.Attribute(bucket, "arn")+"/*,"+faststart.Attribute(bucket, "bucketRegionalDomainName"))
		say(one, "say-renamed", faststart.Attribute(renamed, "arn"))
		say(one, "say-counted", faststart.Attribute(counted, "arn"))
		say(one, "say-each", faststart.Attribute(each, "arn"))
		say(one, "say-called", *cdktf.Fn_Upper(jsii.String(faststart.Attribute(bucket, "arn"))))
		say(other, "say-across", faststart.Attribute(bucket, "arn"))
		return nil
	}
	if batched {
		require.NoError(t, faststart.Batch(build))
	} else {
		require.NoError(t, build())
	}
	app.Synth()
	for _, name := range []string{"one", "other"} {
		text, err := os.ReadFile(filepath.Join(output, "stacks", name, "cdk.tf.json"))
		require.NoError(t, err)
		// The other stack reads the state of the first at a path of this machine.
		texts = append(texts, regexp.MustCompile(regexp.QuoteMeta(output)).ReplaceAllString(string(text), "OUTPUT"))
	}
	return texts
}

func TestReferencesAreThoseOfGetters(t *testing.T) {
	want := referring(t, false)
	got := referring(t, true)
	require.Equal(t, want, got)
	require.Contains(t, got[0], `"value": "${aws_s3_bucket.after.arn}"`)
	require.Contains(t, got[1], "terraform_remote_state", "a reference across stacks stays one")
	t.Setenv("FASTSTART_OFF", "references")
	got = referring(t, true)
	require.Equal(t, want, got)
}

func TestBatchRefuses(t *testing.T) {
	trimmed, err := archive()
	require.NoError(t, err)
	require.NoError(t, faststart.Load(trimmed))
	stack := cdktf.NewTerraformStack(cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())}), jsii.String("stack"))
	bucket := s3bucket.NewS3Bucket(stack, jsii.String("bucket"), &s3bucket.S3BucketConfig{})
	for attribute, want := range map[string]string{
		"ann":              "stack/bucket has no text attribute ann that only Terraform knows",
		"forceDestroy":     "stack/bucket has no text attribute forceDestroy that only Terraform knows",
		"friendlyUniqueId": "stack/bucket has no text attribute friendlyUniqueId that only Terraform knows",
	} {
		require.EqualError(t, faststart.Batch(func() error { faststart.Attribute(bucket, attribute); return nil }), want)
	}
	failed := errors.New("failed")
	require.Equal(t, failed, faststart.Batch(func() error { return failed }))
	require.NotContains(t, faststart.Attribute(bucket, "arn"), "TOKEN.1000000", "after a batch getters are asked again")
}

func TestBatchTellsWhatCouldNotBeMade(t *testing.T) {
	trimmed, err := archive()
	require.NoError(t, err)
	require.NoError(t, faststart.Load(trimmed))
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())})
	stack := cdktf.NewTerraformStack(app, jsii.String("stack"))
	bucket := func(id string) s3bucket.S3Bucket {
		return s3bucket.NewS3Bucket(stack, jsii.String(id), &s3bucket.S3BucketConfig{})
	}
	var skipped s3bucket.S3Bucket
	err = faststart.Batch(func() error {
		bucket("one")
		bucket("one")
		skipped = bucket("two")
		return nil
	})
	require.EqualError(t, err, "There is already a Construct with name 'one' in _TerraformStack [stack] (an earlier call failed; FASTSTART_OFF=answers stops at it)")
	require.Equal(t, "stack/two", *bucket("two").Node().Path(), "what came after the failure was not made, so its name is free")
	require.Panics(t, func() { skipped.Node() }, "and no other object is taken for it")
	require.Panics(t, func() { bucket("one") }, "outside a batch a constructor panics")

	require.EqualError(t, faststart.Batch(func() error { kmskey.NewKmsKey(stack, jsii.String("key"), &kmskey.KmsKeyConfig{}); return nil }),
		"JsiiError: @jsii/kernel.Fault Type '@cdktf/provider-aws.kmsKey.KmsKey' not found (an earlier call failed; FASTSTART_OFF=answers stops at it)")

	// What is asked in between waits for all that came before, and hears of it.
	err = faststart.Batch(func() error {
		bucket("three")
		require.Equal(t, "stack/four", *bucket("four").Node().Path())
		bucket("four")
		require.PanicsWithError(t, "There is already a Construct with name 'four' in _TerraformStack [stack] (an earlier call failed; FASTSTART_OFF=answers stops at it)",
			func() { stack.Node() })
		bucket("five")
		return nil
	})
	require.NoError(t, err)
	var paths []string
	for _, child := range *stack.Node().Children() {
		paths = append(paths, *child.Node().Path())
	}
	require.Equal(t, []string{"stack/one", "stack/two", "stack/three", "stack/four", "stack/five"}, paths)
}

func TestFlush(t *testing.T) {
	trimmed, err := archive()
	require.NoError(t, err)
	require.NoError(t, faststart.Load(trimmed))
	require.NoError(t, faststart.Flush(), "outside a batch")
	require.NoError(t, faststart.Batch(func() error {
		app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())})
		stack := cdktf.NewTerraformStack(app, jsii.String("stack"))
		bucket := s3bucket.NewS3Bucket(stack, jsii.String("bucket"), &s3bucket.S3BucketConfig{})
		say := func(name, attribute string) {
			cdktf.NewTerraformOutput(stack, jsii.String(name), &cdktf.TerraformOutputConfig{Value: jsii.String(faststart.Attribute(bucket, attribute))})
		}
		outputs := func() any {
			require.NoError(t, faststart.Flush())
			return stack.ToTerraform().(map[string]any)["output"]
		}
		say("first", "arn")
		require.Equal(t, map[string]any{"first": map[string]any{"value": "${aws_s3_bucket.bucket.arn}"}}, outputs())
		say("second", "arn")
		say("third", "id")
		require.Equal(t, map[string]any{
			"first":  map[string]any{"value": "${aws_s3_bucket.bucket.arn}"},
			"second": map[string]any{"value": "${aws_s3_bucket.bucket.arn}"},
			"third":  map[string]any{"value": "${aws_s3_bucket.bucket.id}"},
		}, outputs())
		say("wrong", "ann")
		require.EqualError(t, faststart.Flush(), "stack/bucket has no text attribute ann that only Terraform knows")
		return nil
	}))
}

// TestLargeApp is one in which V8 begins to optimise, with a text that fills the pipe more than once.
func TestLargeApp(t *testing.T) {
	text := strings.Repeat("text ", 50_000)
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())})
	stack := cdktf.NewTerraformStack(app, jsii.String("stack"))
	const many = 2500
	require.NoError(t, faststart.Batch(func() error {
		for i := range many {
			constructs.NewConstruct(stack, jsii.String(strconv.Itoa(i)))
		}
		cdktf.NewTerraformOutput(stack, jsii.String("long"), &cdktf.TerraformOutputConfig{Value: jsii.String(text)})
		return nil
	}))
	require.Len(t, *stack.Node().Children(), many+1)
	require.Equal(t, map[string]any{"long": map[string]any{"value": text}}, stack.ToTerraform().(map[string]any)["output"])
}
