package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

var (
	serviceNamePattern   = lazyregexp.New(`^[a-z](?:-?[a-z0-9])*$`)
	certificatePattern   = lazyregexp.New(`^certificate/[0-9a-f-]{36}$`)
	routeHostPattern     = lazyregexp.New(`^[a-z0-9.*?-]{1,128}$`)
	routePathPattern     = lazyregexp.New(`^/[A-Za-z0-9_.$/~"'@:+&*?=-]{0,127}$`)
	writablePattern      = lazyregexp.New(`^(?:/[A-Za-z0-9_.-]+)+$`)
	secretNamePattern    = lazyregexp.New(`:secret:([^:]+)-[A-Za-z0-9]{6}$`)
	serviceSecretsShared = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
)

const (
	maxRouteValues = 5
	// maxLoadBalancerPrefix leaves room for the hash of target groups and a hyphen before it: deployments reach what begins with the prefix.
	maxLoadBalancerPrefix = 24
)

func (e environmentFile) validateLoadBalancer() {
	const path = "loadBalancer"
	f, l := e.file, e.LoadBalancer
	e.checkSubnetsFor(path, l.Public)
	if n := len(e.Prefix()); n > maxLoadBalancerPrefix && known(e.Prefix()) {
		f.add(path, "", fmt.Sprintf("has target groups whose names begin with %s-, which has %d characters of the 32 that AWS takes", e.Prefix(), n+1),
			fmt.Sprintf("shorten the names of project and environment to %d together, with the hyphen between them", maxLoadBalancerPrefix))
	}
	switch {
	case l.Public && l.NoTLS:
		f.add(path+".noTls", "true", "does not go with public: what crosses the internet is encrypted", "remove it, and give names or certificateArn")
	case l.NoTLS && l.CertificateARN != "":
		f.add(path+".noTls", "true", "stands beside certificateArn", "keep one of them")
	case !l.NoTLS && l.CertificateARN == "" && len(l.Names) == 0 && f.readable(path):
		f.add(path, "", "has no certificate", "add hostedZoneId and names, for which one is made, or certificateArn, or noTls: true inside the network")
	}
	if len(l.AllowedCIDRs) == 0 && f.readable(path) && e.Network != nil && f.readable("network") {
		f.add(path+".allowedCidrs", "", "admits nobody", "name the ranges of the clients")
	}
	var problems problem.List
	rule.ClientRanges(&problems, path+".allowedCidrs", l.AllowedCIDRs)
	f.addList(problems)
	for _, zone := range []struct{ key, id string }{{"hostedZoneId", l.HostedZoneID}, {"validationZoneId", l.ValidationZoneID}} {
		if zone.id != "" {
			f.addErr(path+"."+zone.key, zone.id, rule.HostedZone(zone.id))
		}
	}
	if len(l.Names) > 0 && l.HostedZoneID == "" && f.readable(path) {
		f.add(path+".names", "", "need hostedZoneId, where their records are kept", "add it")
	} else if len(l.Names) == 0 && l.HostedZoneID != "" && f.readable(path) {
		f.add(path+".hostedZoneId", l.HostedZoneID, "has no meaning without names", "add names, or remove it")
	}
	if l.AccessLogBucket != "" {
		f.checkBucketName(path+".accessLogBucket", l.AccessLogBucket)
	}
	if l.ValidationZoneID != "" && (l.HostedZoneID == "" || l.CertificateARN != "" || l.NoTLS) {
		f.add(path+".validationZoneId", l.ValidationZoneID, "has no meaning where no certificate is made", "remove it")
	}
	if len(l.Names) > 10 {
		f.add(path+".names", "", fmt.Sprintf("has %d names", len(l.Names)), "ACM allows 10 on a certificate, use a wildcard")
	}
	for i, name := range l.Names {
		f.addErr(fmt.Sprintf("%s.names[%d]", path, i), name, rule.DomainName(name))
	}
	if arn := l.CertificateARN; arn != "" {
		parts := strings.SplitN(arn, ":", 6)
		if len(parts) != 6 || parts[0] != "arn" || parts[2] != "acm" || !certificatePattern.MatchString(parts[5]) {
			f.add(path+".certificateArn", arn, quote(arn)+" is no ARN of a certificate", fmt.Sprintf("write it like arn:%s:acm:%s:%s:certificate/ and its id", cmp.Or(e.Partition(), "aws"), e.Region, e.Account))
		} else if !e.inRegion(parts[3]) || !e.inAccount(parts[4]) {
			f.add(path+".certificateArn", arn, fmt.Sprintf("%s is in account %s, %s", quote(arn), parts[4], parts[3]), fmt.Sprintf("use one of account %s, %s, where the load balancer is", e.Account, e.Region))
		}
	}
}

// checkSubnetsFor checks that a load balancer has a place: subnets in two zones.
func (e environmentFile) checkSubnetsFor(path string, public bool) {
	f, n := e.file, e.Network
	tier, at := PrivateTier, path
	if public {
		tier, at = PublicTier, path+".public"
	}
	switch {
	case n == nil:
		f.add(path, "", "needs the network", f.provide("network")+", or remove "+path)
	case !f.readable("network"):
	case !n.HasTier(tier):
		f.add(at, "", fmt.Sprintf("needs %s subnets", tier), fmt.Sprintf("add %s to network.tiers, or name them in network.existing", tier))
	case n.subnetsOf(tier) < 2:
		f.add(at, "", fmt.Sprintf("needs %s subnets in two zones", tier), "set network.availabilityZones to 2 or more, or name two subnets")
	}
}

// subnetsOf is how many subnets a tier has.
func (n *Network) subnetsOf(tier Tier) int {
	if n.Existing == nil {
		return n.AvailabilityZones
	}
	return len(map[Tier][]string{PublicTier: n.Existing.PublicSubnetIDs, PrivateTier: n.Existing.PrivateSubnetIDs, IsolatedTier: n.Existing.IsolatedSubnetIDs}[tier])
}

func (e environmentFile) validateServices() {
	f := e.file
	e.checkTaskNetwork("services", slices.ContainsFunc(slices.Collect(maps.Values(e.Services)), func(s Service) bool { return len(s.Secrets) > 0 }))
	for _, name := range e.ServiceNames() {
		path := join("services", name)
		if !serviceNamePattern.MatchString(name) || len(name) > 20 {
			f.add(path, name, quote(name)+" is no name of a service here", "use up to 20 lower-case letters, digits and single hyphens, beginning with a letter")
		}
		e.checkServiceName(path, name)
		e.validateService(path, e.Services[name])
	}
}

// checkPriorities: each route of the load balancer has a number of its own, and one that some must sign in for has two.
func (e environmentFile) checkPriorities() {
	taken := map[int]string{}
	take := func(path string, first int, two bool) {
		if !e.file.readable(path) {
			return
		}
		numbers := []int{first}
		if two {
			numbers = append(numbers, first+1)
		}
		for i, n := range numbers {
			problem := fmt.Sprintf("%d is that of %s too", n, taken[n])
			if i > 0 {
				problem = fmt.Sprintf("%d takes %d for people who sign in, which is that of %s", first, n, taken[n])
			}
			if taken[n] != "" {
				e.file.add(path+".priority", fmt.Sprint(first), problem, "use another number")
			}
			taken[n] = path
		}
	}
	if e.MLflow != nil && e.MLflow.ECS != nil {
		take("mlflow.ecs", e.MLflow.ECS.Priority, e.MLflow.ECS.Authentication == MLflowSignInCognito && len(e.MLflow.ECS.ClientCIDRs) > 0)
	}
	if e.Workers != nil && e.Workers.Server != nil {
		take("workers.server", e.Workers.Server.Priority, e.Workers.Server.Cognito != nil && len(e.Workers.Server.ClientCIDRs) > 0)
	}
	for _, name := range e.ServiceNames() {
		if r := e.Services[name].Route; r != nil {
			take(join("services", name)+".route", r.Priority, len(r.ClientCIDRs) > 0)
		}
	}
}

// checkReached: a route gets no request where one with a lower number takes all that it would.
func (e environmentFile) checkReached() {
	routes := map[string]ServiceRoute{}
	if e.MLflow != nil && e.MLflow.ECS != nil {
		routes["mlflow.ecs"] = ServiceRoute{Priority: e.MLflow.ECS.Priority, Hosts: []string{e.MLflow.ECS.Host}}
	}
	if e.Workers != nil && e.Workers.Server != nil {
		routes["workers.server"] = ServiceRoute{Priority: e.Workers.Server.Priority, Hosts: []string{e.Workers.Server.Host}}
	}
	for _, name := range e.ServiceNames() {
		if r := e.Services[name].Route; r != nil {
			routes[join("services", name)+".route"] = *r
		}
	}
	takes := func(all string, values, others []string) bool {
		return len(values) == 0 || slices.Contains(values, all) || len(others) > 0 && !slices.ContainsFunc(others, func(each string) bool { return !slices.Contains(values, each) })
	}
	for _, name := range e.ServiceNames() {
		path := join("services", name) + ".route"
		for _, before := range slices.Sorted(maps.Keys(routes)) {
			late, early := routes[path], routes[before]
			if len(early.ClientCIDRs) > 0 && late.Priority == early.Priority+1 {
				continue // has been told: it takes the number of people who sign in
			}
			if early.Priority < late.Priority && takes("*", early.Hosts, late.Hosts) && takes("/*", early.Paths, late.Paths) && e.file.readable(path) && e.file.readable(before) {
				e.file.add(path+".priority", fmt.Sprint(late.Priority), fmt.Sprintf("%d comes after %s, which takes all of its requests with %d", late.Priority, before, early.Priority),
					"use a lower number, or other hosts or paths")
				break
			}
		}
	}
}

// checkTaskNetwork: tasks of ECS start with what they fetch through the network.
func (e environmentFile) checkTaskNetwork(path string, secrets bool) {
	f, n := e.file, e.Network
	switch {
	case n == nil:
		f.add(path, "", "needs the network", f.provide("network")+", or remove "+path)
	case !f.readable("network"):
	case !n.hasPrivateSubnets():
		f.add(path, "", "needs private subnets", "add private to network.tiers, or name them in network.existing.privateSubnetIds")
	case n.Existing == nil && n.NAT == NATNone:
		needed := []EndpointGroup{EndpointS3, EndpointECR, EndpointLogs}
		if secrets {
			needed = append(needed, EndpointSecrets)
		}
		var missing []string
		for _, each := range needed {
			if !contains(n.Endpoints, each) {
				missing = append(missing, string(each))
			}
		}
		if len(missing) > 0 {
			f.add(path, "", fmt.Sprintf("has no way to %s without NAT, so that no task could start", strings.Join(missing, ", ")), fmt.Sprintf("add %s to network.endpoints, or set network.nat to single or perZone", strings.Join(missing, ", ")))
		}
	}
}

func (e environmentFile) validateService(path string, s Service) {
	f := e.file
	e.checkImage(path+".image", TrainingImage(s.Image))
	if f.readable(path) {
		e.addProblems(path, containers.CheckSize(s.CPU, s.MemoryMB))
	}
	if h := s.Hours; h != nil && f.readable(path+".hours") {
		e.validateHoursOf(path+".hours", h.From, h.Until, h.TimeZone)
	}
	if t := s.Tasks; t.Max < t.Min && f.readable(path+".tasks") {
		f.add(path+".tasks.max", fmt.Sprint(t.Max), fmt.Sprintf("%d is less than min, %d", t.Max, t.Min), "make it larger, or min smaller")
	} else if t.Max == t.Min && f.readable(path+".tasks") {
		for _, key := range []string{"cpuPercent", "requestsPerMinute"} {
			if f.has(path + ".tasks." + key) {
				f.add(path+".tasks."+key, "", "has no meaning where max is not more than min", "raise max, or remove it")
			}
		}
	}
	if s.Tasks.RequestsPerMinute > 0 && s.Route == nil {
		f.add(path+".tasks.requestsPerMinute", fmt.Sprint(s.Tasks.RequestsPerMinute), "needs route, whose requests it counts", "add route, or remove it")
	}
	if s.ReadModels && e.Storage == nil {
		f.add(path+".readModels", "true", "needs storage", f.provide("storage")+", or remove it")
	}
	if s.ReadModels && s.Environment["MODELS_BUCKET"] != "" {
		f.add(path+".environment.MODELS_BUCKET", "", "is what readModels sets", "remove it")
	}
	e.addProblems(path, containers.CheckEnvironment(s.Environment))
	e.checkDefinitionSize(path, s)
	for _, name := range serviceSecretsShared {
		if s.Environment[name] != "" || s.Secrets[name] != (ServiceSecret{}) {
			f.add(path, name, name+" would take the place of the task's role", "remove it: the program has the role of its task")
		}
	}
	e.checkSecrets(path, s)
	for i, folder := range s.WritablePaths {
		if !writablePattern.MatchString(folder) {
			f.add(fmt.Sprintf("%s.writablePaths[%d]", path, i), folder, quote(folder)+" is no folder for a volume", "write it in full, such as /tmp")
		}
	}
	if s.Route != nil {
		e.checkRoute(path+".route", *s.Route)
	}
	f.checkRetention(path+".logRetentionDays", s.LogRetentionDays)
}

// addProblems records what other packages report of a section at path.
func (e environmentFile) addProblems(path string, err error) {
	var problems problem.List
	problems.Add(path, err)
	e.file.addList(problems)
}

// restOfDefinition is what everything else in a task definition takes less of: what the platform adds, and values that only Terraform knows.
const restOfDefinition = 8 * 1024

// checkDefinitionSize checks what the file makes of a task definition.
func (e environmentFile) checkDefinitionSize(path string, s Service) {
	container := containers.Container{Command: s.Command, Environment: s.Environment, Secrets: map[string]secretref.Ref{}}
	for name, secret := range s.Secrets {
		container.Secrets[name] = secretref.Ref{ARN: secret.ARN, JSONKey: secret.JSONKey}
	}
	if size, most := (containers.Task{Containers: []containers.Container{container}}).Size(), containers.MaxDefinition-restOfDefinition; size > most {
		e.file.add(path, "", fmt.Sprintf("makes %d bytes of a task definition with its command, variables and secrets", size), fmt.Sprintf("keep them below %d of the %d that ECS takes, let the program read a file", most, containers.MaxDefinition))
	}
}

// checkSecrets checks what a service gets from Secrets Manager.
func (e environmentFile) checkSecrets(path string, s Service) {
	f := e.file
	for _, name := range slices.Sorted(maps.Keys(s.Secrets)) {
		at, secret := join(path+".secrets", name), s.Secrets[name]
		if s.Environment[name] != "" {
			f.add(at, "", "is also among the environment variables", "keep one of them")
		}
		if !f.readable(at) {
			continue
		}
		e.checkSecret(at, secret)
	}
}

// checkKey checks the ARN of a KMS key: what is encrypted with it is in the environment's region, and keys of others do not go there.
func (e environmentFile) checkKey(path, key string) {
	found, err := rule.KeyARN(key)
	e.file.addErr(path, key, err)
	if err == nil && !e.inRegion(found.Region) {
		e.file.add(path, key, "is in "+found.Region, "use a key in "+e.Region)
	}
}

// checkSecret checks a reference to a secret or a parameter: the environment's boundary lets roles read those under its prefix only.
func (e environmentFile) checkSecret(at string, secret ServiceSecret) {
	f := e.file
	ref := secretref.Ref{ARN: secret.ARN, JSONKey: secret.JSONKey}
	if secret.KeyARN != "" {
		e.checkKey(at+".keyArn", secret.KeyARN)
	}
	if err := ref.Validate(); err != nil {
		e.addProblems(at, err)
		return
	}
	parts := strings.SplitN(secret.ARN, ":", 5)
	switch found := secretNamePattern.FindStringSubmatch(secret.ARN); {
	case !e.inRegion(parts[3]) || !e.inAccount(parts[4][:12]):
		f.add(at+".arn", secret.ARN, quote(secret.ARN)+" is in another account or region", fmt.Sprintf("use one of account %s, %s", e.Account, e.Region))
	case ref.Parameter():
		if !e.begins(strings.TrimPrefix(parts[4][12:], ":parameter/"), "/") {
			f.add(at+".arn", secret.ARN, quote(secret.ARN)+" is none of this environment's, whose roles read no others", "use a parameter whose name begins with /"+e.Prefix()+"/")
		}
	case found == nil || !e.begins(found[1], "-"):
		f.add(at+".arn", secret.ARN, quote(secret.ARN)+" is none of this environment's, whose roles read no others", "use a secret whose name begins with "+e.Prefix()+"-")
	}
}

func (e environmentFile) checkRoute(path string, r ServiceRoute) {
	f := e.file
	if e.LoadBalancer == nil {
		f.add(path, "", "needs the load balancer", f.provide("loadBalancer")+", or remove route")
	}
	if r.Cognito != nil {
		e.checkCognito(path+".cognito", *r.Cognito)
	} else if len(r.ClientCIDRs) > 0 && f.readable(path) {
		f.add(path+".clientCidrs", "", "has no meaning without cognito", "remove it, or add cognito:")
	}
	if len(r.ClientCIDRs) > 0 && r.Priority == 50000 {
		f.add(path+".priority", "50000", "50000 leaves no number for people who sign in", "use up to 49999")
	}
	var problems problem.List
	rule.ClientRanges(&problems, path+".clientCidrs", r.ClientCIDRs)
	f.addList(problems)
	what := "hosts and paths"
	if len(r.ClientCIDRs) > 0 {
		what = "hosts, paths and clientCidrs"
	}
	if n := len(r.Hosts) + len(r.Paths) + len(r.ClientCIDRs); n > maxRouteValues {
		f.add(path, "", fmt.Sprintf("has %d %s together", n, what), fmt.Sprintf("a load balancer takes %d, use wildcards", maxRouteValues))
	} else if len(r.Hosts)+len(r.Paths) == 0 && f.readable(path) {
		f.add(path, "", "fits no request", "name hosts or paths, such as paths: [/*]")
	}
	for i, host := range r.Hosts {
		if !routeHostPattern.MatchString(host) {
			f.add(fmt.Sprintf("%s.hosts[%d]", path, i), host, quote(host)+" is no host", "write it like api.example.com or *.example.com, in lower case")
		} else if l := e.LoadBalancer; !strings.ContainsAny(host, "*?") && l.makesNone(host) && l.CertificateARN == "" && f.readable("loadBalancer") {
			f.add(fmt.Sprintf("%s.hosts[%d]", path, i), host, quote(host)+" is none of the names that the certificate of the load balancer has", "add it to loadBalancer.names")
		}
	}
	for i, each := range r.Paths {
		if !routePathPattern.MatchString(each) {
			f.add(fmt.Sprintf("%s.paths[%d]", path, i), each, quote(each)+" is no path", "begin it with a slash, such as /api/*")
		}
	}
	if !routePathPattern.MatchString(r.Health) || strings.ContainsAny(r.Health, "*?") {
		f.add(path+".health", r.Health, quote(r.Health)+" is no path", "begin it with a slash, such as /health")
	}
}
