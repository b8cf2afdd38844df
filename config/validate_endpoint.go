package config

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	endpointNamePattern = lazyregexp.New(`^[a-z0-9](-*[a-z0-9]){0,62}$`) // ARNs have no capitals
)

func (e environmentFile) validateEndpoint() {
	const path = "endpoint"
	f, p := e.file, e.Endpoint
	groups := e.ModelPackageGroups()
	switch {
	case len(groups) == 0:
		f.add(path, "", "needs training or automation, whose models it serves", "add one of them, or remove endpoint")
	case !contains(groups, p.ModelPackageGroup) && known(groups...):
		f.add(path+".modelPackageGroup", p.ModelPackageGroup, quote(p.ModelPackageGroup)+" is no model package group of this environment", "use "+problem.Choices(groups)+didYouMean(p.ModelPackageGroup, groups))
	}
	if f.has(path+".name") && (!endpointNamePattern.MatchString(p.Name) || !e.begins(p.Name, "-")) {
		f.add(path+".name", p.Name, quote(p.Name)+" is no name of an endpoint here",
			fmt.Sprintf("use up to 63 lower-case letters, digits and hyphens, beginning with %s-, which is what the environment's deployment may make", e.Prefix()))
	}
	e.validateServing()
	e.validateEndpointDeployment()
	if d := p.DataCapture; d != nil && f.checkFolder(path+".dataCapture.prefix", d.Prefix) {
		for _, each := range e.folders() {
			if within(d.Prefix, each.folder) || within(each.folder, d.Prefix) {
				f.add(path+".dataCapture.prefix", d.Prefix, fmt.Sprintf("%s and %s, %s, lie in each other", quote(d.Prefix), each.path, quote(each.folder)), "keep requests in a folder of their own")
			}
		}
	}
	f.checkMapLimits(path+".environment", p.Environment, "EnvironmentMap")
	f.checkValues(path+".environment", p.Environment)
	e.checkExpiration()
	f.checkRetention(path+".logRetentionDays", p.LogRetentionDays)
}

// checkExpiration keeps the lifecycle of a bucket from deleting the model that the endpoint serves: new instances would not start.
func (e environmentFile) checkExpiration() {
	if e.Storage == nil {
		return
	}
	group := e.Endpoint.ModelPackageGroup
	for _, each := range []struct {
		serves bool
		path   string
		bucket Bucket
	}{
		{e.Training != nil && e.Training.ModelPackageGroup == group, "storage.models.expirationDays", e.Storage.Models},
		{e.Automation != nil && e.Automation.Register.ModelPackageGroup == group, "storage.data.expirationDays", e.Storage.Data},
	} {
		if days := each.bucket.ExpirationDays; each.serves && days > 0 && e.file.readable(each.path) {
			e.file.add(each.path, fmt.Sprint(days), fmt.Sprintf("would delete the model that endpoint serves after %d days", days), "remove it")
		}
	}
}

// A folder of the data bucket, and the key that says so.
type folder struct{ path, folder string }

// folders are those of the data bucket that training and automation use.
func (e environmentFile) folders() []folder {
	var all []folder
	if e.Training != nil {
		all = append(all, folder{"training.dataPrefix", e.Training.DataPrefix}, folder{"what training prepares", PreparedPrefix})
	}
	if e.Automation != nil {
		all = append(all, folder{"automation.dataPrefix", e.Automation.DataPrefix}, folder{"automation.folder", e.Automation.Folder})
	}
	return all
}

// validateServing holds against each other what the endpoint runs on.
func (e environmentFile) validateServing() {
	const path = "endpoint"
	f, p := e.file, e.Endpoint
	if s := p.Serverless; s != nil {
		for _, key := range []string{"instanceType", "instanceCount", "autoscaling", "dataCapture"} {
			if f.has(path + "." + key) {
				f.add(path+"."+key, "", "does not go with serverless", "remove one of them")
			}
		}
		if p.Network {
			f.add(path+".network", "true", "does not go with serverless, which SageMaker runs in its own network", "remove one of them")
		}
		size := sagemaker.Serverless{MemoryMB: s.MemoryMB, MaxConcurrency: s.MaxConcurrency, ProvisionedConcurrency: s.ProvisionedConcurrency}
		for _, each := range size.Refusals() {
			f.add(path+".serverless."+each.Field, "", each.Message, each.Fix)
		}
		if e.Partition() == "aws-cn" {
			f.add(path+".serverless", "", "is not offered in the regions of China", "remove it, and give an instanceType")
		}
		return
	}
	e.checkMLInstance(path+".instanceType", p.InstanceType, awsfacts.Hosting)
	if a := p.Autoscaling; a != nil && f.readable(path+".autoscaling") {
		if a.Max < a.Min {
			f.add(path+".autoscaling.max", fmt.Sprint(a.Max), fmt.Sprintf("%d is less than min, %d", a.Max, a.Min), "make it larger, or min smaller")
		} else if f.has(path+".instanceCount") && (p.InstanceCount < a.Min || p.InstanceCount > a.Max) {
			f.add(path+".instanceCount", fmt.Sprint(p.InstanceCount), fmt.Sprintf("%d is outside of autoscaling, %d to %d", p.InstanceCount, a.Min, a.Max), "remove it for autoscaling's min")
		}
		if instance, ok := sagemaker.ParseInstance(p.InstanceType); ok && instance.Family == "t2" {
			f.add(path+".autoscaling", "", p.InstanceType+" cannot be scaled", "remove autoscaling, or use another instance type")
		}
	}
	if p.Network {
		e.checkJobNetwork(path + ".network")
	}
}

// maxDeploymentMinutes is what SageMaker allows.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html
const maxDeploymentMinutes = 8 * 60

func (e environmentFile) validateEndpointDeployment() {
	const path = "endpoint.deployment"
	f, p := e.file, e.Endpoint
	d := p.Deployment
	if strings.HasPrefix(p.InstanceType, "ml.inf1.") {
		f.add("endpoint.instanceType", p.InstanceType, quote(p.InstanceType)+" has no deployment that goes back", "use another instance type, such as ml.inf2.xlarge")
	}
	if !f.readable(path) {
		return
	}
	if f.has(path + ".stepPercent") {
		switch {
		case d.Traffic == TrafficAllAtOnce:
			f.add(path+".stepPercent", fmt.Sprint(d.StepPercent), "has no meaning with allAtOnce", "remove it, or set traffic: canary, traffic: linear or traffic: rolling")
		case d.Traffic == TrafficLinear && d.StepPercent < 10:
			f.add(path+".stepPercent", fmt.Sprint(d.StepPercent), fmt.Sprintf("%d is too small for linear", d.StepPercent), "use 10 to 50")
		case d.Traffic == TrafficRolling && d.StepPercent < 5:
			f.add(path+".stepPercent", fmt.Sprint(d.StepPercent), fmt.Sprintf("%d is too small for rolling", d.StepPercent), "use 5 to 50")
		}
	}
	if d.Traffic == TrafficRolling {
		e.validateRolling()
	}
	if takes := d.leastMinutes(); takes > maxDeploymentMinutes && d.StepPercent <= 50 {
		f.add(path+".bakingMinutes", fmt.Sprint(d.BakingMinutes), fmt.Sprintf("%d makes a deployment last %d minutes, SageMaker allows %d", d.BakingMinutes, takes, maxDeploymentMinutes), "make it shorter, or stepPercent larger")
	}
}

// validateRolling: batches are half of the instances at most, and one instance at least.
func (e environmentFile) validateRolling() {
	const path = "endpoint.deployment"
	f, p := e.file, e.Endpoint
	d := p.Deployment
	if f.has(path+".keepOldMinutes") && d.KeepOldMinutes != 0 {
		f.add(path+".keepOldMinutes", fmt.Sprint(d.KeepOldMinutes), "has no meaning with rolling, in which old instances go batch by batch", "remove it")
	}
	if p.Serverless != nil {
		f.add(path+".traffic", string(d.Traffic), "rolling does not go with serverless, which has no instances", "remove one of them")
		return
	}
	fewest := p.fewestInstances()
	if fewest < 1 || !f.readable("endpoint") {
		return // said by others
	}
	if fewest == 1 {
		fix := "set endpoint.instanceCount to 2 or more"
		if p.Autoscaling != nil {
			fix = "set endpoint.autoscaling.min to 2 or more"
		}
		f.add(path+".traffic", string(d.Traffic), "rolling replaces half of the instances at most, and there may be only one", fix+", or use another traffic")
	} else if least := p.oneInstance(); d.StepPercent >= 5 && d.StepPercent < least {
		f.add(path+".stepPercent", fmt.Sprint(d.StepPercent), fmt.Sprintf("%d %% of %d instances is less than one", d.StepPercent, fewest), fmt.Sprintf("use %d or more", least))
	}
}
