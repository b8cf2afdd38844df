package pipeline

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// EMRArgs configures a step that runs on an EMR cluster.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-emr
type EMRArgs struct {
	StepOptions
	// ClusterID is the id of a running cluster. One of ClusterID and Cluster is given.
	ClusterID String
	// Cluster is the request of RunJobFlow for a cluster that SageMaker starts for the step and ends after it, without what
	// SageMaker sets: Name, Steps, AutoTerminationPolicy, and of Instances KeepJobFlowAliveWhenNoSteps and TerminationProtected.
	// The permissions that are derived pass its ServiceRole where that is an ARN; add iam:PassRole for the role in its
	// JobFlowRole.
	// https://docs.aws.amazon.com/emr/latest/APIReference/API_RunJobFlow.html
	Cluster Fields
	// RuntimeRole is the ARN of the role that the step's code gets. Only with ClusterID, of a cluster whose security
	// configuration has runtime roles. Default: the role of the cluster's instances.
	// https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-steps-runtime-roles.html
	RuntimeRole String
	// Jar is the S3 URI or name of the jar, such as "command-runner.jar". Required.
	Jar String
	// MainClass within the jar. Default: that of its manifest.
	MainClass String
	// Arguments of the main function. Default: none.
	Arguments []String
	// Properties are Java properties of the step. Default: none.
	Properties map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
}

// An EMRStep runs on an EMR cluster.
type EMRStep struct {
	step
	args EMRArgs
}

// EMR adds a step that runs on an EMR cluster.
func (p *Pipeline) EMR(name string, args EMRArgs) *EMRStep {
	return add(p, &EMRStep{p.newStep(name, "EMR", args.StepOptions), args})
}

// StepID is the id of the step on its cluster, such as "s-1A2B3C4D5E6F7".
func (s *EMRStep) StepID() String { return stringRef(s.path("Id")) }

func (s *EMRStep) request(c *checker) object {
	a := s.args
	if (a.ClusterID == "") == (len(a.Cluster) == 0) {
		c.addf("clusterID", "and cluster: give exactly one of them, the id of a running cluster or the request for a new one")
	}
	if a.RuntimeRole != "" && a.ClusterID == "" {
		c.addf("runtimeRole", "is for steps on running clusters, EMR knows none when it starts one; remove it, or give clusterID")
	}
	if len(a.Cluster) > 0 {
		c.cluster(a.Cluster)
	}
	jar := object{}
	jar.set("Jar", c.required("jar", a.Jar, `give an S3 URI or a name such as "command-runner.jar"`))
	jar.set("Args", a.Arguments)
	jar.set("MainClass", a.MainClass)
	var properties []object
	for _, key := range slices.Sorted(maps.Keys(a.Properties)) {
		properties = append(properties, object{{"Key", key}, {"Value", a.Properties[key].tree()}})
	}
	jar.set("Properties", properties)

	arguments := object{}
	arguments.set("ClusterId", a.ClusterID)
	arguments.set("StepConfig", object{{"HadoopJarStep", jar}})
	if len(a.Cluster) > 0 {
		arguments.set("ClusterConfig", a.Cluster)
	}
	arguments.set("ExecutionRoleArn", c.arn("runtimeRole", a.RuntimeRole, "iam", "role/"))
	out := s.start(c, arguments)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

// cluster checks the request for a cluster.
func (c *checker) cluster(cluster Fields) {
	instances, _ := cluster["Instances"].(Fields)
	for _, each := range []struct {
		at   string
		of   Fields
		keys []string
	}{
		{"cluster.", cluster, []string{"Name", "Steps", "AutoTerminationPolicy"}},
		{"cluster.Instances.", instances, []string{"KeepJobFlowAliveWhenNoSteps", "TerminationProtected"}},
	} {
		for _, key := range each.keys {
			if _, ok := each.of[key]; ok {
				c.addf(each.at+key, "is set by SageMaker; remove it")
			}
		}
	}
	if _, given := cluster["Instances"]; !given {
		c.addf("cluster.Instances", "are missing; give them with InstanceGroups or InstanceFleets")
		return
	}
	_, groups := instances["InstanceGroups"]
	_, fleets := instances["InstanceFleets"]
	if groups == fleets {
		c.addf("cluster.Instances", "have neither or both of InstanceGroups and InstanceFleets; give one of them")
	}
	if role, ok := cluster["ServiceRole"].(String); ok && strings.HasPrefix(string(role), "arn:") {
		c.passed[serviceEMR] = c.note(c.passed[serviceEMR], role)
	}
}

// EMRServerlessArgs configures a step that runs on EMR Serverless.
// https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_StartJobRun.html
type EMRServerlessArgs struct {
	StepOptions
	// ApplicationID is the id of an application. One of ApplicationID and Application is given.
	ApplicationID String
	// Application is the request of CreateApplication for one that SageMaker makes for the step.
	Application Fields
	// Role is the ARN of the job's role. Default: the pipeline's default.
	Role String
	// Spark is the Spark job. One of Spark and Driver is given.
	Spark SparkSubmit
	// Driver is the jobDriver of StartJobRun, for Hive. Default: Spark.
	Driver Fields
	// Overrides are the configurationOverrides of StartJobRun, such as monitoringConfiguration. Default: none.
	Overrides Fields
	// JobName is the name of the job run. Default: none.
	JobName String
	// Timeout stops the job, in whole minutes. Default: 12 hours, by EMR.
	Timeout time.Duration
	// Tags are put on the job beside the pipeline's default. Default: none.
	Tags map[string]String
	// CacheFor, in whole minutes, is how old the result of an earlier execution with the same arguments may be to be
	// used instead of running the step. Default: 0, the step always runs.
	CacheFor time.Duration
	// Retry says after which failures the step is tried again, of RetryServiceFault and RetryThrottling. Default:
	// SageMaker's.
	Retry []RetryPolicy
}

// SparkSubmit is a Spark job.
type SparkSubmit struct {
	// EntryPoint is the S3 URI of the script or jar. Required.
	EntryPoint String
	// Arguments of the entry point. Default: none.
	Arguments []String
	// Parameters of spark-submit, such as "--conf spark.executor.cores=4". Default: none.
	Parameters String
}

// An EMRServerlessStep runs on EMR Serverless.
type EMRServerlessStep struct {
	step
	args EMRServerlessArgs
}

// EMRServerless adds a step that runs on EMR Serverless.
func (p *Pipeline) EMRServerless(name string, args EMRServerlessArgs) *EMRServerlessStep {
	return add(p, &EMRServerlessStep{p.newStep(name, "EMRServerless", args.StepOptions), args})
}

// JobRunID is the id of the job run.
func (s *EMRServerlessStep) JobRunID() String { return stringRef(s.path("jobRun.jobRunId")) }

func (s *EMRServerlessStep) request(c *checker) object {
	a := s.args
	if (a.ApplicationID == "") == (len(a.Application) == 0) {
		c.addf("applicationID", "and application: give exactly one of them, the id of an application or the request for a new one")
	}
	role := c.passRole(a.Role, serviceEMRServerless)
	config := object{}
	config.set("executionRoleArn", role)
	config.set("jobDriver", s.driver(c))
	config.set("applicationId", a.ApplicationID)
	if len(a.Overrides) > 0 {
		config.set("configurationOverrides", a.Overrides)
	}
	if a.Timeout != 0 {
		if a.Timeout < time.Minute || a.Timeout%time.Minute != 0 {
			c.addf("timeout", "is %s; give whole minutes", a.Timeout)
		}
		config.set("executionTimeoutMinutes", int(a.Timeout/time.Minute))
	}
	config.set("name", a.JobName)
	tags := map[string]String{}
	for _, each := range []map[string]String{c.p.props.Defaults.Tags, a.Tags} {
		maps.Copy(tags, each)
	}
	config.set("tags", tags)

	arguments := object{}
	arguments.set("ExecutionRoleArn", role)
	arguments.set("JobConfig", config)
	arguments.set("ApplicationId", a.ApplicationID)
	if len(a.Application) > 0 {
		arguments.set("ApplicationConfig", a.Application)
	}
	out := s.start(c, arguments)
	c.retryPolicies(&out, a.Retry, stepErrors)
	c.cacheConfig(&out, a.CacheFor)
	return out
}

func (s *EMRServerlessStep) driver(c *checker) any {
	spark := s.args.Spark
	sparkGiven := spark.EntryPoint != "" || spark.Parameters != "" || len(spark.Arguments) > 0
	if sparkGiven == (len(s.args.Driver) > 0) {
		c.addf("spark", "and driver: give exactly one of them")
	}
	if !sparkGiven {
		return s.args.Driver
	}
	submit := object{}
	submit.set("entryPoint", c.s3("spark.entryPoint", spark.EntryPoint))
	submit.set("entryPointArguments", spark.Arguments)
	submit.set("sparkSubmitParameters", spark.Parameters)
	return object{{"sparkSubmit", submit}}
}
