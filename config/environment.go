package config

import (
	"reflect"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// Environment is one environment: the content of environments/<name>.yaml.
type Environment struct {
	// Name is the name of the file without .yaml: up to 12 lower-case letters, digits and single hyphens.
	Name string `yaml:"-"`

	// Account is the id of the AWS account, 12 digits in quotes. Environments may share an account.
	Account string `yaml:"account" jsonschema:"required,pattern=^[0-9]{12}$,example=222222222222"`
	// Region is the AWS region of the environment. Default: the platform's.
	Region string `yaml:"region"`
	// Profile is the profile of the AWS CLI used when profiles are asked for. Default: none, credentials come from the surroundings.
	Profile string `yaml:"profile"`
	// Administrators are ARNs of IAM roles of the environment's account: administrators of its cluster, who may also use its state. Default: none, and then all roles of the account may use the state whose own policies allow it.
	Administrators []string `yaml:"administrators" jsonschema:"uniqueItems=true"`
	// Promotion says what is deployed to the environment. Required unless neither github nor codePipeline is on. Default: none.
	Promotion Promotion `yaml:"promotion"`
	// Protect keeps Terraform from destroying what holds data or serves users, and keeps objects and images in their buckets and repositories. Switch it off and deploy before a teardown. Default: true.
	Protect bool `yaml:"protect"`
	// GitHub describes the roles that GitHub Actions assumes. Default: made, with the defaults below, but not beside codePipeline.
	GitHub *GitHub `yaml:"github"`
	// Network is the VPC. Default: off.
	Network *Network `yaml:"network"`
	// Cluster is the EKS cluster, which needs the network. Default: off.
	Cluster *Cluster `yaml:"cluster"`
	// Serving is MLflow and KServe on the cluster, in a further stack. Default: off.
	Serving *Serving `yaml:"serving"`
	// Storage is the buckets of models and data. Default: off.
	Storage *Storage `yaml:"storage"`
	// Registry is the container repositories of the environment. Default: off.
	Registry *Registry `yaml:"registry"`
	// Training is the training pipeline, which needs storage. Default: off.
	Training *Training `yaml:"training"`
	// Automation is the automatic learning, which needs storage. Default: off.
	Automation *Automation `yaml:"automation"`
	// Endpoint serves the approved model of training or automation. Default: off.
	Endpoint *Endpoint `yaml:"endpoint"`
	// API is the private HTTP API over the models and the endpoint, which needs endpoint and network. Default: off.
	API *API `yaml:"api"`
	// LoadBalancer brings requests to services. Default: off.
	LoadBalancer *LoadBalancer `yaml:"loadBalancer"`
	// Services are containers that serve, by name: up to 20 lower-case letters, digits and hyphens. Default: none.
	Services map[string]Service `yaml:"services"`
	// MLflow is a tracking server for experiments and models. Default: off.
	MLflow *MLflow `yaml:"mlflow"`
	// Workers run the flows of Prefect. Default: off.
	Workers *Workers `yaml:"workers"`
	// Monitoring is metrics of the cluster, alerts, Grafana and a budget. Default: off.
	Monitoring *Monitoring `yaml:"monitoring"`
	// Notifications is the SNS topic for what automation, endpoint and monitoring have to tell. Default: a topic without subscribers if one of them is on.
	Notifications *Notifications `yaml:"notifications"`
	// CodePipeline delivers the environment inside AWS. Default: off.
	CodePipeline *CodePipeline `yaml:"codePipeline"`
	// Extensions are sections of your own, each read by the extension of that name in main.go. Default: none.
	Extensions Extensions `yaml:"extensions"`
	// Tags are put on every resource of the environment. They add to the platform's and win over them. Default: none.
	Tags map[string]string `yaml:"tags"`

	platform *Platform
}

func (e *Environment) setDefaults() { e.Protect = true }

// Prefix is how the names of the environment's resources begin: <project>-<environment>.
func (e *Environment) Prefix() string { return e.platform.Project + "-" + e.Name }

// Platform that the environment belongs to.
func (e *Environment) Platform() *Platform { return e.platform }

// Partition is the AWS partition of the region: aws, aws-cn or aws-us-gov.
func (e *Environment) Partition() string { return awsfacts.Partition(e.Region) }

// Sections are the keys of the parts that the environment has, in the order of the documentation.
func (e *Environment) Sections() []string {
	var keys []string
	value := reflect.ValueOf(e).Elem()
	for i := range value.NumField() {
		key, field := value.Type().Field(i).Tag.Get("yaml"), value.Field(i)
		pointer := field.Kind() == reflect.Pointer && !field.IsNil()
		named := field.Kind() == reflect.Map && field.Type().Elem().Kind() == reflect.Struct && field.Len() > 0
		if key != "" && (pointer || named) {
			keys = append(keys, key)
		}
	}
	return keys
}

// NetworkEnabled reports whether the environment has a network, be it a new or an existing one.
func (e *Environment) NetworkEnabled() bool { return e.Network != nil }

// ClusterEnabled reports whether the environment has an EKS cluster.
func (e *Environment) ClusterEnabled() bool { return e.Cluster != nil }

// StorageEnabled reports whether the environment has buckets for models and data.
func (e *Environment) StorageEnabled() bool { return e.Storage != nil }

// RegistryEnabled reports whether the environment has container repositories.
func (e *Environment) RegistryEnabled() bool { return e.Registry != nil }

// GitHubEnabled reports whether the environment has roles for GitHub Actions.
func (e *Environment) GitHubEnabled() bool { return e.GitHub != nil }

// ZoneNames are the availability zones of the network: those that the file names, or the first of the region. It is
// nil without a network of our own.
func (e *Environment) ZoneNames() []string {
	if e.Network == nil || e.Network.Existing != nil {
		return nil
	}
	return e.Network.Zones
}

// BucketName is the name of a bucket of the environment: <project>-<environment>-<part>-<account>-<region>.
func (e *Environment) BucketName(part string) string {
	return bucketName(e.Prefix(), part, e.Account, e.Region)
}

// AccessLogsName is the name of the bucket with the records of requests to the others, existing or made. Empty where none are kept.
func (e *Environment) AccessLogsName() string {
	switch {
	case e.Storage == nil || e.Storage.AccessLogs == nil:
		return ""
	case e.Storage.AccessLogs.Bucket != "":
		return e.Storage.AccessLogs.Bucket
	}
	return e.BucketName(AccessLogsBucket)
}
