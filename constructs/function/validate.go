package function

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern    = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)
	idPattern      = lazyregexp.New(`^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$`)
	rulePattern    = lazyregexp.New(`^[A-Za-z0-9_.-]{1,64}$`)
	servicePattern = lazyregexp.New(`^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$`)
	sourcePattern  = lazyregexp.New(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:[0-9]{12})?:[^*]+\*?(?:/[^*]*\*?)*$`)
	hashPattern    = lazyregexp.New(`^[A-Za-z0-9+/]{43}=$`)
	handlerPattern = lazyregexp.New(`^[^\s]{1,128}$`)
	// Runtimes whose support has ended: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
	endedPattern   = lazyregexp.New(`^(?:python(?:2|3\.[0-7]$)|nodejs(?:[0-9]|1[0-4])?(?:\.|$)|ruby2|dotnetcore|dotnet[57]|java8$)`)
	layerPattern   = lazyregexp.New(`:layer:[A-Za-z0-9_-]+:[0-9]+$`)
	runtimePattern = lazyregexp.New(`^(?:(?:nodejs|python|java|ruby|dotnet)[0-9][0-9a-z.]*|provided\.al[0-9]+)$`)
	variable       = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_]+$`)
)

func between(problems *problem.List, path string, value, low, high int) {
	if value < low || value > high {
		problems.Addf(path, "%d is out of range; use %d to %d", value, low, high)
	}
}

func checkID(problems *problem.List, id string) {
	if !idPattern.MatchString(id) {
		problems.Addf("id", "%q is no id; use 1 to 30 lower-case letters, digits and hyphens", id)
	}
}

func checkKey(problems *problem.List, key string) { problems.Add("", arn.CheckKey("keyARN", key)) }

func checkWindow(problems *problem.List, window time.Duration) {
	if window < 0 || window > 5*time.Minute || window%time.Second != 0 {
		problems.Addf("window", "%s is out of range; use 0 to 5m in whole seconds", window)
	}
}

func checkSource(problems *problem.List, path, value, service, prefix, what string) {
	if !arn.Is(value, service, prefix) {
		problems.Addf(path, "%q is no ARN of %s; write it like arn:aws:%s:us-west-2:123456789012:%sname", value, what, service, prefix)
	}
}

func (p Props) validate() error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a function; use 1 to 64 letters, digits, hyphens and underscores", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if len(p.Description) > 256 {
		problems.Addf("description", "has %d characters, 256 are allowed; shorten it", len(p.Description))
	}
	p.validateCode(&problems)
	if p.Architecture != X86 && p.Architecture != ARM64 {
		problems.Addf("architecture", "%q is unknown; use %s or %s", p.Architecture, X86, ARM64)
	}
	between(&problems, "memoryMB", p.MemoryMB, 128, 10_240)
	between(&problems, "diskMB", p.DiskMB, 512, 10_240)
	if p.Timeout < time.Second || p.Timeout > 15*time.Minute || p.Timeout%time.Second != 0 {
		problems.Addf("timeout", "%s is out of range; use 1s to 15m in whole seconds", p.Timeout)
	}
	if p.ReservedConcurrency != nil {
		between(&problems, "reservedConcurrency", *p.ReservedConcurrency, 0, 1000)
	}
	problems.Add("", containers.CheckEnvironment(p.Environment))
	size := 0
	for _, name := range slices.Sorted(maps.Keys(p.Environment)) {
		size += len(name) + len(p.Environment[name])
		if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "LAMBDA_") || !variable.MatchString(name) {
			problems.Addf(problem.Key("environment", name), "is a name that Lambda keeps for itself or does not take; use another, of two or more letters, digits and underscores, beginning with a letter")
		}
	}
	if size > 4096 {
		problems.Addf("environment", "has %d bytes, and Lambda takes 4096; let the function read a file or a parameter", size)
	}
	problems.Add("", p.Scope.CheckKey("keyARN", p.KeyARN))
	if n := p.Network; n != nil {
		firewall.CheckVPC(&problems, "network.vpcID", n.VPCID)
		firewall.CheckSubnets(&problems, "network.subnetIDs", n.SubnetIDs, 1, "and a function needs one")
		firewall.CheckRanges(&problems, "network.destinations", n.Destinations)
	}
	p.Failures.validate(&problems, "failures")
	p.Successes.validate(&problems, "successes")
	between(&problems, "retries", *p.Retries, 0, 2)
	if p.MaxAge < time.Minute || p.MaxAge > 6*time.Hour || p.MaxAge%time.Second != 0 {
		problems.Addf("maxAge", "%s is out of range; use 1m to 6h in whole seconds", p.MaxAge)
	}
	rule.LogRetention(&problems, "logRetentionDays", p.LogRetentionDays)
	problems.Add("", p.Scope.CheckKey("logKeyARN", p.LogKeyARN))
	if p.Alarms.Errors < 1 {
		problems.Addf("alarms.errors", "%d is out of range; use 1 or more", p.Alarms.Errors)
	}
	problems.Add("", p.Scope.CheckTopics("alarms.topicARNs", p.Alarms.TopicARNs))
	problems.Add("", p.roleChoice().Validate())
	return problems.Err()
}

func (p Props) validateCode(problems *problem.List) {
	switch {
	case p.Image == nil && p.Zip == nil:
		problems.Addf("image", "and zip are both missing; give the code")
	case p.Image != nil && p.Zip != nil:
		problems.Addf("zip", "does not go with image; drop one of them")
	}
	if i := p.Image; i != nil {
		if err := containers.CheckImage(i.URI, i.ImmutableTag); err != nil {
			problems.Addf("image.uri", "%v", err)
		} else if !token.Is(i.URI) && containers.Repository(i.URI) == "" {
			problems.Addf("image.uri", "%q is not in ECR, from which alone Lambda pulls; copy it into a repository", i.URI)
		} else {
			problems.Add("", p.Scope.CheckRegion("image.uri", containers.Repository(i.URI)))
		}
	}
	z := p.Zip
	if z == nil {
		return
	}
	switch {
	case z.Object == nil && z.File == "":
		problems.Addf("zip.object", "and file are both missing; say where the archive is")
	case z.Object != nil && z.File != "":
		problems.Addf("zip.file", "does not go with object; drop one of them")
	}
	if z.Hash == "" && (z.Object == nil || z.Object.Version == "") {
		problems.Addf("zip.hash", "is missing, and a change of the code would not be seen; give the SHA-256 of the archive in base64, see FileHash")
	} else if z.Hash != "" && !token.Is(z.Hash) && !hashPattern.MatchString(z.Hash) {
		problems.Addf("zip.hash", "%q is no SHA-256 in base64; see FileHash", z.Hash)
	}
	if o := z.Object; o != nil {
		if !token.Is(o.Bucket) && !awsfacts.IsBucketName(o.Bucket) {
			problems.Addf("zip.object.bucket", "%q is no name of a bucket; use 3 to 63 lower-case letters, digits, hyphens and dots", o.Bucket)
		}
		if o.Key == "" || len(o.Key) > 1024 {
			problems.Addf("zip.object.key", "has %d characters, 1 to 1,024 are allowed; name the object", len(o.Key))
		}
	}
	if !handlerPattern.MatchString(z.Handler) {
		problems.Addf("zip.handler", "%q is no handler; write it like app.handler", z.Handler)
	}
	if !runtimePattern.MatchString(z.Runtime) {
		problems.Addf("zip.runtime", "%q is no runtime; write it like python3.13", z.Runtime)
	} else if endedPattern.MatchString(z.Runtime) {
		problems.Addf("zip.runtime", "%q has no support by Lambda any more; use a newer one, such as python3.13", z.Runtime)
	}
	if len(z.LayerARNs) > 5 {
		problems.Addf("zip.layerARNs", "has %d layers; a function takes 5", len(z.LayerARNs))
	}
	for i, layer := range z.LayerARNs {
		if !arn.Is(layer, "lambda", "layer:") || !token.Is(layer) && !layerPattern.MatchString(layer) {
			problems.Addf(problem.Index("zip.layerARNs", i), "%q is no ARN of a version of a layer; write it like arn:aws:lambda:us-west-2:123456789012:layer:name:1", layer)
		}
		problems.Add("", p.Scope.CheckRegion(problem.Index("zip.layerARNs", i), layer))
	}
}

func (d *Destination) validate(problems *problem.List, path string) {
	if d == nil {
		return
	}
	if _, known := sends[d.Type]; !known {
		problems.Addf(path+".type", "%q is unknown; use %s, %s, %s or %s", d.Type, Queue, Topic, Bus, Lambda)
	} else if !arn.Is(d.ARN, string(d.Type), "") {
		problems.Addf(path+".arn", "%q is no ARN of %s; write it like arn:aws:%s:us-west-2:123456789012:name", d.ARN, d.Type, d.Type)
	}
	problems.Add(path, arn.CheckKey("keyARN", d.KeyARN))
}
