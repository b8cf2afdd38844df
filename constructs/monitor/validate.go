package monitor

import (
	"cmp"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

func (p Props) withDefaults() Props {
	p.CaptureURI = folder(p.CaptureURI)
	if p.Transform != nil {
		p.Transform = &Transform{CapturedURI: folder(p.Transform.CapturedURI), Format: p.Transform.Format}
	}
	if p.EndpointARN == "" && p.EndpointName != "" && !token.Is(p.EndpointName) {
		// SageMaker writes names in ARNs in lower case.
		p.EndpointARN = p.Scope.Regional("sagemaker", "endpoint/"+strings.ToLower(p.EndpointName))
	}
	p.EveryHours = cmp.Or(p.EveryHours, 24)
	p.MaxRuntime = cmp.Or(p.MaxRuntime, 30*time.Minute)
	p.InstanceType = cmp.Or(p.InstanceType, "ml.m5.xlarge")
	p.InstanceCount = cmp.Or(p.InstanceCount, 1)
	p.VolumeGB = cmp.Or(p.VolumeGB, 20)
	if p.RoleName == "" && p.RoleARN == "" {
		p.RoleName = p.Name
	}
	drifts := make([]Drift, len(p.Drifts))
	for i, drift := range p.Drifts {
		drift.Threshold = cmp.Or(drift.Threshold, 0.1)
		drifts[i] = drift
	}
	p.Drifts = drifts
	return p
}

// validate checks everything that can be known before the first resource is made.
func (p Props) validate() error {
	var problems problem.List
	problems.Add("", sagemaker.CheckName("name", p.Name))
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	p.validateInput(&problems)
	p.validateImage(&problems)
	p.validateFiles(&problems)
	problems.Add("", sagemaker.CheckEnvironment("environment", "MonitoringEnvironmentMap", p.Environment))
	if _, set := p.Environment[publish]; set {
		problems.Addf("environment", "has %s, which is always Enabled here; remove it", publish)
	}
	p.validateJob(&problems)
	problems.Add("", iam.RoleChoice{ARN: p.RoleARN, Name: p.RoleName, PermissionsBoundary: p.PermissionsBoundary}.Validate())
	p.validateDrifts(&problems)
	return problems.Err()
}

func (p Props) validateInput(problems *problem.List) {
	switch {
	case (p.EndpointName == "") == (p.Transform == nil):
		problems.Addf("endpointName", "and transform are both given or both missing; give one of them")
	case p.Transform != nil:
		problems.Add("", sagemaker.CheckURI("transform.capturedURI", p.Transform.CapturedURI, 512))
		if f := p.Transform.Format; f != CSV && f != CSVWithHeader && f != JSON && f != JSONLines {
			problems.Addf("transform.format", "%q is unknown; use %s, %s, %s or %s", f, CSV, CSVWithHeader, JSON, JSONLines)
		}
		if p.CaptureURI != "" || p.EndpointARN != "" {
			problems.Addf("transform", "goes with neither captureURI nor endpointARN, which are for endpoints; remove them")
		}
	default:
		if !token.Is(p.EndpointName) {
			problems.Add("", sagemaker.CheckName("endpointName", p.EndpointName))
		}
		switch {
		case p.EndpointARN == "" && p.RoleARN == "":
			problems.Addf("endpointARN", "is missing, and the name %q is known to Terraform only; give the ARN too, or a roleARN", p.EndpointName)
		case p.EndpointARN != "" && !arn.Is(p.EndpointARN, "sagemaker", "endpoint/"):
			problems.Addf("endpointARN", "%q is no ARN of an endpoint; write it like arn:aws:sagemaker:us-west-2:123456789012:endpoint/name", p.EndpointARN)
		}
		if p.CaptureURI == "" && p.RoleARN == "" {
			problems.Addf("captureURI", "is missing, and the role could not read the captured data; name the S3 folder, or give a roleARN")
		} else if p.CaptureURI != "" {
			problems.Add("", sagemaker.CheckURI("captureURI", p.CaptureURI, 512))
		}
	}
}

// validateImage allows images of AWS without a tag: AWS publishes its analyzer under no other.
func (p Props) validateImage(problems *problem.List) {
	image := p.Image
	if !strings.HasPrefix(image, p.Scope.Account+".") && !token.Is(image) && !strings.Contains(image, "@") {
		image = strings.TrimSuffix(image, ":latest")
		if !strings.Contains(image, ":") {
			image += ":any"
		}
	}
	if p.Image == "" {
		problems.Addf("image", "is missing; name the analyzer of AWS for the region")
		return
	}
	problems.Add("", sagemaker.CheckImage("image", image, p.Scope.Region))
	if token.Is(p.Image) && p.RoleARN == "" {
		problems.Addf("image", "%q is known to Terraform only, and the role must pull it; write it out, or give a roleARN", p.Image)
	}
}

func (p Props) validateFiles(problems *problem.List) {
	problems.Add("", sagemaker.CheckURI("baseline.constraintsURI", p.Baseline.ConstraintsURI, 512))
	problems.Add("", sagemaker.CheckURI("baseline.statisticsURI", p.Baseline.StatisticsURI, 512))
	problems.Add("", sagemaker.CheckURI("outputURI", p.OutputURI, 512))
	if p.PreprocessorURI != "" {
		problems.Add("", sagemaker.CheckURI("preprocessorURI", p.PreprocessorURI, 512))
	}
	if p.PostprocessorURI != "" {
		problems.Add("", sagemaker.CheckURI("postprocessorURI", p.PostprocessorURI, 512))
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	for i, key := range p.CaptureKeyARNs {
		at := problem.Index("captureKeyARNs", i)
		if key == "" {
			problems.Addf(at, "is empty; give the ARN of a KMS key")
		}
		problems.Add("", arn.CheckKey(at, key))
	}
}

func (p Props) validateJob(problems *problem.List) {
	if p.EveryHours < 1 || p.EveryHours > 24 {
		problems.Addf("everyHours", "%d is out of range; use 1 to 24", p.EveryHours)
	}
	if p.AtHour < 0 || p.AtHour > 23 {
		problems.Addf("atHour", "%d is out of range; use 0 to 23", p.AtHour)
	}
	if p.MaxRuntime < time.Minute || p.MaxRuntime > time.Hour || p.MaxRuntime%time.Second != 0 {
		problems.Addf("maxRuntime", "%s is out of range; use 1m to 1h in whole seconds", p.MaxRuntime)
	}
	awsfacts.ReportMLInstance(problems, "instanceType", p.InstanceType, awsfacts.Processing)
	if wrong := sagemaker.ProcessingInstances.Check(p.InstanceCount); wrong != "" {
		problems.Addf("instanceCount", "%s", wrong)
	}
	if p.VolumeGB < 1 || p.VolumeGB > 512 {
		problems.Addf("volumeGB", "%d is out of range; use 1 to 512", p.VolumeGB)
	}
	if p.VPC != nil {
		problems.Add("", sagemaker.CheckNetwork("vpc", p.VPC.SubnetIDs, p.VPC.SecurityGroupIDs))
	}
}

var featurePattern = lazyregexp.New(`^[A-Za-z0-9_.-]{1,180}$`)

func (p Props) validateDrifts(problems *problem.List) {
	seen := map[string]bool{}
	for i, drift := range p.Drifts {
		at := problem.Index("drifts", i)
		if !featurePattern.MatchString(drift.Feature) {
			problems.Addf(at+".feature", "%q cannot stand in names of metrics and alarms; use 1 to 180 letters, digits, dots, hyphens and underscores", drift.Feature)
		}
		if seen[drift.Feature] {
			problems.Addf(at+".feature", "%q is given twice; remove one", drift.Feature)
		}
		seen[drift.Feature] = true
		if drift.Threshold <= 0 || drift.Threshold >= 1 {
			problems.Addf(at+".threshold", "%g is out of range; use more than 0 and less than 1", drift.Threshold)
		}
	}
	if len(p.TopicARNs) > 0 && len(p.Drifts) == 0 {
		problems.Addf("topicARNs", "have no effect without drifts; name the features to raise an alarm for")
	}
	problems.Add("", p.Scope.CheckTopics("topicARNs", p.TopicARNs))
}
