package endpoint

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerendpointconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakermodel"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// maxPrefix is how long a name prefix may be: the provider appends 26 characters.
const maxPrefix = 63 - 26

// addConfiguration makes the models and the configuration of the endpoint. Nothing of either can be changed, so that
// each change makes new ones before the old ones go, under names that cannot clash.
// https://registry.terraform.io/providers/hashicorp/aws/5.99.1/docs/resources/sagemaker_endpoint_configuration
func (e *Endpoint) addConfiguration(permissions []tf.Dependable) sagemakerendpointconfiguration.SagemakerEndpointConfiguration {
	p := e.props
	config := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationConfig{
		NamePrefix: tf.Str(strings.TrimRight(p.Name[:min(len(p.Name), maxPrefix-1)], "-") + "-"), Tags: tf.StrMap(p.Tags), Lifecycle: p.immutable(),
		AsyncInferenceConfig: p.async(), DataCaptureConfig: p.dataCapture(), KmsKeyArn: tf.OptStr(p.volumeKey()),
	}
	var variants []*sagemakerendpointconfiguration.SagemakerEndpointConfigurationProductionVariants
	for _, v := range p.Variants {
		variants = append(variants, variant(v, e.addModel(v, permissions)))
	}
	config.ProductionVariants = variants
	if p.Shadow != nil {
		config.ShadowProductionVariants = []*sagemakerendpointconfiguration.SagemakerEndpointConfigurationShadowProductionVariants{shadow(*p.Shadow, e.addModel(*p.Shadow, permissions))}
	}
	return sagemakerendpointconfiguration.NewSagemakerEndpointConfiguration(e.construct, tf.Str("configuration"), config)
}

// immutable is the lifecycle of what is made anew with each change. Where others deploy, the endpoint may still use the
// first configuration, which a later one must not replace.
func (p Props) immutable() *tf.Lifecycle {
	lifecycle := tf.CreateFirst()
	if p.DeployedElsewhere {
		lifecycle.IgnoreChanges = "all"
	}
	return lifecycle
}

// addModel makes the model of a variant. It has no name of ours, because the resource knows no prefix and a fixed name
// would clash with the model that it replaces.
func (e *Endpoint) addModel(v Variant, permissions []tf.Dependable) string {
	p := e.props
	tags := map[string]string{"Name": p.Name + "-" + v.Name}
	maps.Copy(tags, p.Tags)
	container := &sagemakermodel.SagemakerModelPrimaryContainer{
		ModelPackageName: tf.OptStr(v.Model.PackageARN), Image: tf.OptStr(v.Model.Image), Environment: tf.StrMap(v.Model.Environment),
	}
	if strings.HasSuffix(v.Model.DataURI, "/") {
		container.ModelDataSource = &sagemakermodel.SagemakerModelPrimaryContainerModelDataSource{S3DataSource: []*sagemakermodel.SagemakerModelPrimaryContainerModelDataSourceS3DataSource{
			{S3Uri: tf.Str(v.Model.DataURI), S3DataType: tf.Str("S3Prefix"), CompressionType: tf.Str("None")},
		}}
	} else {
		container.ModelDataUrl = tf.OptStr(v.Model.DataURI)
	}
	config := &sagemakermodel.SagemakerModelConfig{
		ExecutionRoleArn: tf.Str(e.roleARN), PrimaryContainer: container, Tags: tf.StrMap(tags), Lifecycle: p.immutable(), DependsOn: tf.After(permissions...),
		EnableNetworkIsolation: tf.Bool(!p.AllowContainerNetwork && v.Serverless == nil),
	}
	if p.VPC != nil {
		config.VpcConfig = &sagemakermodel.SagemakerModelVpcConfig{Subnets: tf.Strs(p.VPC.SubnetIDs), SecurityGroupIds: tf.Strs(p.VPC.SecurityGroupIDs)}
	}
	return tf.Attr(sagemakermodel.NewSagemakerModel(e.construct, tf.Str("model-"+v.Name), config), "name")
}

func variant(v Variant, model string) *sagemakerendpointconfiguration.SagemakerEndpointConfigurationProductionVariants {
	out := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationProductionVariants{
		VariantName: tf.Str(v.Name), ModelName: tf.Str(model), InitialVariantWeight: tf.Num(*v.Weight), InstanceType: tf.OptStr(v.InstanceType),
		InitialInstanceCount: tf.OptNum(v.InstanceCount), VolumeSizeInGb: tf.OptNum(v.VolumeGB), InferenceAmiVersion: tf.OptStr(v.InferenceAMI),
		ContainerStartupHealthCheckTimeoutInSeconds: tf.OptNum(seconds(v.StartupTimeout)), ModelDataDownloadTimeoutInSeconds: tf.OptNum(seconds(v.DownloadTimeout)),
	}
	if v.Routing != "" {
		out.RoutingConfig = []*sagemakerendpointconfiguration.SagemakerEndpointConfigurationProductionVariantsRoutingConfig{{RoutingStrategy: tf.Str(string(v.Routing))}}
	}
	if s := v.Serverless; s != nil {
		out.ServerlessConfig = &sagemakerendpointconfiguration.SagemakerEndpointConfigurationProductionVariantsServerlessConfig{
			MemorySizeInMb: tf.Num(s.MemoryMB), MaxConcurrency: tf.Num(s.MaxConcurrency), ProvisionedConcurrency: tf.OptNum(s.ProvisionedConcurrency),
		}
	}
	return out
}

// shadow is the same as variant, for the type that the bindings have for shadows, without what a shadow cannot have.
func shadow(v Variant, model string) *sagemakerendpointconfiguration.SagemakerEndpointConfigurationShadowProductionVariants {
	out := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationShadowProductionVariants{
		VariantName: tf.Str(v.Name), ModelName: tf.Str(model), InitialVariantWeight: tf.Num(*v.Weight), InstanceType: tf.OptStr(v.InstanceType),
		InitialInstanceCount: tf.OptNum(v.InstanceCount), VolumeSizeInGb: tf.OptNum(v.VolumeGB), InferenceAmiVersion: tf.OptStr(v.InferenceAMI),
		ContainerStartupHealthCheckTimeoutInSeconds: tf.OptNum(seconds(v.StartupTimeout)), ModelDataDownloadTimeoutInSeconds: tf.OptNum(seconds(v.DownloadTimeout)),
	}
	if v.Routing != "" {
		out.RoutingConfig = []*sagemakerendpointconfiguration.SagemakerEndpointConfigurationShadowProductionVariantsRoutingConfig{{RoutingStrategy: tf.Str(string(v.Routing))}}
	}
	return out
}

func (p Props) async() *sagemakerendpointconfiguration.SagemakerEndpointConfigurationAsyncInferenceConfig {
	a := p.Async
	if a == nil {
		return nil
	}
	output := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationAsyncInferenceConfigOutputConfig{
		S3OutputPath: tf.Str(a.OutputURI), S3FailurePath: tf.OptStr(a.FailureURI), KmsKeyId: tf.OptStr(a.KeyARN),
	}
	if a.SuccessTopicARN != "" || a.ErrorTopicARN != "" {
		notification := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationAsyncInferenceConfigOutputConfigNotificationConfig{
			SuccessTopic: tf.OptStr(a.SuccessTopicARN), ErrorTopic: tf.OptStr(a.ErrorTopicARN),
		}
		if a.AnswerInTopics {
			var kinds []string
			if a.ErrorTopicARN != "" {
				kinds = append(kinds, "ERROR_NOTIFICATION_TOPIC")
			}
			if a.SuccessTopicARN != "" {
				kinds = append(kinds, "SUCCESS_NOTIFICATION_TOPIC")
			}
			notification.IncludeInferenceResponseIn = tf.Strs(kinds)
		}
		output.NotificationConfig = notification
	}
	out := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationAsyncInferenceConfig{OutputConfig: output}
	if a.MaxConcurrentPerInstance > 0 {
		out.ClientConfig = &sagemakerendpointconfiguration.SagemakerEndpointConfigurationAsyncInferenceConfigClientConfig{MaxConcurrentInvocationsPerInstance: tf.Num(a.MaxConcurrentPerInstance)}
	}
	return out
}

func (p Props) dataCapture() *sagemakerendpointconfiguration.SagemakerEndpointConfigurationDataCaptureConfig {
	d := p.DataCapture
	if d == nil {
		return nil
	}
	var modes []*sagemakerendpointconfiguration.SagemakerEndpointConfigurationDataCaptureConfigCaptureOptions
	for _, mode := range d.Modes {
		modes = append(modes, &sagemakerendpointconfiguration.SagemakerEndpointConfigurationDataCaptureConfigCaptureOptions{CaptureMode: tf.Str(string(mode))})
	}
	return &sagemakerendpointconfiguration.SagemakerEndpointConfigurationDataCaptureConfig{
		EnableCapture: true, DestinationS3Uri: tf.Str(d.DestinationURI), InitialSamplingPercentage: tf.Num(d.Percent), CaptureOptions: modes, KmsKeyId: tf.OptStr(d.KeyARN),
		CaptureContentTypeHeader: &sagemakerendpointconfiguration.SagemakerEndpointConfigurationDataCaptureConfigCaptureContentTypeHeader{
			CsvContentTypes: tf.Strs(d.CSVContentTypes), JsonContentTypes: tf.Strs(d.JSONContentTypes),
		},
	}
}

// volumeKey is the key of the volumes. SageMaker refuses one for the whole endpoint if an instance has disks of its own.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
func (p Props) volumeKey() string {
	var all sagemaker.Volumes
	for _, v := range p.all() {
		all.Types, all.Serverless = append(all.Types, v.InstanceType), all.Serverless || v.Serverless != nil
	}
	return all.Key(p.KeyARN)
}

// all are the variants and the shadow.
func (p Props) all() []Variant {
	out := append([]Variant(nil), p.Variants...)
	if p.Shadow != nil {
		out = append(out, *p.Shadow)
	}
	return out
}

// instanceType is what a change of a variant's instance type triggers: an attribute of the configuration.
func instanceType(configuration string, index int) *[]any {
	return &[]any{fmt.Sprintf("%s.production_variants[%d].instance_type", configuration, index)}
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// number writes a number that may be missing as the text that the resource takes.
func number(value *int) *string {
	if value == nil {
		return nil
	}
	return tf.Str(fmt.Sprint(*value))
}
