package training

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/pipeline"
)

// The names of the parameters of portable definitions. Subnets and security groups are numbered from 1: subnet_1.
const (
	ParameterPreparedKey   = "prepared_key"
	ParameterModelsKey     = "models_key"
	parameterSubnet        = "subnet_%d"
	parameterSecurityGroup = "security_group_%d"
)

// An Argument is the value of a parameter.
type Argument struct{ Name, Value string }

// Arguments are what an execution of the portable definition needs: each key that the settings have, each subnet and
// each security group.
func (s Settings) Arguments() []Argument {
	var out []Argument
	s.late(func(name string, value *string) { out = append(out, Argument{name, *value}) })
	return out
}

// late visits what a portable definition leaves open.
func (s *Settings) late(visit func(name string, value *string)) {
	if s.PreparedKey != "" {
		visit(ParameterPreparedKey, &s.PreparedKey)
	}
	if s.ModelsKey != "" {
		visit(ParameterModelsKey, &s.ModelsKey)
	}
	if s.Network == nil {
		return
	}
	network := Network{append([]string(nil), s.Network.SubnetIDs...), append([]string(nil), s.Network.SecurityGroupIDs...)}
	s.Network = &network
	for i := range network.SubnetIDs {
		visit(fmt.Sprintf(parameterSubnet, i+1), &network.SubnetIDs[i])
	}
	for i := range network.SecurityGroupIDs {
		visit(fmt.Sprintf(parameterSecurityGroup, i+1), &network.SecurityGroupIDs[i])
	}
}

// opened are the settings with references to the parameters in place of what is left open, and the parameters' names.
func (s Settings) opened() (Settings, []string) {
	var names []string
	if s.Portable {
		references := pipeline.New(s.Name, pipeline.Props{})
		s.late(func(name string, value *string) {
			names = append(names, name)
			*value = string(references.RequiredString(name))
		})
	}
	return s, names
}
