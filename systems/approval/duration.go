package approval

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/documents/asl"
)

const (
	maxWait = 12 * time.Hour
	// maxDeployment is what SageMaker allows a deployment with guardrails.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html
	maxDeployment = 8 * time.Hour
	// starting is how long instances may take to start, for each batch of a rolling deployment.
	starting = 10 * time.Minute
)

// wait is how long the machine waits by default.
func (s Settings) wait() time.Duration {
	const more = 30 * time.Minute
	wait := time.Hour
	if d := s.Deployment; d != nil {
		wait = max(wait, d.MaxDuration+more, leastOf(*d)+more)
	}
	if r := s.Rolling; r != nil {
		wait = max(wait, r.MaxDuration+more, rolls(*r, starting)+more)
	}
	return min(wait, maxWait)
}

// takes is how long the deployment takes by its own settings, and how long it may take.
func (s Settings) takes() (least, most time.Duration) {
	if s.Deployment != nil {
		least, most = leastOf(*s.Deployment), s.Deployment.MaxDuration
	}
	if s.Rolling != nil {
		least, most = max(least, rolls(*s.Rolling, 0)), max(most, s.Rolling.MaxDuration)
	}
	return least, max(least, most)
}

// leastOf is how long a blue/green deployment takes by its own settings.
func leastOf(b asl.BlueGreen) time.Duration {
	baking, step := bakes(b.Baking), b.StepPercent
	if step < 1 {
		step = 10
	}
	waits := 1
	switch b.Traffic {
	case asl.Canary:
		waits = 2
	case asl.LinearTraffic:
		waits = batches(step)
	}
	return time.Duration(waits)*baking + b.OldInstances
}

// rolls is how long a rolling deployment takes where each batch needs a time to start.
func rolls(r asl.Rolling, start time.Duration) time.Duration {
	return time.Duration(batches(stepOf(r))) * (bakes(r.Baking) + start)
}

func stepOf(r asl.Rolling) int {
	if r.StepPercent < 1 {
		return 20
	}
	return r.StepPercent
}

func batches(percent int) int { return (100 + percent - 1) / percent }

func bakes(given time.Duration) time.Duration {
	return cmp.Or(given, 10*time.Minute)
}
