package endpoint

import (
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

func (p Props) validateVariants(problems *problem.List) {
	if n := len(p.Variants); n < 1 || n > maxVariants {
		problems.Addf("variants", "are %d, 1 to %d are allowed; give at least one model", n, maxVariants)
	}
	seen, weight := map[string]bool{}, 0
	for i, v := range p.Variants {
		at := problem.Index("variants", i)
		p.validateVariant(problems, at, v)
		if seen[v.Name] {
			problems.Addf(at+".name", "%q is used twice; give each variant its own name", v.Name)
		}
		seen[v.Name] = true
		weight += max(0, *v.Weight)
		if v.Autoscaling != nil {
			p.validateAutoscaling(problems, at+".autoscaling", v, *v.Autoscaling)
		}
	}
	if len(p.Variants) > 0 && weight == 0 {
		problems.Addf("variants", "have no weight, so that no request would be answered; give one of them a weight")
	}
}

// validateShadow checks the shadow and refuses endpoints that cannot have one.
// https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests-exclusions.html
func (p Props) validateShadow(problems *problem.List) {
	if p.Shadow == nil {
		return
	}
	v := *p.Shadow
	p.validateVariant(problems, "shadow", v)
	if len(p.Variants) > 1 {
		problems.Addf("shadow", "needs an endpoint with one variant, and there are %d; remove the shadow or the other variants", len(p.Variants))
	}
	if len(p.Variants) == 1 && v.Name == p.Variants[0].Name {
		problems.Addf("shadow.name", "%q is the name of the variant; give the shadow its own", v.Name)
	}
	if *v.Weight == 0 {
		problems.Addf("shadow.weight", "0 copies no requests; give a weight or remove the shadow")
	}
	if v.Serverless != nil {
		problems.Addf("shadow.serverless", "shadows run on instances; give an instanceType")
	}
	if v.Autoscaling != nil {
		problems.Addf("shadow.autoscaling", "shadows are not scaled; remove it and give an instanceCount")
	}
	if p.Async != nil {
		problems.Addf("shadow", "asynchronous endpoints have none; remove it")
	}
	if p.inf1() {
		problems.Addf("shadow", "endpoints with Inf1 instances have none; remove it or use other instances")
	}
}

var amiPattern = lazyregexp.New(`^al2[a-z0-9-]*-ami-sagemaker-inference-[a-z0-9-]+$`)

func (p Props) validateVariant(problems *problem.List, at string, v Variant) {
	problems.Add("", sagemaker.CheckName(at+".name", v.Name))
	p.validateModel(problems, at+".model", v.Model)
	if *v.Weight < 0 {
		problems.Addf(at+".weight", "%d is negative; use 0 or more", *v.Weight)
	}
	switch {
	case v.Serverless == nil && v.InstanceType == "":
		problems.Addf(at, "has neither instanceType nor serverless; give one of them")
	case v.Serverless != nil:
		validateMemory(problems, at, v)
		return
	}
	if v.InstanceType != "" {
		awsfacts.ReportMLInstance(problems, at+".instanceType", v.InstanceType, awsfacts.Hosting)
	}
	if v.InstanceCount < 1 {
		problems.Addf(at+".instanceCount", "%d is out of range; use 1 or more", v.InstanceCount)
	}
	switch {
	case v.VolumeGB < 0 || v.VolumeGB > 512:
		problems.Addf(at+".volumeGB", "%d is out of range; use 1 to 512", v.VolumeGB)
	case v.VolumeGB > 0 && sagemaker.HasDisks(v.InstanceType):
		problems.Addf(at+".volumeGB", "%s has disks of its own, whose size is fixed; remove it", v.InstanceType)
	}
	for _, timeout := range []struct {
		path  string
		value time.Duration
	}{{at + ".startupTimeout", v.StartupTimeout}, {at + ".downloadTimeout", v.DownloadTimeout}} {
		if d := timeout.value; d != 0 && (d < time.Minute || d > time.Hour || d%time.Second != 0) {
			problems.Addf(timeout.path, "%s is out of range; use 1m to 1h in whole seconds", d)
		}
	}
	if v.Routing != "" && v.Routing != RandomInstance && v.Routing != LeastOutstandingRequests {
		problems.Addf(at+".routing", "%q is unknown; use %s or %s", v.Routing, RandomInstance, LeastOutstandingRequests)
	}
	if v.InferenceAMI != "" && !amiPattern.MatchString(v.InferenceAMI) {
		problems.Addf(at+".inferenceAMI", "%q is no image of SageMaker; write it like al2-ami-sagemaker-inference-gpu-2", v.InferenceAMI)
	}
}

// validateMemory checks a serverless variant, which has nothing of what instances have.
func validateMemory(problems *problem.List, at string, v Variant) {
	for _, field := range []struct {
		path string
		set  bool
	}{
		{"instanceType", v.InstanceType != ""}, {"instanceCount", v.InstanceCount != 0}, {"volumeGB", v.VolumeGB != 0}, {"startupTimeout", v.StartupTimeout != 0},
		{"downloadTimeout", v.DownloadTimeout != 0}, {"routing", v.Routing != ""}, {"inferenceAMI", v.InferenceAMI != ""},
	} {
		if field.set {
			problems.Addf(at+"."+field.path, "is for instances, and the variant is serverless; remove one of them")
		}
	}
	for _, each := range sagemaker.Serverless(*v.Serverless).Refusals() {
		problems.Addf(at+".serverless."+each.Field, "%s", each.Text())
	}
}

func (p Props) validateModel(problems *problem.List, at string, m Model) {
	problems.Add("", sagemaker.CheckEnvironment(at+".environment", "EnvironmentMap", m.Environment))
	switch {
	case m.PackageARN == "" && m.Image == "":
		problems.Addf(at, "has neither packageARN nor image; give one of them")
		return
	case m.PackageARN != "":
		if !arn.Is(m.PackageARN, "sagemaker", "model-package/") {
			problems.Addf(at+".packageARN", "%q is no ARN of a model package; write it like arn:aws:sagemaker:us-west-2:123456789012:model-package/group/1", m.PackageARN)
		}
		if m.Image != "" || m.DataURI != "" {
			problems.Addf(at, "has a packageARN, which brings its own image and data; remove image and dataURI, or the packageARN")
		}
		if p.RoleARN == "" && len(p.Access.ModelDataURIs) == 0 && len(p.Access.RepositoryARNs) == 0 {
			problems.Addf("access", "is missing: the role must read the data and pull the image of the package of %s; name them, or give a roleARN", strings.TrimSuffix(at, ".model"))
		}
		return
	}
	problems.Add("", sagemaker.CheckImage(at+".image", m.Image, p.Scope.Region))
	if token.Is(m.Image) && p.RoleARN == "" && len(p.Access.RepositoryARNs) == 0 {
		problems.Addf(at+".image", "%q is known to Terraform only, and the role must pull it; name its repository in access.repositoryARNs, or give a roleARN", m.Image)
	}
	if m.DataURI == "" {
		return
	}
	problems.Add("", sagemaker.CheckURI(at+".dataURI", m.DataURI, 1024))
	switch {
	case sagemaker.Opaque(m.DataURI, "s3://"):
		if p.RoleARN == "" && len(p.Access.ModelDataURIs) == 0 {
			problems.Addf(at+".dataURI", "%q is known to Terraform only, and the role must read it; name its folder in access.modelDataURIs, or give a roleARN", m.DataURI)
		}
	case !strings.HasSuffix(m.DataURI, ".tar.gz") && !strings.HasSuffix(m.DataURI, "/") && strings.HasPrefix(m.DataURI, "s3://"):
		problems.Addf(at+".dataURI", "%q is neither an archive, which ends with .tar.gz, nor a folder, which ends with a slash; name one of them", m.DataURI)
	}
}

var (
	schedulePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,256}$`)
	timePattern     = lazyregexp.New(`^(cron\(\S+( \S+){5}\)|rate\([1-9][0-9]* (minute|minutes|hour|hours|day|days)\)|at\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\))$`)
	zonePattern     = lazyregexp.New(`^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`)
)

func (p Props) validateAutoscaling(problems *problem.List, at string, v Variant, s Autoscaling) {
	if s.Max < 1 || s.Max < s.Min {
		problems.Addf(at+".max", "%d is out of range; use the min of %d or more", s.Max, s.Min)
	}
	if s.Min < 0 {
		problems.Addf(at+".min", "%d is negative; use 1 or more, or toZero", s.Min)
	}
	if s.ToZero && s.Min > 0 {
		problems.Addf(at+".min", "%d and toZero contradict each other; remove one of them", s.Min)
	}
	if s.ToZero && p.Async == nil {
		problems.Addf(at+".toZero", "works with asynchronous endpoints only; use async, or serverless, which scales to zero by itself")
	}
	if strings.HasPrefix(v.InstanceType, "ml.t2.") {
		problems.Addf(at, "does not work with burstable instances such as %s; use another type", v.InstanceType)
	}
	p.validateTarget(problems, at, v, s)
	if v.InstanceCount != 0 && s.Max >= 1 && (v.InstanceCount > s.Max || v.InstanceCount < s.Min) {
		problems.Addf(strings.TrimSuffix(at, ".autoscaling")+".instanceCount", "%d is not between the min of %d and the max of %d of autoscaling; leave it out or change it", v.InstanceCount, s.Min, s.Max)
	}
	for _, cooldown := range []struct {
		path  string
		value time.Duration
	}{{at + ".scaleOutCooldown", s.ScaleOutCooldown}, {at + ".scaleInCooldown", s.ScaleInCooldown}} {
		if d := cooldown.value; d < time.Second || d > time.Hour || d%time.Second != 0 {
			problems.Addf(cooldown.path, "%s is out of range; use 1s to 1h in whole seconds", d)
		}
	}
	seen := map[string]bool{}
	for i, schedule := range s.Schedules {
		where := problem.Index(at+".schedules", i)
		validateSchedule(problems, where, schedule, p.Async != nil && s.ToZero)
		if seen[schedule.Name] {
			problems.Addf(where+".name", "%q is used twice; give each schedule its own name", schedule.Name)
		}
		seen[schedule.Name] = true
	}
}

// validateTarget checks that the target is the one of the endpoint's kind.
func (p Props) validateTarget(problems *problem.List, at string, v Variant, s Autoscaling) {
	targets := []struct {
		path  string
		value int
		use   bool
	}{
		{"invocationsPerInstance", s.InvocationsPerInstance, p.Async == nil && v.Serverless == nil},
		{"backlogPerInstance", s.BacklogPerInstance, p.Async != nil},
		{"utilizationPercent", s.UtilizationPercent, v.Serverless != nil && p.Async == nil},
	}
	right := ""
	for _, target := range targets {
		if target.use {
			right = target.path
		}
	}
	for _, target := range targets {
		switch {
		case !target.use && target.value != 0:
			problems.Addf(at+"."+target.path, "is not what this endpoint scales by; use %s", right)
		case target.use && target.value < 1 && target.path == "invocationsPerInstance":
			problems.Addf(at+"."+target.path, "%d is out of range; give the requests per minute that one instance answers well", target.value)
		case target.use && target.value < 1:
			problems.Addf(at+"."+target.path, "%d is out of range; use 1 or more", target.value)
		}
	}
	if v.Serverless == nil {
		return
	}
	if v.Serverless.ProvisionedConcurrency == 0 {
		problems.Addf(at, "changes the provisioned concurrency, and there is none; give serverless.provisionedConcurrency, or remove it: serverless variants scale by themselves")
	}
	if s.UtilizationPercent >= 1 && s.UtilizationPercent < 10 || s.UtilizationPercent > 90 {
		problems.Addf(at+".utilizationPercent", "%d is out of range; use 10 to 90", s.UtilizationPercent)
	}
	if s.Max > v.Serverless.MaxConcurrency {
		problems.Addf(at+".max", "%d is more than the maxConcurrency of %d; lower one or raise the other", s.Max, v.Serverless.MaxConcurrency)
	}
}

func validateSchedule(problems *problem.List, at string, s ScheduledScaling, zero bool) {
	if !schedulePattern.MatchString(s.Name) {
		problems.Addf(at+".name", "%q is no name; use 1 to 256 letters, digits, hyphens and underscores", s.Name)
	}
	if !timePattern.MatchString(s.Expression) {
		problems.Addf(at+".expression", "%q is no schedule; write it like cron(0 7 ? * MON-FRI *), rate(1 hour) or at(2026-01-31T07:00:00)", s.Expression)
	}
	if s.TimeZone != "" && (!zonePattern.MatchString(s.TimeZone) || strings.HasPrefix(s.Expression, "rate(")) {
		problems.Addf(at+".timeZone", "%q is no time zone for this expression; write it like Europe/Berlin, with cron or at", s.TimeZone)
	}
	if s.Min == nil && s.Max == nil {
		problems.Addf(at, "changes neither min nor max; give at least one of them")
	}
	least := 1
	if zero {
		least = 0
	}
	if s.Min != nil && *s.Min < least {
		problems.Addf(at+".min", "%d is out of range; use %d or more", *s.Min, least)
	}
	if s.Max != nil && *s.Max < least {
		problems.Addf(at+".max", "%d is out of range; use %d or more", *s.Max, least)
	}
	if s.Min != nil && s.Max != nil && *s.Max < *s.Min {
		problems.Addf(at+".max", "%d is less than the min of %d; swap them", *s.Max, *s.Min)
	}
}
