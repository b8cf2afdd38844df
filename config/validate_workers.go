package config

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
)

// prefectCloud is the host of Prefect Cloud.
const prefectCloud = "api.prefect.cloud"

// maxWorkPoolName leaves room in the name of what hears of the tasks: <project>-<environment>-<pool>-tasks.
const maxWorkPoolName = 20

func (e environmentFile) validateWorkers() {
	const path = "workers"
	f, w := e.file, e.Workers
	e.checkTaskNetwork(path, true)
	switch {
	case w.Server != nil:
		e.validatePrefectServer(path+".server", *w.Server)
	case w.APIURLFrom != nil:
		if f.has(path + ".apiUrl") {
			f.add(path+".apiUrl", "", "stands beside apiUrlFrom", "keep one of them")
		}
	case w.APIURL == "" && f.readable(path) && f.readable(path+".server") && f.readable(path+".apiUrlFrom"):
		f.add(path+".apiUrl", "", "is missing", "add apiUrl: https://api.prefect.cloud/api/accounts/ID/workspaces/ID, apiUrlFrom: with the ARN of a parameter that has it, or server: and its keys for a server of your own")
	case f.readable(path+".apiUrl") && f.has(path+".apiUrl"):
		e.checkPrefectAPI(path)
	}
	if w.APIKey != nil && w.AuthString != nil && w.Server == nil {
		f.add(path+".authString", "", "stands beside apiKey", "keep one of them: apiKey for Prefect Cloud, authString for a server of your own")
	}
	for key, secret := range map[string]*ServiceSecret{"apiUrlFrom": w.APIURLFrom, "apiKey": w.APIKey, "authString": w.AuthString} {
		if secret != nil && f.readable(path+"."+key) {
			e.checkSecret(path+"."+key, *secret)
		}
	}
	if len(w.Pools) == 0 && f.readable(path) && f.has(path+".pools") {
		f.add(path+".pools", "", "has no pool", "add one by its name")
	}
	for _, name := range w.PoolNames() {
		at := join(path+".pools", name)
		if !serviceNamePattern.MatchString(name) || len(name) > maxWorkPoolName {
			f.add(at, name, quote(name)+" is no name of a pool here", "use up to 20 lower-case letters, digits and single hyphens, beginning with a letter")
		} else if _, taken := e.Services[name]; taken {
			f.add(at, name, quote(name)+" is the name of a service too", "use another name")
		}
		e.checkServiceName(at, name)
		e.validatePool(at, w.Pools[name])
	}
}

// checkPrefectAPI checks the address, which stays out of messages: it may have a password.
func (e environmentFile) checkPrefectAPI(path string) {
	f, w := e.file, e.Workers
	at, err := url.Parse(w.APIURL)
	switch {
	case err != nil || at.Scheme != "https" || at.Host == "" || at.User != nil || !strings.HasSuffix(at.Path, "/api") && !strings.Contains(at.Path, "/api/") || at.RawQuery != "":
		f.add(path+".apiUrl", "", "is no API of Prefect", "write it like https://api.prefect.cloud/api/accounts/ID/workspaces/ID, or https://prefect.dev.example.com/api")
	case at.Host == prefectCloud && w.APIKey == nil && f.readable(path):
		f.add(path+".apiKey", "", "is missing, without which Prefect Cloud admits nobody", "name a secret that has the key as apiKey: { arn: ... }")
	}
}

func (e environmentFile) validatePrefectServer(path string, s PrefectServer) {
	f, w, l := e.file, e.Workers, e.LoadBalancer
	e.checkServer(path, server{s.Image, s.Host, s.CPU, s.MemoryMB, s.Database, s.LogRetentionDays})
	if m := e.MLflow; m != nil && m.ECS != nil && m.ECS.Host == s.Host && s.Host != "" {
		f.add(path+".host", s.Host, quote(s.Host)+" is that of mlflow.ecs too", "use another name")
	}
	for _, key := range []string{"workers.apiUrl", "workers.apiUrlFrom"} {
		if f.has(key) {
			f.add(key, "", "stands beside server", "keep one of them")
		}
	}
	if w.APIKey != nil {
		f.add("workers.apiKey", "", "has no meaning with server: keys are those of Prefect Cloud", "remove it, and name a secret with user:password as authString: { arn: ... }")
	}
	if w.AuthString == nil && f.readable("workers") {
		f.add("workers.authString", "", "is missing, and everybody whom the load balancer admits could run code in the flows", "make a secret with user:password and name it as authString: { arn: ... }")
	}
	if s.Cognito != nil {
		e.checkCognito(path+".cognito", *s.Cognito)
	} else if f.has(path+".clientCidrs") && f.readable(path) {
		f.add(path+".clientCidrs", "", "has no meaning without cognito", "remove it, or add cognito:")
	}
	e.checkClients(path, s.ClientCIDRs)
	switch {
	case l == nil || !f.readable("loadBalancer") || !f.readable("network"):
	case l.NoTLS:
		f.add(path, "", "would send the authentication string in the clear, because the load balancer has noTls", "give the load balancer names or a certificate")
	case l.Public:
		f.add(path, "", "is out of the workers' reach, who come to a public load balancer from addresses outside of the network", "remove loadBalancer.public, or name another server by apiUrl")
	case !e.Network.reachedFrom(l.AllowedCIDRs):
		f.add(path, "", "is out of the workers' reach, because the load balancer does not admit the network", "add the network's range to loadBalancer.allowedCidrs")
	case s.Cognito != nil && (len(s.ClientCIDRs) == 0 || !e.Network.reachedFrom(s.ClientCIDRs)) && f.readable(path+".clientCidrs"):
		f.add(path+".clientCidrs", "", "does not have the network, whose workers cannot sign in", "add the network's range")
	}
}

// checkServiceName: servers and the flows of pools have names on ECS as services and pools have.
func (e environmentFile) checkServiceName(path, name string) {
	taken := map[string]string{}
	if e.MLflow != nil && e.MLflow.ECS != nil {
		taken["mlflow"] = "the server of MLflow"
	}
	if e.Workers != nil {
		if e.Workers.Server != nil {
			taken[PrefectPart] = "the server of Prefect"
		}
		for _, pool := range e.Workers.PoolNames() {
			taken[pool+"-flow"] = "what runs the flows of the pool " + pool
		}
	}
	if owner := taken[name]; owner != "" {
		e.file.add(path, name, quote(name)+" is the name of "+owner, "use another name")
	}
}

func (e environmentFile) validatePool(path string, p WorkPool) {
	f := e.file
	e.checkImage(path+".image", TrainingImage(p.Image))
	if f.readable(path) {
		e.addProblems(path, containers.CheckSize(p.CPU, p.MemoryMB))
	}
	switch {
	case p.Flow != nil && p.Type == PoolProcess && f.readable(path+".type"):
		f.add(path+".flow", "", "has no meaning with type: process, whose flows run in the worker", "remove it, or write type: ecs")
	case p.Flow != nil && f.readable(path+".flow"):
		e.addProblems(path+".flow", containers.CheckSize(p.Flow.CPU, p.Flow.MemoryMB))
	}
	if h := p.Hours; h != nil && f.readable(path+".hours") {
		e.validateHoursOf(path+".hours", h.From, h.Until, h.TimeZone)
	}
	for key, on := range map[string]bool{"writeModels": p.WriteModels, "writeData": p.WriteData} {
		if on && e.Storage == nil {
			f.add(path+"."+key, "true", "needs storage", f.provide("storage")+", or remove it")
		}
	}
	e.addProblems(path, containers.CheckEnvironment(p.Environment))
	e.checkDefinitionSize(path, Service{Environment: p.Environment, Secrets: p.Secrets})
	for _, name := range slices.Sorted(maps.Keys(p.Environment)) {
		e.checkFlowVariable(path+".environment."+name, name)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
		e.checkFlowVariable(path+".secrets."+name, name)
	}
	e.checkSecrets(path, Service{Environment: p.Environment, Secrets: p.Secrets})
	f.checkRetention(path+".logRetentionDays", p.LogRetentionDays)
}

// checkFlowVariable: what the platform and the role say, no variable says otherwise.
func (e environmentFile) checkFlowVariable(path, name string) {
	f := e.file
	switch {
	case contains(serviceSecretsShared, name):
		f.add(path, name, "would take the place of the task's role", "remove it: the flow has the role of its task")
	case strings.HasPrefix(name, "PREFECT_API_"), name == "PREFECT_HOME", name == "MODELS_BUCKET", name == "DATA_BUCKET":
		f.add(path, name, "is what the platform sets", "remove it")
	}
}

// validateHoursOf: times that come back, by the scheduler of AWS.
func (e environmentFile) validateHoursOf(path, from, until, zone string) {
	f := e.file
	for key, expression := range map[string]string{"from": from, "until": until} {
		if err := scheduleexpression.Validate(expression); err != nil {
			f.addErr(path+"."+key, expression, err)
		} else if !strings.HasPrefix(expression, "cron(") {
			f.add(path+"."+key, expression, quote(expression)+" is no time that comes back", "write it like cron(0 6 ? * MON-FRI *)")
		}
	}
	if from == until {
		f.add(path+".until", until, "is when they start", "give another time")
	}
	if err := scheduleexpression.ValidateTimeZone(zone); zone != "" && err != nil {
		f.addErr(path+".timeZone", zone, err)
	}
}
