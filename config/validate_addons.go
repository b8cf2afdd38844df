package config

import (
	"encoding/json"
	"fmt"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

var addonVersionPattern = lazyregexp.New(`^v[0-9]+\.[0-9]+[0-9A-Za-z.+-]*$`)

// externalDNS is the add-on that keeps records of DNS.
const externalDNS = "external-dns"

func (e environmentFile) validateAddons() {
	f := e.file
	names := awsfacts.EKSAddons()
	for _, name := range e.Cluster.AddonNames() {
		addon, path := e.Cluster.Addons[name], join("cluster.addons", name)
		if !contains(names, name) {
			f.add(path, name, quote(name)+" is no further add-on", "use "+problem.Choices(names)+didYouMean(name, names))
			continue
		}
		if addon.Version != "" && !addonVersionPattern.MatchString(addon.Version) {
			f.add(path+".version", addon.Version, quote(addon.Version)+" is no version of an add-on", "write it like v1.2.3-eksbuild.4")
		}
		if addon.Configuration != "" && !json.Valid([]byte(addon.Configuration)) {
			f.add(path+".configuration", addon.Configuration, "is no JSON", "write the values of the add-on's schema as a JSON object")
		}
		switch {
		case name == externalDNS && len(addon.HostedZones) == 0:
			f.add(path+".hostedZones", "", "is missing, and without a zone there is nothing to keep", "name the ids of zones, such as [Z0123456789ABCDEFGHIJ]")
		case name != externalDNS && len(addon.HostedZones) > 0:
			f.add(path+".hostedZones", "", "has no meaning for "+name, "remove it, or give it to "+externalDNS)
		}
		for i, zone := range addon.HostedZones {
			if rule.HostedZone(zone) != nil {
				f.add(fmt.Sprintf("%s.hostedZones[%d]", path, i), zone, quote(zone)+" is no id of a hosted zone", "write it like Z0123456789ABCDEFGHIJ, without /hostedzone/")
			}
		}
	}
}
