package asl

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// The most characters in names of SageMaker, which are letters, digits and hyphens, no hyphen at either end.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
const (
	MaxTuningJobName = 32
	MaxJobName       = 63
)

var (
	jobNamePattern   = lazyregexp.New(`^[a-zA-Z0-9](-*[a-zA-Z0-9])*$`)
	namePartPattern  = lazyregexp.New(`^[a-zA-Z0-9-]*$`)
	namePrefixHyphen = lazyregexp.New(`-+`)
)

// The hash in a derived name is cut to at most 32 hexadecimal digits. With fewer than 16, two names could meet.
const (
	longestHash  = 32
	shortestHash = 16
)

// What makes a name unique. Names of executions are not enough: they repeat between state machines and after 90 days,
// may be longer than names of jobs, and contain characters that those do not allow. The identifier of the execution
// alone is not enough either: a state is entered again in a loop and by a redrive, a retry makes another attempt, and
// the items of a Map share all of these, so that something random is added there (itemMark).
const (
	attemptJSONPath   = "States.JsonToString(States.Array($$.Execution.Id, $$.State.Name, $$.State.EnteredTime, $$.State.RetryCount" + itemMark + "))"
	attemptJSONata    = "$string([$states.context.Execution.Id, $states.context.State.Name, $states.context.State.EnteredTime, $states.context.State.RetryCount" + itemMark + "])"
	executionJSONPath = "States.JsonToString(States.Array($$.Execution.Id, $$.Execution.StartTime))"
	executionJSONata  = "$string([$states.context.Execution.Id, $states.context.Execution.StartTime])"
)

// JobName is a name that no other attempt has: not of another execution, state or item of a Map, and not of a retry or
// redrive. SageMaker keeps the names of jobs for ever, so a job with a used name never starts. It is the prefix, a
// hyphen and a hash of what identifies the attempt, max characters at most: MaxJobName, or MaxTuningJobName.
// With JSONata the prefix can have max - 17 characters. JSONPath cannot shorten a hash: there, the prefix can have 22
// characters at 63, and must be empty at 32.
//
// A later state learns the name from the task's result, such as asl.Result("TrainingJobName") in Assign.
func JobName(prefix string, max int) Text {
	return derivedName(prefix, max, attemptJSONPath, attemptJSONata)
}

// NamePerExecution is like JobName, but the same in every state and attempt of an execution, for what is made once and
// then used by name: a model, an endpoint configuration.
func NamePerExecution(prefix string, max int) Text {
	return derivedName(prefix, max, executionJSONPath, executionJSONata)
}

func derivedName(prefix string, max int, jsonPath, jsonata string) Text {
	lead := strings.TrimRight(prefix, "-")
	if lead != "" {
		lead += "-"
	}
	e := expression{Shown: fmt.Sprintf("name of %d characters from %q", max, prefix), Prefix: lead}
	room := max - len(lead)
	switch {
	case !namePartPattern.MatchString(prefix) || strings.HasPrefix(prefix, "-"):
		e.Problem = fmt.Sprintf("%q cannot begin a name; use letters, digits and hyphens, and begin with a letter or digit", prefix)
		return e.text()
	case room < shortestHash:
		e.Problem = fmt.Sprintf("the prefix %q is too long for a name of %d characters; it can have %d", prefix, max, max-shortestHash-1)
		return e.text()
	}
	digits := min(room, longestHash)
	e.Longest = len(lead) + digits
	e.JSONata = fmt.Sprintf("$substring($hash(%s, \"SHA-256\"), 0, %d)", jsonata, digits)
	if lead != "" {
		e.JSONata = quoteJSONata(lead) + " & " + e.JSONata
	}
	switch {
	case lead == "":
		e.JSONPath = "States.Hash(" + jsonPath + ", 'MD5')"
	case room >= 40:
		e.JSONPath = "States.Format('" + lead + "{}', States.Hash(" + jsonPath + ", 'SHA-1'))"
		e.Longest = len(lead) + 40
	}
	return e.text()
}

// slug makes the beginning of a name out of the name of a state: at most max characters.
func slug(state string, max int) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, state)
	out = strings.Trim(namePrefixHyphen.ReplaceAllString(out, "-"), "-")
	if len(out) > max {
		out = strings.TrimRight(out[:max], "-")
	}
	return out
}
