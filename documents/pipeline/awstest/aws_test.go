// Package awstest proves the arguments of pipeline steps against the types of the AWS SDK. It is a package of its own,
// because compiling the SDK takes longer than everything else here together.
package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/documents/pipeline/internal/samples"
	_ "github.com/mlplatform/mlplatform/internal/golden" // so that go test ./... -update knows the flag here too
	"github.com/mlplatform/mlplatform/systems/training"
)

// errSent is what a request meets that has all its required fields.
var errSent = errors.New("the request was complete and sent")

type transport struct{}

func (transport) Do(*http.Request) (*http.Response, error) { return nil, errSent }

func client() *sagemaker.Client {
	return sagemaker.New(sagemaker.Options{
		Region: "us-west-2", HTTPClient: transport{}, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
}

// operation is the API call that a step of a type makes: its input, the field with the name, which SageMaker fills in,
// and the call, which checks required fields.
type operation struct {
	input any
	name  string
	send  func(input any) error
}

func operations() map[string]operation {
	c, ctx := client(), context.Background()
	processing := operation{&sagemaker.CreateProcessingJobInput{}, "ProcessingJobName", func(in any) error {
		_, err := c.CreateProcessingJob(ctx, in.(*sagemaker.CreateProcessingJobInput))
		return err
	}}
	return map[string]operation{
		"Processing": processing, "QualityCheck": processing, "ClarifyCheck": processing,
		"Training": {&sagemaker.CreateTrainingJobInput{}, "TrainingJobName", func(in any) error {
			_, err := c.CreateTrainingJob(ctx, in.(*sagemaker.CreateTrainingJobInput))
			return err
		}},
		"Tuning": {&sagemaker.CreateHyperParameterTuningJobInput{}, "HyperParameterTuningJobName", func(in any) error {
			_, err := c.CreateHyperParameterTuningJob(ctx, in.(*sagemaker.CreateHyperParameterTuningJobInput))
			return err
		}},
		"Model": {&sagemaker.CreateModelInput{}, "ModelName", func(in any) error {
			_, err := c.CreateModel(ctx, in.(*sagemaker.CreateModelInput))
			return err
		}},
		"RegisterModel": {&sagemaker.CreateModelPackageInput{}, "ClientToken", func(in any) error {
			_, err := c.CreateModelPackage(ctx, in.(*sagemaker.CreateModelPackageInput))
			return err
		}},
		"Transform": {&sagemaker.CreateTransformJobInput{}, "TransformJobName", func(in any) error {
			_, err := c.CreateTransformJob(ctx, in.(*sagemaker.CreateTransformJobInput))
			return err
		}},
		"AutoML": {&sagemaker.CreateAutoMLJobInput{}, "AutoMLJobName", func(in any) error {
			_, err := c.CreateAutoMLJob(ctx, in.(*sagemaker.CreateAutoMLJobInput))
			return err
		}},
		"Endpoint": {&sagemaker.CreateEndpointInput{}, "EndpointName", func(in any) error {
			_, err := c.CreateEndpoint(ctx, in.(*sagemaker.CreateEndpointInput))
			return err
		}},
		"InferenceComponent": {&sagemaker.CreateInferenceComponentInput{}, "InferenceComponentName", func(in any) error {
			_, err := c.CreateInferenceComponent(ctx, in.(*sagemaker.CreateInferenceComponentInput))
			return err
		}},
		"EndpointConfig": {&sagemaker.CreateEndpointConfigInput{}, "EndpointConfigName", func(in any) error {
			_, err := c.CreateEndpointConfig(ctx, in.(*sagemaker.CreateEndpointConfigInput))
			return err
		}},
	}
}

type step struct {
	Name, Type string
	Arguments  map[string]any
}

// noAPI are the steps whose arguments are no request of SageMaker.
var noAPI = map[string]bool{"Condition": true, "Fail": true, "Lambda": true, "Callback": true, "EMR": true, "EMRServerless": true, "Lineage": true}

func TestArgumentsAreRequests(t *testing.T) {
	known := operations()
	seen := map[string]int{}
	for _, sample := range append(samples.All(), samples.Sample{Name: "platform-training", Pipeline: trainingPipeline(t)}) {
		definition, err := sample.Pipeline.JSON()
		require.NoError(t, err)
		for _, each := range steps(t, definition) {
			if noAPI[each.Type] {
				continue
			}
			t.Run(sample.Name+"/"+each.Name, func(t *testing.T) {
				op, ok := known[each.Type]
				require.True(t, ok, "no operation for %s", each.Type)
				require.NoError(t, proof(op, each.Arguments))
				seen[each.Type]++
			})
		}
	}
	for name := range known {
		require.NotZero(t, seen[name], "no sample of %s", name)
	}
}

// trainingPipeline is the one that the platform makes for each environment.
func trainingPipeline(t *testing.T) *pipeline.Pipeline {
	threshold := 0.7
	p, err := training.New(training.Settings{
		Name: "training", Image: "training:1", Role: "arn:aws:iam::111111111111:role/train", Group: "wine", Data: "s3://data/raw/",
		Prepared: "s3://data/prepared", Models: "s3://models/training", Metric: training.Metric{Threshold: &threshold},
		Network:    &training.Network{SubnetIDs: []string{"subnet-0a"}, SecurityGroupIDs: []string{"sg-0a"}},
		Repository: "acme/wine-ml", Commit: "4f2a9c1", Tags: map[string]string{"project": "wine"},
	})
	require.NoError(t, err)
	return p
}

// TestProofFails shows that the proof finds what it looks for.
func TestProofFails(t *testing.T) {
	tests := map[string]struct{ kind, arguments, want string }{
		"unknown field":          {"Training", `{"RoleARN": "r"}`, "RoleARN: no such field of CreateTrainingJobInput"},
		"unknown nested field":   {"Training", `{"ResourceConfig": {"Count": 1}}`, "ResourceConfig.Count: no such field of ResourceConfig"},
		"wrong kind":             {"Training", `{"ResourceConfig": {"InstanceCount": "1"}}`, "ResourceConfig.InstanceCount: string where int32 belongs"},
		"no whole number":        {"Training", `{"ResourceConfig": {"InstanceCount": 1.5}}`, "ResourceConfig.InstanceCount: 1.5 where int32 belongs"},
		"unknown value":          {"Training", `{"InputDataConfig": [{"InputMode": "Fast"}]}`, `InputDataConfig[0].InputMode: "Fast" is none of [Pipe File FastFile]`},
		"required field missing": {"Model", `{"PrimaryContainer": {"Image": "i"}, "VpcConfig": {"Subnets": ["s"]}}`, "missing required field, CreateModelInput.VpcConfig.SecurityGroupIds"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var arguments map[string]any
			require.NoError(t, json.Unmarshal([]byte(test.arguments), &arguments))
			require.ErrorContains(t, proof(operations()[test.kind], arguments), test.want)
		})
	}
}

// steps are all steps of a definition, nested ones included.
func steps(t *testing.T, definition string) []step {
	var document struct{ Steps []step }
	require.NoError(t, json.Unmarshal([]byte(definition), &document))
	var out []step
	var add func(list []step)
	add = func(list []step) {
		for _, each := range list {
			out = append(out, each)
			for _, branch := range []string{"IfSteps", "ElseSteps"} {
				if each.Type == "Condition" {
					text, err := json.Marshal(each.Arguments[branch])
					require.NoError(t, err)
					var inner []step
					require.NoError(t, json.Unmarshal(text, &inner))
					add(inner)
				}
			}
		}
	}
	add(document.Steps)
	return out
}

// proof decodes the arguments strictly into the input of the operation and lets the SDK check the required fields.
func proof(op operation, arguments map[string]any) error {
	input := reflect.New(reflect.TypeOf(op.input).Elem())
	if err := decode("", arguments, input.Elem()); err != nil {
		return err
	}
	name := input.Elem().FieldByName(op.name)
	if name.IsNil() {
		name.Set(reflect.ValueOf(aws.String("sample")))
	}
	if err := op.send(input.Interface()); !errors.Is(err, errSent) {
		return err
	}
	return nil
}

// decode fills target from the JSON value, as strictly as the service: field names and kinds are exact, enumerations
// have known values, and references become samples of what belongs there.
func decode(path string, value any, target reflect.Value) error {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if isReference(value) {
		return sample(path, target)
	}
	mismatch := func(found any) error { return fmt.Errorf("%s: %v where %s belongs", path, found, target.Type()) }
	switch v := value.(type) {
	case map[string]any:
		return decodeObject(path, v, target)
	case []any:
		if target.Kind() != reflect.Slice {
			return mismatch("list")
		}
		target.Set(reflect.MakeSlice(target.Type(), len(v), len(v)))
		for i := range v {
			if err := decode(fmt.Sprintf("%s[%d]", path, i), v[i], target.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case string:
		if target.Kind() != reflect.String {
			return mismatch("string")
		}
		target.SetString(v)
		return enumeration(path, target)
	case bool:
		if target.Kind() != reflect.Bool {
			return mismatch("bool")
		}
		target.SetBool(v)
		return nil
	case float64:
		switch target.Kind() {
		case reflect.Int32, reflect.Int64:
			if v != math.Trunc(v) {
				return mismatch(v)
			}
			target.SetInt(int64(v))
			return nil
		case reflect.Float32, reflect.Float64:
			target.SetFloat(v)
			return nil
		}
		return mismatch(v)
	}
	return mismatch(value)
}

func decodeObject(path string, object map[string]any, target reflect.Value) error {
	switch target.Kind() {
	case reflect.Map:
		target.Set(reflect.MakeMap(target.Type()))
		for key, each := range object {
			element := reflect.New(target.Type().Elem()).Elem()
			if err := decode(path+"."+key, each, element); err != nil {
				return err
			}
			target.SetMapIndex(reflect.ValueOf(key), element)
		}
		return nil
	case reflect.Struct:
		for key, each := range object {
			at := strings.TrimPrefix(path+"."+key, ".")
			field, ok := target.Type().FieldByName(key)
			if !ok || !field.IsExported() {
				return fmt.Errorf("%s: no such field of %s", at, target.Type().Name())
			}
			if err := decode(at, each, target.FieldByName(key)); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s: object where %s belongs", path, target.Type())
}

func isReference(value any) bool {
	object, ok := value.(map[string]any)
	if !ok || len(object) != 1 {
		return false
	}
	for key := range object {
		return key == "Get" || key == "Std:Join" || key == "Std:JsonGet"
	}
	return false
}

func sample(path string, target reflect.Value) error {
	switch target.Kind() {
	case reflect.String:
		target.SetString("sample")
	case reflect.Bool:
		target.SetBool(true)
	case reflect.Int32, reflect.Int64:
		target.SetInt(1)
	case reflect.Float32, reflect.Float64:
		target.SetFloat(1)
	default:
		return fmt.Errorf("%s: a reference where %s belongs", path, target.Type())
	}
	return nil
}

// enumeration refuses values that the SDK does not list. Instance types are left out: AWS adds some every month.
func enumeration(path string, target reflect.Value) error {
	values := target.MethodByName("Values")
	if !values.IsValid() || strings.Contains(target.Type().Name(), "InstanceType") {
		return nil
	}
	list := values.Call(nil)[0]
	for i := range list.Len() {
		if list.Index(i).String() == target.String() {
			return nil
		}
	}
	return fmt.Errorf("%s: %q is none of %v", path, target.String(), list.Interface())
}
