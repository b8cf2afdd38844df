package config

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/systems/modelapi"
)

var (
	stagePattern       = lazyregexp.New(`^[A-Za-z0-9_-]{1,32}$`)
	vpcEndpointPattern = lazyregexp.New(`^vpce-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
)

func (e environmentFile) validateAPI() {
	const path = "api"
	f, a := e.file, e.API
	if e.Endpoint == nil {
		f.add(path, "", "needs endpoint, whose models it is about", f.provide("endpoint")+", or remove api")
	}
	switch n := e.Network; {
	case n == nil:
		f.add(path, "", "needs network, from where clients reach it", f.provide("network")+", or remove api")
	case a.MakesVPCEndpoint(n) && !n.HasTier(PrivateTier) && !n.HasTier(IsolatedTier):
		f.add(path, "", "needs private or isolated subnets for its VPC endpoint", "add a tier to the network, or give vpcEndpointId")
	}
	if !stagePattern.MatchString(a.Stage) {
		f.add(path+".stage", a.Stage, quote(a.Stage)+" is no name of a stage", "use 1 to 32 letters, digits, hyphens and underscores")
	}
	e.validateAPIEndpoint()
	var problems problem.List
	problems.Add(path+".inference", a.Inference.Rules().Validate())
	f.addList(problems)
	for i, feature := range a.Inference.Features {
		at := fmt.Sprintf("%s.inference.features[%d]", path, i)
		f.checkTexts(at+".in", feature.In)
		f.checkTexts(at+".notIn", feature.NotIn)
	}
	f.checkRetention(path+".logs.retentionDays", a.Logs.RetentionDays)
}

// validateAPIEndpoint holds against each other what says how clients reach the API.
func (e environmentFile) validateAPIEndpoint() {
	const path = "api"
	f, a := e.file, e.API
	made := a.MakesVPCEndpoint(e.Network)
	if f.has(path + ".vpcEndpointId") {
		switch {
		case !vpcEndpointPattern.MatchString(a.VPCEndpointID):
			f.add(path+".vpcEndpointId", a.VPCEndpointID, quote(a.VPCEndpointID)+" is no id of a VPC endpoint", "write it like vpce-0123456789abcdef0")
		case e.Network != nil && contains(e.Network.Endpoints, EndpointExecuteAPI):
			f.add(path+".vpcEndpointId", a.VPCEndpointID, "stands beside executeAPI in network.endpoints, which is the endpoint of this API", "remove one of them")
		}
	}
	for _, key := range []string{"clientCidrs", "privateDns"} {
		if f.has(path+"."+key) && !made && f.readable(path+".vpcEndpointId") {
			f.add(path+"."+key, "", "is of a VPC endpoint that is made for the API, and there is one already", "remove it")
		}
	}
	if !made {
		return
	}
	if e.Network != nil && len(a.ClientCIDRs) == 0 && f.readable(path+".clientCidrs") && f.readable("network") {
		if f.has(path + ".clientCidrs") {
			f.add(path+".clientCidrs", "", "is empty, so that nobody could reach the API", "name the ranges of your clients, or remove it for the network's")
		} else {
			f.add(path+".clientCidrs", "", "is missing, and the range of the existing network is not known", "add clientCidrs, or network.existing.cidr")
		}
	}
	if !f.has(path + ".clientCidrs") {
		return // they are the network's range
	}
	for i, cidr := range a.ClientCIDRs {
		f.addErr(fmt.Sprintf("%s.clientCidrs[%d]", path, i), cidr, checkClientRange(cidr))
	}
}

func checkClientRange(cidr string) error {
	if err := checkExistingRange(cidr); err != nil {
		return err
	}
	if prefix, err := netip.ParsePrefix(cidr); err == nil && prefix.Bits() == 0 {
		return errors.New(quote(cidr) + " is everybody; give the ranges of your clients")
	}
	return nil
}

// Rules are the settings as the API takes them.
func (i APIInference) Rules() modelapi.Inference {
	rules := modelapi.Inference{Threshold: i.Threshold, Label: i.Label, Score: i.Score}
	for _, each := range i.Features {
		rules.Features = append(rules.Features, modelapi.Feature{Field: each.Field, Minus: each.Minus, In: each.In, NotIn: each.NotIn})
	}
	return rules
}
