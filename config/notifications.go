package config

// Notifications is the SNS topic on which the environment tells people what its automation and its endpoint do, which
// trainings fail, and what its monitoring sees.
type Notifications struct {
	// Emails are the addresses that are told. Each gets a mail first, in which it has to confirm. Default: none.
	Emails []string `yaml:"emails" jsonschema:"uniqueItems=true"`
}

// NotificationsEnabled reports whether the environment has a topic: by itself, or because a part of it needs one.
func (e *Environment) NotificationsEnabled() bool {
	return e.Notifications != nil || e.AutomationEnabled() || e.EndpointEnabled() || e.MonitoringEnabled()
}
