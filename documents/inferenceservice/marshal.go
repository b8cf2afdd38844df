package inferenceservice

import (
	"bytes"
	"encoding/json"
)

// MarshalJSON writes the protocol also where it is the default, since KServe's own default is another.
func (m Model) MarshalJSON() ([]byte, error) {
	if m.ProtocolVersion == "" {
		m.ProtocolVersion = m.protocol()
	}
	type fields Model
	return marshal(fields(m))
}

// MarshalJSON writes the metric with its type.
func (m Metric) MarshalJSON() ([]byte, error) {
	type target struct {
		Type               string `json:"type"`
		AverageUtilization int    `json:"averageUtilization,omitempty"`
		Value              string `json:"value,omitempty"`
	}
	if r := m.Resource; r != nil {
		return marshal(struct {
			Type     string `json:"type"`
			Resource any    `json:"resource"`
		}{"Resource", struct {
			Name   string `json:"name"`
			Target target `json:"target"`
		}{r.Name, target{Type: "Utilization", AverageUtilization: r.AverageUtilization}}})
	}
	e := ExternalMetric{}
	if m.External != nil {
		e = *m.External
	}
	type metric struct {
		Backend       string `json:"backend"`
		ServerAddress string `json:"serverAddress,omitempty"`
		Query         string `json:"query"`
	}
	return marshal(struct {
		Type     string `json:"type"`
		External any    `json:"external"`
	}{"External", struct {
		Metric metric `json:"metric"`
		Target target `json:"target"`
	}{metric{e.Backend, e.ServerAddress, e.Query}, target{Type: "Value", Value: e.Value}}})
}

// marshal is JSON without HTML's escapes.
func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}
