package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/mlplatform/mlplatform/config"
)

// The tables of the page, a section of the files each, in the order of the struct's fields.
var tables = map[string]reflect.Type{
	"Platform":        reflect.TypeFor[config.Platform](),
	"RepositoryIDs":   reflect.TypeFor[config.RepositoryIDs](),
	"Operations":      reflect.TypeFor[config.Operations](),
	"Organization":    reflect.TypeFor[config.Organization](),
	"ImageTrust":      reflect.TypeFor[config.ImageTrust](),
	"ImageException":  reflect.TypeFor[config.ImageException](),
	"AccessLogs":      reflect.TypeFor[config.AccessLogs](),
	"AuditTrail":      reflect.TypeFor[config.AuditTrail](),
	"State":           reflect.TypeFor[config.State](),
	"Environment":     reflect.TypeFor[config.Environment](),
	"Promotion":       reflect.TypeFor[config.Promotion](),
	"GitHub":          reflect.TypeFor[config.GitHub](),
	"Network":         reflect.TypeFor[config.Network](),
	"FlowLogs":        reflect.TypeFor[config.FlowLogs](),
	"ExistingNetwork": reflect.TypeFor[config.ExistingNetwork](),
	"Cluster":         reflect.TypeFor[config.Cluster](),
	"ClusterAddon":    reflect.TypeFor[config.ClusterAddon](),
	"ClusterRunner":   reflect.TypeFor[config.ClusterRunner](),
	"Serving":         reflect.TypeFor[config.Serving](),
	"ServingTokens":   reflect.TypeFor[config.ServingTokens](),
	"ServingMLflow":   reflect.TypeFor[config.ServingMLflow](),
	"Database":        reflect.TypeFor[config.Database](),
	"ServingSwitch":   reflect.TypeFor[config.ServingSwitch](),
	"ServingNodePool": reflect.TypeFor[config.ServingNodePool](),
	"ServingModel":    reflect.TypeFor[config.ServingModel](),
	"ServingPackage":  reflect.TypeFor[config.ServingPackage](),
	"ServingHours":    reflect.TypeFor[config.ServingHours](),
	"ServingRun":      reflect.TypeFor[config.ServingRun](),
	"ServingNext":     reflect.TypeFor[config.ServingNext](),
	"ServingQuestion": reflect.TypeFor[config.ServingQuestion](),
	"ServingQuota":    reflect.TypeFor[config.ServingQuota](),
	"ServingChart":    reflect.TypeFor[config.ServingChart](),
	"NodePool":        reflect.TypeFor[config.NodePool](),
	"Taint":           reflect.TypeFor[config.Taint](),
	"Karpenter":       reflect.TypeFor[config.Karpenter](),
	"Storage":         reflect.TypeFor[config.Storage](),
	"Bucket":          reflect.TypeFor[config.Bucket](),
	"Registry":        reflect.TypeFor[config.Registry](),
	"Repository":      reflect.TypeFor[config.Repository](),

	"Training":             reflect.TypeFor[config.Training](),
	"TrainingImage":        reflect.TypeFor[config.TrainingImage](),
	"TrainingMetric":       reflect.TypeFor[config.TrainingMetric](),
	"TrainingParameters":   reflect.TypeFor[config.TrainingParameters](),
	"TrainingSchedule":     reflect.TypeFor[config.TrainingSchedule](),
	"TrainingDefinition":   reflect.TypeFor[config.TrainingDefinition](),
	"Automation":           reflect.TypeFor[config.Automation](),
	"AutomationJob":        reflect.TypeFor[config.AutomationJob](),
	"AutomationTuning":     reflect.TypeFor[config.AutomationTuning](),
	"TuningObjective":      reflect.TypeFor[config.TuningObjective](),
	"IntegerRange":         reflect.TypeFor[config.IntegerRange](),
	"ContinuousRange":      reflect.TypeFor[config.ContinuousRange](),
	"AutomationTransform":  reflect.TypeFor[config.AutomationTransform](),
	"AutomationRegister":   reflect.TypeFor[config.AutomationRegister](),
	"NewData":              reflect.TypeFor[config.NewData](),
	"Endpoint":             reflect.TypeFor[config.Endpoint](),
	"EndpointServerless":   reflect.TypeFor[config.EndpointServerless](),
	"EndpointAutoscaling":  reflect.TypeFor[config.EndpointAutoscaling](),
	"EndpointDataCapture":  reflect.TypeFor[config.EndpointDataCapture](),
	"EndpointDeployment":   reflect.TypeFor[config.EndpointDeployment](),
	"EndpointAlarms":       reflect.TypeFor[config.EndpointAlarms](),
	"API":                  reflect.TypeFor[config.API](),
	"APIInference":         reflect.TypeFor[config.APIInference](),
	"APIFeature":           reflect.TypeFor[config.APIFeature](),
	"APIThrottle":          reflect.TypeFor[config.APIThrottle](),
	"APIQuota":             reflect.TypeFor[config.APIQuota](),
	"APILogs":              reflect.TypeFor[config.APILogs](),
	"APIAlarms":            reflect.TypeFor[config.APIAlarms](),
	"Monitoring":           reflect.TypeFor[config.Monitoring](),
	"MonitoringAlerts":     reflect.TypeFor[config.MonitoringAlerts](),
	"MonitoringRule":       reflect.TypeFor[config.MonitoringRule](),
	"MonitoringGrafana":    reflect.TypeFor[config.MonitoringGrafana](),
	"MonitoringSelfHosted": reflect.TypeFor[config.MonitoringSelfHosted](),
	"Budget":               reflect.TypeFor[config.Budget](),
	"Notifications":        reflect.TypeFor[config.Notifications](),
	"CodePipeline":         reflect.TypeFor[config.CodePipeline](),
	"LoadBalancer":         reflect.TypeFor[config.LoadBalancer](),
	"Service":              reflect.TypeFor[config.Service](),
	"ServiceImage":         reflect.TypeFor[config.ServiceImage](),
	"ServiceTasks":         reflect.TypeFor[config.ServiceTasks](),
	"ServiceHours":         reflect.TypeFor[config.ServiceHours](),
	"ServiceRoute":         reflect.TypeFor[config.ServiceRoute](),
	"ServiceSecret":        reflect.TypeFor[config.ServiceSecret](),
	"MLflow":               reflect.TypeFor[config.MLflow](),
	"MLflowManaged":        reflect.TypeFor[config.MLflowManaged](),
	"MLflowECS":            reflect.TypeFor[config.MLflowECS](),
	"SecretRef":            reflect.TypeFor[config.SecretRef](),
	"CognitoPool":          reflect.TypeFor[config.CognitoPool](),
	"Workers":              reflect.TypeFor[config.Workers](),
	"PrefectServer":        reflect.TypeFor[config.PrefectServer](),
	"WorkPool":             reflect.TypeFor[config.WorkPool](),
	"WorkerHours":          reflect.TypeFor[config.WorkerHours](),
	"FlowTask":             reflect.TypeFor[config.FlowTask](),
	"CodePipelineSource":   reflect.TypeFor[config.CodePipelineSource](),
	"CodePipelinePaths":    reflect.TypeFor[config.CodePipelinePaths](),
	"CodePipelineApproval": reflect.TypeFor[config.CodePipelineApproval](),
}

var marker = regexp.MustCompile(`(?s)<!-- table (\w+) -->\n.*?<!-- end -->`)

// fillTables writes the tables between the markers of the page, and insists on one for every type.
func fillTables(page, schema []byte) ([]byte, error) {
	var parsed struct {
		Defs map[string]struct {
			Properties map[string]struct {
				Description string `json:"description"`
			} `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema, &parsed); err != nil {
		return nil, err
	}
	done := map[string]bool{}
	var problem error
	page = marker.ReplaceAllFunc(page, func(match []byte) []byte {
		name := string(marker.FindSubmatch(match)[1])
		t, ok := tables[name]
		if !ok {
			problem = fmt.Errorf("there is no type for the table %s", name)
			return match
		}
		done[name] = true
		var out strings.Builder
		fmt.Fprintf(&out, "<!-- table %s -->\n| key | type | default | meaning |\n|---|---|---|---|\n", name)
		for i := range t.NumField() {
			field := t.Field(i)
			key := field.Tag.Get("yaml")
			if key == "" || key == "-" {
				continue
			}
			description := parsed.Defs[name].Properties[key].Description
			if description == "" {
				problem = fmt.Errorf("%s.%s has no comment", name, field.Name)
			}
			meaning, byDefault := splitDefault(description)
			for _, opening := range []string{" is ", " are "} { // the key stands in front already
				meaning = strings.TrimPrefix(meaning, key+opening)
			}
			if strings.Contains(field.Tag.Get("jsonschema"), "required") {
				byDefault = "**required**"
			}
			fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", key, typeName(field.Type), cell(byDefault), cell(meaning))
		}
		out.WriteString("<!-- end -->")
		return []byte(out.String())
	})
	for name := range tables {
		if !done[name] && problem == nil {
			problem = fmt.Errorf("the page has no table %s", name)
		}
	}
	return page, problem
}

// splitDefault takes "Default: ..." out of a description.
func splitDefault(description string) (meaning, byDefault string) {
	before, after, _ := strings.Cut(description, "Default: ")
	return strings.TrimSpace(before), strings.TrimSuffix(after, ".")
}

func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "\\<").Replace(text)
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		return "list of " + typeName(t.Elem())
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return "sections by name"
		}
		return typeName(t.Elem()) + " by name"
	case reflect.Struct:
		return "[" + t.Name() + "](#" + strings.ToLower(t.Name()) + ")"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Float64:
		return "number"
	}
	if enum, ok := reflect.Zero(t).Interface().(interface{ Values() []string }); ok {
		return "`" + strings.Join(enum.Values(), "` `") + "`"
	}
	return "text"
}
