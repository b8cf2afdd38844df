package kubernetes

// A Job runs pods until they have succeeded.
// https://kubernetes.io/docs/concepts/workloads/controllers/job/
type Job struct {
	Metadata `json:"-"`
	// BackoffLimit is how many failures of pods are one of the job. Default: 6.
	BackoffLimit *int `json:"backoffLimit,omitempty"`
	// ActiveDeadlineSeconds ends the job as failed. Default: none.
	ActiveDeadlineSeconds int `json:"activeDeadlineSeconds,omitempty"`
	// TTLSecondsAfterFinished removes the job. Default: never.
	TTLSecondsAfterFinished *int `json:"ttlSecondsAfterFinished,omitempty"`
	// Template of the pods.
	Template PodTemplate `json:"template"`
}

// A PodTemplate is what pods are made of.
type PodTemplate struct {
	Metadata TemplateMetadata `json:"metadata,omitzero"`
	Spec     PodSpec          `json:"spec"`
}

// TemplateMetadata are labels and annotations of what is made of a template.
type TemplateMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Describe is batch/v1 Job.
func (Job) Describe() Kind { return Kind{APIVersion: "batch/v1", Kind: "Job"} }

// Validate reports everything that is wrong.
func (j Job) Validate() error {
	problems := begin(j)
	if len(j.Name) > 63 {
		problems.Addf("name", "%q has %d characters; pods take their label from it, so use at most 63", j.Name, len(j.Name))
	}
	if j.BackoffLimit != nil && *j.BackoffLimit < 0 {
		problems.Addf("backoffLimit", "%d is negative; use 0 or more", *j.BackoffLimit)
	}
	if j.ActiveDeadlineSeconds < 0 {
		problems.Addf("activeDeadlineSeconds", "%d is negative; use 1 or more, or leave it out", j.ActiveDeadlineSeconds)
	}
	if j.TTLSecondsAfterFinished != nil && *j.TTLSecondsAfterFinished < 0 {
		problems.Addf("ttlSecondsAfterFinished", "%d is negative; use 0 or more", *j.TTLSecondsAfterFinished)
	}
	j.Template.Metadata.check(problems, "template.metadata.")
	if len(j.Template.Spec.Containers) == 0 {
		problems.Addf("template.spec.containers", "are missing; give at least one")
	}
	if policy := j.Template.Spec.RestartPolicy; policy != "OnFailure" && policy != "Never" {
		problems.Addf("template.spec.restartPolicy", "%q is not for jobs; use OnFailure or Never", policy)
	}
	j.Template.Spec.check(problems, "template.spec")
	return problems.Err()
}
