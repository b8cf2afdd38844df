package ecsservice

import (
	"time"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/constructs/internal/firewall"
	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	namePattern     = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_-]{0,199}$`)
	queuePattern    = lazyregexp.New(`^[A-Za-z0-9_-]{1,80}(?:\.fifo)?$`)
	labelPattern    = lazyregexp.New(`^app/[^/]+/[0-9a-f]+/targetgroup/[^/]+/[0-9a-f]+$`)
	dnsPattern      = lazyregexp.New(`^[a-z0-9](?:[a-z0-9.-]{0,125}[a-z0-9])?$`)
	schedulePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,256}$`)
)

// validate reports what is wrong with the task. That of a service may allow commands.
func (p TaskProps) validate(commands bool) error {
	var problems problem.List
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", "%q is no name of a service; use 1 to 200 letters, digits, hyphens and underscores, beginning with a letter or digit", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	if p.Cluster.Name == "" {
		problems.Addf("cluster.name", "is missing; name the cluster")
	}
	if !arn.Is(p.Cluster.ARN, "ecs", "cluster/") {
		problems.Addf("cluster.arn", "%q is no ARN of an ECS cluster; write it like arn:aws:ecs:us-west-2:123456789012:cluster/name", p.Cluster.ARN)
	}
	problems.Add("", p.Scope.CheckRegion("cluster.arn", p.Cluster.ARN))
	problems.Add("task", p.Task.Validate())
	if commands {
		if p.Cluster.CommandLogGroupARN == "" {
			problems.Addf("executeCommand", "would leave no record of the commands; give the cluster a log group for them")
		}
		for _, c := range p.Task.Containers {
			if !c.WritableRoot {
				problems.Addf("executeCommand", "works in no container with a read-only root, such as %s; set writableRoot, or drop executeCommand", c.Name)
			}
		}
	}
	for i, repository := range p.RepositoryARNs {
		if !arn.Is(repository, "ecr", "repository/") {
			problems.Addf(problem.Index("repositoryARNs", i), "%q is no ARN of a repository; write it like arn:aws:ecr:us-west-2:123456789012:repository/name", repository)
		}
	}
	rule.LogRetention(&problems, "logRetentionDays", p.LogRetentionDays)
	problems.Add("", p.Scope.CheckKey("logKeyARN", p.LogKeyARN))
	firewall.CheckVPC(&problems, "vpcID", p.VPCID)
	firewall.CheckRanges(&problems, "destinations", p.Destinations)
	if len(p.Statements) > 0 {
		problems.Add("permissions", policy.New(p.Statements...).Validate(policy.Identity))
		if p.TaskRoleARN != "" {
			problems.Addf("taskRoleARN", "gives an existing role, and statements are those of a role to make; keep one of them")
		}
	}
	for _, role := range []struct{ path, arn string }{{"taskRoleARN", p.TaskRoleARN}, {"executionRoleARN", p.ExecutionRoleARN}} {
		problems.Add("", problem.Rename(iam.RoleChoice{ARN: role.arn}.Validate(), "roleARN", role.path))
	}
	problems.Add("", iam.RoleChoice{PermissionsBoundary: p.PermissionsBoundary}.Validate())
	return problems.Err()
}

func (p Props) validate() error {
	var problems problem.List
	problems.Add("", p.TaskProps.validate(p.ExecuteCommand))
	between := func(path string, value, low, high int) {
		if value < low || value > high {
			problems.Addf(path, "%d is out of range; use %d to %d", value, low, high)
		}
	}
	firewall.CheckSubnets(&problems, "subnetIDs", p.SubnetIDs, 1, "and tasks need one")
	between("desiredCount", *p.DesiredCount, 0, 5000)
	between("spot.percent", p.Spot.Percent, 0, 100)
	between("spot.onDemand", p.Spot.OnDemand, 0, 100_000)
	p.validateTargets(&problems)
	p.validateConnect(&problems)
	between("deployment.minHealthyPercent", *p.Deployment.MinHealthyPercent, 0, 100)
	between("deployment.maxPercent", p.Deployment.MaxPercent, 100, 400)
	if *p.Deployment.MinHealthyPercent == 100 && p.Deployment.MaxPercent == 100 {
		problems.Addf("deployment.maxPercent", "100 leaves no room for new tasks beside all old ones; raise it, or lower minHealthyPercent")
	}
	if p.Owner != OwnerTerraform && p.Owner != OwnerPipeline {
		problems.Addf("owner", "%q is unknown; use %s or %s", p.Owner, OwnerTerraform, OwnerPipeline)
	}
	if p.Scaling != nil {
		p.Scaling.validate(&problems)
	}
	return problems.Err()
}

func (p Props) validateTargets(problems *problem.List) {
	if p.GraceSeconds < 0 {
		problems.Addf("graceSeconds", "%d is out of range; use 0 or more", p.GraceSeconds)
	} else if p.GraceSeconds > 0 && len(p.Targets) == 0 {
		problems.Addf("graceSeconds", "has no meaning without targets; remove it")
	}
	if len(p.Targets) > 5 {
		problems.Addf("targets", "has %d target groups; a service takes 5", len(p.Targets))
	}
	for i, target := range p.Targets {
		at := problem.Index("targets", i)
		if !arn.Is(target.ARN, "elasticloadbalancing", "targetgroup/") {
			problems.Addf(at+".arn", "%q is no ARN of a target group; write it like arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/name/id", target.ARN)
		}
		found := false
		for _, c := range p.Task.Containers {
			for _, port := range c.Ports {
				found = found || c.Name == target.Container && port.Number == target.Port
			}
		}
		if !found {
			problems.Addf(at, "no container %q of the task listens at port %d; add the port to the container", target.Container, target.Port)
		}
	}
}

func (p Props) validateConnect(problems *problem.List) {
	if p.Connect == nil {
		return
	}
	if p.Cluster.NamespaceARN == "" {
		problems.Addf("connect", "needs a namespace; give the cluster Service Connect")
	}
	for i, offer := range p.Connect.Offers {
		at := problem.Index("connect.offers", i)
		if p.port(offer.Port) == 0 {
			problems.Addf(at+".port", "%q is the name of no port of the task; give a container's port that name", offer.Port)
		}
		if offer.DNSName != "" && !dnsPattern.MatchString(offer.DNSName) {
			problems.Addf(at+".dnsName", "%q is no name of a host; use lower-case letters, digits, hyphens and dots", offer.DNSName)
		}
		if offer.Number < 0 || offer.Number > 65535 {
			problems.Addf(at+".number", "%d is out of range; use 1 to 65535", offer.Number)
		}
	}
}

func (s Scaling) validate(problems *problem.List) {
	if s.Max < 1 || s.Max > 5000 {
		problems.Addf("scaling.max", "%d is out of range; use 1 to 5000", s.Max)
	}
	if s.Min < 0 || s.Min > s.Max {
		problems.Addf("scaling.min", "%d is out of range; use 0 to the maximum of %d", s.Min, s.Max)
	}
	for _, each := range []struct {
		path  string
		value int
	}{{"scaling.cpuPercent", s.CPUPercent}, {"scaling.memoryPercent", s.MemoryPercent}} {
		if each.value != 0 && (each.value < 10 || each.value > 95) {
			problems.Addf(each.path, "%d is out of range; use 10 to 95", each.value)
		}
	}
	if r := s.Requests; r != nil {
		if r.PerMinute < 1 {
			problems.Addf("scaling.requests.perMinute", "%d is out of range; use 1 or more", r.PerMinute)
		}
		if !token.Is(r.ResourceLabel) && !labelPattern.MatchString(r.ResourceLabel) {
			problems.Addf("scaling.requests.resourceLabel", "%q names no load balancer and target group; write it like app/name/id/targetgroup/name/id", r.ResourceLabel)
		}
	}
	if q := s.Queue; q != nil {
		if !token.Is(q.Name) && !queuePattern.MatchString(q.Name) {
			problems.Addf("scaling.queue.name", "%q is no name of a queue; use 1 to 80 letters, digits, hyphens and underscores", q.Name)
		}
		if q.MessagesPerTask < 1 {
			problems.Addf("scaling.queue.messagesPerTask", "%d is out of range; use 1 or more", q.MessagesPerTask)
		}
	}
	if s.CPUPercent == 0 && s.MemoryPercent == 0 && s.Requests == nil && s.Queue == nil && len(s.Schedules) == 0 {
		problems.Addf("scaling", "has no target and no schedule, so that nothing would change; give cpuPercent, for example 60")
	}
	if s.Min == 0 && s.Max > 0 && s.Queue == nil && len(s.Schedules) == 0 {
		problems.Addf("scaling.min", "0 would end the last task, and nothing starts another; use 1 or more, or give a queue or schedules")
	}
	for _, each := range []struct {
		path  string
		value time.Duration
	}{{"scaling.scaleOutCooldown", s.ScaleOutCooldown}, {"scaling.scaleInCooldown", s.ScaleInCooldown}} {
		if each.value < time.Second || each.value > time.Hour || each.value%time.Second != 0 {
			problems.Addf(each.path, "%s is out of range; use 1s to 1h in whole seconds", each.value)
		}
	}
	s.validateSchedules(problems)
}

func (s Scaling) validateSchedules(problems *problem.List) {
	seen := map[string]bool{}
	for i, schedule := range s.Schedules {
		at := problem.Index("scaling.schedules", i)
		if !schedulePattern.MatchString(schedule.Name) {
			problems.Addf(at+".name", "%q is no name; use 1 to 256 letters, digits, hyphens and underscores", schedule.Name)
		} else if seen[schedule.Name] {
			problems.Addf(at+".name", "%q is given twice; use another name", schedule.Name)
		}
		seen[schedule.Name] = true
		if err := scheduleexpression.Validate(schedule.Expression); err != nil {
			problems.Addf(at+".expression", "%v", err)
		}
		if err := scheduleexpression.ValidateTimeZone(schedule.TimeZone); schedule.TimeZone != "" && err != nil {
			problems.Addf(at+".timeZone", "%v", err)
		}
		if schedule.Min == nil && schedule.Max == nil {
			problems.Addf(at, "changes nothing; give min or max")
		}
		low, high := s.Min, s.Max
		if schedule.Min != nil {
			low = *schedule.Min
		}
		if schedule.Max != nil {
			high = *schedule.Max
		}
		if low < 0 || low > high {
			problems.Addf(at, "would leave %d to %d tasks; the least is 0, and no more than the most", low, high)
		}
	}
}
