package config

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

var (
	experimentPattern    = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9 _./-]{0,254}$`)
	userPoolPattern      = lazyregexp.New(`^arn:aws[a-z-]*:cognito-idp:([a-z0-9-]+):([0-9]{12}):userpool/[a-z0-9-]+_[A-Za-z0-9]+$`)
	cognitoClientPattern = lazyregexp.New(`^[A-Za-z0-9_+]{1,128}$`)
	cognitoDomainPattern = lazyregexp.New(`^[a-z0-9](?:[a-z0-9.-]{0,126}[a-z0-9])?$`)
)

// maxSourceRanges is how many values the conditions of a route have, beside the host.
const maxSourceRanges = maxRouteValues - 1

func (e environmentFile) validateMLflowPart() {
	const path = "mlflow"
	f, m := e.file, e.MLflow
	if e.Storage == nil {
		f.add(path, "", "needs storage, whose bucket of models keeps the artifacts", f.provide("storage")+", or remove mlflow")
	}
	if e.Serving != nil && e.Serving.MLflow != nil {
		f.add(path, "", "stands beside serving.mlflow, with the same database and folder", "keep one of them")
	}
	if !f.readable(path + ".server") {
		return
	}
	for server, given := range map[MLflowServer]bool{MLflowServerManaged: f.has(path + ".managed"), MLflowServerECS: f.has(path + ".ecs")} {
		if given && m.Server != server {
			f.add(join(path, string(server)), "", fmt.Sprintf("has no meaning with server: %s", m.Server), fmt.Sprintf("remove it, or write server: %s", server))
		}
	}
	switch {
	case m.Server == MLflowServerManaged:
		e.validateManaged(path+".managed", *m.Managed)
	case m.ECS != nil:
		e.validateMLflowECS(path+".ecs", *m.ECS)
	case f.readable(path):
		f.add(path+".ecs", "", "is missing", "add ecs: with image, host and secret below it, or write server: managed")
	}
}

func (e environmentFile) validateManaged(path string, m MLflowManaged) {
	f := e.file
	if sizes := rule.MLflowSizes(); !contains(sizes, m.Size) {
		f.add(path+".size", m.Size, quote(m.Size)+" is no size", "use "+problem.Choices(sizes)+didYouMean(m.Size, sizes))
	}
	if m.Version != "" {
		f.addErr(path+".version", m.Version, rule.MLflowVersion(m.Version))
	}
	if m.MaintenanceWindow != "" {
		f.addErr(path+".maintenanceWindow", m.MaintenanceWindow, rule.MaintenanceStart(m.MaintenanceWindow))
	}
}

func (e environmentFile) validateMLflowECS(path string, s MLflowECS) {
	e.checkServer(path, server{s.Image, s.Host, s.CPU, s.MemoryMB, s.Database, s.LogRetentionDays})
	e.validateMLflowSignIn(path, s)
}

// server is what servers on ECS with a database have in common.
type server struct {
	image         ServiceImage
	host          string
	cpu, memoryMB int
	database      Database
	retention     int
}

func (e environmentFile) checkServer(path string, s server) {
	f := e.file
	e.checkTaskNetwork(path, true)
	e.checkImage(path+".image", TrainingImage(s.image))
	e.checkHost(path, s.host)
	if f.readable(path) {
		e.addProblems(path, containers.CheckSize(s.cpu, s.memoryMB))
	}
	if class := s.database.InstanceClass; !rule.InstanceClass(class) {
		f.add(path+".database.instanceClass", class, quote(class)+" is no instance class of RDS", "write it like db.t4g.small")
	}
	f.checkRetention(path+".logRetentionDays", s.retention)
}

// checkHost: what the load balancer sends on has one of its names.
func (e environmentFile) checkHost(path, host string) {
	f, l := e.file, e.LoadBalancer
	switch {
	case !f.readable(path + ".host"):
	case rule.DomainName(host) != nil || strings.HasPrefix(host, "*"):
		f.add(path+".host", host, quote(host)+" is no name of a host", "write it like mlflow.dev.example.com, in lower case and without https://")
	case l.makesNone(host) && f.readable("loadBalancer.names"):
		f.add(path+".host", host, quote(host)+" is none of the names that the certificate of the load balancer has", "add it to loadBalancer.names")
	}
	if l == nil {
		f.add(path, "", "needs the load balancer", f.provide("loadBalancer"))
	}
}

// makesNone reports whether the load balancer has names, and none for the host.
func (l *LoadBalancer) makesNone(host string) bool {
	return l != nil && len(l.Names) > 0 && !slices.ContainsFunc(l.Names, func(name string) bool { return covers(name, host) })
}

// covers reports whether a name of a certificate, perhaps with * in front, is good for a host.
func covers(name, host string) bool {
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		_, parent, _ := strings.Cut(host, ".")
		return parent == rest
	}
	return name == host
}

func (e environmentFile) validateMLflowSignIn(path string, s MLflowECS) {
	f := e.file
	for key, only := range map[string]MLflowSignIn{
		"secret": MLflowSignInBasic, "clientSecret": MLflowSignInBasic, "cognito": MLflowSignInCognito, "clientCidrs": MLflowSignInCognito,
	} {
		if f.has(path+"."+key) && s.Authentication != only && f.readable(path+".authentication") {
			f.add(path+"."+key, "", fmt.Sprintf("has no meaning with authentication: %s", s.Authentication), fmt.Sprintf("remove it, or write authentication: %s", only))
		}
	}
	switch s.Authentication {
	case MLflowSignInBasic:
		if s.Secret == nil && f.readable(path) {
			f.add(path+".secret", "", "is missing, and MLflow would make its administrator with a password that everybody knows",
				"make a secret with the keys password and key and name it as secret: { arn: ... }, or choose another authentication")
		}
		if e.LoadBalancer != nil && e.LoadBalancer.NoTLS {
			f.add(path+".authentication", string(s.Authentication), "would send passwords in the clear, because the load balancer has noTls", "give the load balancer names or a certificate")
		}
	case MLflowSignInCognito:
		if s.Cognito == nil && f.readable(path) {
			f.add(path+".cognito", "", "is missing", "add cognito: with userPoolArn, clientId and domain, or choose another authentication")
		}
	}
	if s.Secret != nil {
		e.checkSecretRef(path+".secret", *s.Secret)
	}
	if s.ClientSecret != nil {
		e.checkSecretRef(path+".clientSecret", *s.ClientSecret)
	}
	if s.Cognito != nil {
		e.checkCognito(path+".cognito", *s.Cognito)
	}
	e.checkClients(path, s.ClientCIDRs)
}

// checkClients checks the ranges of programs that are not asked to sign in at a host.
func (e environmentFile) checkClients(path string, ranges []string) {
	if n := len(ranges); n > maxSourceRanges {
		e.file.add(path+".clientCidrs", "", fmt.Sprintf("has %d ranges", n), fmt.Sprintf("a load balancer takes %d beside the host, join some", maxSourceRanges))
	}
	var problems problem.List
	rule.ClientRanges(&problems, path+".clientCidrs", ranges)
	e.file.addList(problems)
}

func (e environmentFile) checkSecretRef(path string, s SecretRef) {
	if !e.file.readable(path) {
		return
	}
	if (secretref.Ref{ARN: s.ARN}).Parameter() {
		e.file.add(path+".arn", s.ARN, quote(s.ARN)+" is a parameter of Systems Manager, which has no JSON keys", "keep the value in Secrets Manager, under a name that begins with "+e.Prefix()+"-")
		return
	}
	e.checkSecret(path, ServiceSecret{ARN: s.ARN, KeyARN: s.KeyARN})
}

func (e environmentFile) checkCognito(path string, c CognitoPool) {
	f := e.file
	if !f.readable(path) {
		return
	}
	switch found := userPoolPattern.FindStringSubmatch(c.UserPoolARN); {
	case found == nil:
		f.add(path+".userPoolArn", c.UserPoolARN, quote(c.UserPoolARN)+" is no ARN of a user pool", fmt.Sprintf("write it like arn:%s:cognito-idp:%s:%s:userpool/%s_abcdefghi", cmp.Or(e.Partition(), "aws"), e.Region, e.Account, e.Region))
	case !e.inRegion(found[1]) || !e.inAccount(found[2]):
		f.add(path+".userPoolArn", c.UserPoolARN, "is in another region or account than the load balancer", "name one in "+e.Region+" of "+e.Account)
	}
	if n, l := e.Network, e.LoadBalancer; n != nil && n.Existing == nil && n.NAT == NATNone && f.readable("network") && l != nil && !l.Public {
		f.add(path, "", "is out of the load balancer's reach, which asks the user pool's domain on the internet", "set network.nat to single or perZone")
	}
	if e.LoadBalancer != nil && e.LoadBalancer.NoTLS {
		f.add(path, "", "needs TLS, and the load balancer has noTls", "give the load balancer names or a certificate")
	}
	if !cognitoClientPattern.MatchString(c.ClientID) {
		f.add(path+".clientId", c.ClientID, quote(c.ClientID)+" is no id of an app client", "copy it from the user pool, without its secret")
	}
	if !cognitoDomainPattern.MatchString(c.Domain) {
		f.add(path+".domain", c.Domain, quote(c.Domain)+" is no domain of a user pool", "write its prefix, or its own domain without https://")
	}
}

// checkExperiment: the part at path that tracks needs a server that its jobs reach, in the network or not, and that lets them in.
func (e environmentFile) checkExperiment(part, name string, network bool) {
	f, path := e.file, part+".experiment"
	if !experimentPattern.MatchString(name) {
		f.add(path, name, quote(name)+" is no name of an experiment", "use up to 255 letters, digits, spaces and _./-, beginning with a letter or digit")
	}
	if e.MLflow == nil {
		f.add(path, name, "needs mlflow", "add mlflow: { server: managed }, or remove it")
		return
	}
	s := e.MLflow.ECS
	if s == nil || !f.readable("mlflow") {
		return
	}
	if !network && f.readable(part+".network") {
		f.add(path, name, "needs a way to MLflow, which is inside the network", "add network: true to "+part)
	}
	if l := e.LoadBalancer; l != nil && f.readable("loadBalancer.allowedCidrs") && f.readable("network") && !e.Network.reachedFrom(l.AllowedCIDRs) {
		f.add(path, name, "needs a way to MLflow, and the load balancer does not admit the network", "add the network's range to loadBalancer.allowedCidrs")
	}
	if s.Authentication == MLflowSignInBasic && s.ClientSecret == nil {
		f.add(path, name, "needs mlflow.ecs.clientSecret, because MLflow asks for name and password", "make a user in MLflow and name the secret that has them")
	}
}

// reachedFrom reports whether one of the ranges has all of the network, which must say its own.
func (n *Network) reachedFrom(ranges []string) bool {
	if n == nil || n.Range() == "" {
		return true
	}
	own, err := netip.ParsePrefix(n.Range())
	return err != nil || slices.ContainsFunc(ranges, func(each string) bool {
		outer, err := netip.ParsePrefix(each)
		return err == nil && outer.Bits() <= own.Bits() && outer.Contains(own.Addr())
	})
}
