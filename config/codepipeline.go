package config

// CodePipeline delivers the environment inside AWS: a pipeline that tests what is pushed to the branches and tags of promotion, plans it, waits for approval and applies the plan.
type CodePipeline struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Source is where the commits come from.
	Source CodePipelineSource `yaml:"source" jsonschema:"required"`
	// Approval is who looks at a plan before it is applied. Default: the defaults below.
	Approval CodePipelineApproval `yaml:"approval"`
	// ExecutionMode is superseded, where a newer commit overtakes those that wait, or queued, where each is deployed in its turn. Default: superseded.
	ExecutionMode ExecutionMode `yaml:"executionMode"`
	// ComputeType is the size of the machines that build. small has 2 vCPUs, medium 4, large 8. Default: medium.
	ComputeType ComputeType `yaml:"computeType"`
	// Network runs the builds in the private subnets of the environment's network, which then needs NAT. Default: false.
	Network bool `yaml:"network"`
	// Drift plans every night what was deployed last, in a build of its own, which fails where AWS differs. The topic of approval hears of it. Default: false.
	Drift bool `yaml:"drift"`
	// LogRetentionDays is for how many days the logs of the builds are kept, one of the numbers that CloudWatch Logs knows. Default: 365.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// CodePipelineSource is a repository. Either connectionArn or codeCommit is given.
type CodePipelineSource struct {
	// ConnectionARN is the connection of AWS CodeConnections to GitHub, through which the platform's repository is read. Default: none.
	ConnectionARN string `yaml:"connectionArn"`
	// CodeCommit is the name of a CodeCommit repository of the environment's account and region. Default: none.
	CodeCommit string `yaml:"codeCommit"`
	// Paths limit which pushes to a branch start the pipeline. Only with connectionArn. Default: all.
	Paths CodePipelinePaths `yaml:"paths"`
}

// CodePipelinePaths are files of the repository: names, or patterns in which * stands for characters of one name and ** for any.
type CodePipelinePaths struct {
	// Include starts the pipeline only where one of these files changed, up to 8. Default: all files.
	Include []string `yaml:"include" jsonschema:"uniqueItems=true,maxItems=8"`
	// Exclude does not start it where only these changed, up to 8. Default: none.
	Exclude []string `yaml:"exclude" jsonschema:"uniqueItems=true,maxItems=8"`
}

// CodePipelineApproval is the manual approval.
type CodePipelineApproval struct {
	// Required stops each execution until somebody approves its plan. Default: the environment's protect.
	Required bool `yaml:"required"`
	// Emails are addresses that hear when a plan waits and when an execution failed. Each must confirm once. Default: none.
	Emails []string `yaml:"emails" jsonschema:"uniqueItems=true"`
	// TopicARN is an SNS topic that hears of it, in place of emails. Its policy must let EventBridge publish. Default: none.
	TopicARN string `yaml:"topicArn"`
	// TopicKeyARN is the KMS key that encrypts that topic. Its policy must let EventBridge use it. Default: none.
	TopicKeyARN string `yaml:"topicKeyArn"`
	// TimeoutHours is for how many hours a plan may wait, 1 to 1440. Default: 168, a week.
	TimeoutHours int `yaml:"timeoutHours" jsonschema:"minimum=1,maximum=1440"`
}

// ExecutionMode says what happens to a commit that is pushed while another one is being deployed.
type ExecutionMode string

const (
	// ExecutionSuperseded lets it overtake others that wait.
	ExecutionSuperseded ExecutionMode = "superseded"
	// ExecutionQueued makes it wait for its turn.
	ExecutionQueued ExecutionMode = "queued"
)

// Values are both modes.
func (ExecutionMode) Values() []string {
	return []string{string(ExecutionSuperseded), string(ExecutionQueued)}
}

// ComputeType is the size of a machine of CodeBuild.
type ComputeType string

const (
	// ComputeSmall is BUILD_GENERAL1_SMALL.
	ComputeSmall ComputeType = "small"
	// ComputeMedium is BUILD_GENERAL1_MEDIUM.
	ComputeMedium ComputeType = "medium"
	// ComputeLarge is BUILD_GENERAL1_LARGE.
	ComputeLarge ComputeType = "large"
)

// Values are all sizes.
func (ComputeType) Values() []string {
	return []string{string(ComputeSmall), string(ComputeMedium), string(ComputeLarge)}
}

func (c *CodePipeline) setDefaults() {
	*c = CodePipeline{Enabled: true, ExecutionMode: ExecutionSuperseded, ComputeType: ComputeMedium, LogRetentionDays: 365}
	c.Approval.setDefaults()
}

func (a *CodePipelineApproval) setDefaults() { *a = CodePipelineApproval{TimeoutHours: 7 * 24} }

// CodePipelineEnabled reports whether a pipeline in AWS delivers the environment.
func (e *Environment) CodePipelineEnabled() bool { return e.CodePipeline != nil }

// BuildsBucket holds what the builds of the pipeline hand to each other, as given to Environment.BucketName.
const BuildsBucket = "builds"

// The builds of a pipeline. Those that plan and apply the stack with the software in the cluster have ServingBuilds behind their names.
const (
	TestBuild, PlanBuild, ApplyBuild, DriftBuild = "test", "plan", "apply", "drift"
	ServingBuilds                                = "-" + ServingSuffix
)

// CodeBuildRole is the name of the role of a build whose owner's names begin with prefix.
func CodeBuildRole(prefix, build string) string { return prefix + "-codebuild-" + build }

// CodePipelineRole is the name of a role of the pipeline itself: service, start, or that which starts a build of drift.
func CodePipelineRole(prefix, part string) string { return prefix + "-codepipeline-" + part }

// setDerivedCodePipeline fills in what follows from the environment, and switches GitHub off where nobody asked for it:
// one of the two deploys.
func (e *Environment) setDerivedCodePipeline(f *file) {
	if e.CodePipeline != nil && !e.CodePipeline.Enabled {
		e.CodePipeline = nil
	}
	if e.CodePipeline == nil {
		return
	}
	if !f.has("github") {
		e.GitHub = &GitHub{}
	}
	if !f.has("codePipeline.approval.required") {
		e.CodePipeline.Approval.Required = e.Protect
	}
}
