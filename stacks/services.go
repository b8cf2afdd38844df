package stacks

import "github.com/mlplatform/mlplatform/documents/permissions"

// services are the parts of the platform that the environment has.
func (e *environmentStack) services() []permissions.Service {
	env := e.env
	learns, serves := env.AutomationEnabled(), env.EndpointEnabled()
	scheduled := env.TrainingEnabled() && env.Training.Schedule != nil || learns && env.Automation.Schedule != nil
	triggered := learns && env.Automation.NewData != nil || serves
	tells := env.TrainingEnabled() && env.NotificationsEnabled()
	var out []permissions.Service
	for _, part := range []struct {
		on      bool
		service permissions.Service
	}{
		{env.GitHubEnabled(), permissions.GitHub}, {env.CodePipelineEnabled(), permissions.CodePipeline},
		{env.NetworkEnabled(), permissions.Network}, {env.ClusterEnabled(), permissions.Cluster},
		{env.StorageEnabled(), permissions.Storage}, {env.RegistryEnabled(), permissions.Registry},
		{env.TrainingEnabled() || learns || serves, permissions.SageMaker},
		{learns || serves, permissions.StepFunctions}, {env.NotificationsEnabled(), permissions.Monitoring},
		{scheduled, permissions.Schedules}, {triggered || tells, permissions.Events},
		{scheduled || triggered, permissions.Queues},
		{env.NotificationsEnabled(), permissions.Notifications},
	} {
		if part.on {
			out = append(out, part.service)
		}
	}
	return out
}
