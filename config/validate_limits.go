package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts/servicemodel"
)

// The limits of SageMaker, from its own service model.
func limitOf(shape string) *servicemodel.Shape { return servicemodel.Named("sagemaker." + shape) }

// checkLimit reports what the service model says is wrong with a value.
func (f *file) checkLimit(path, value, wrong string) {
	if wrong != "" {
		message, fix, _ := strings.Cut(wrong, "; ")
		f.add(path, value, message, fix)
	}
}

// checkCount reports a list or mapping that is too long. That one may be left out is said elsewhere.
func (f *file) checkCount(path string, n int, shape string) {
	if n > 0 {
		f.checkLimit(path, "", limitOf(shape).Count(n))
	}
}

func (f *file) checkListLimits(path string, values []string, list, element string) {
	f.checkCount(path, len(values), list)
	for i, value := range values {
		f.checkLimit(path+"["+strconv.Itoa(i)+"]", value, limitOf(element).Text(value))
	}
}

// checkMapLimits checks a mapping against the shapes of a map, its keys and its values.
func (f *file) checkMapLimits(path string, values map[string]string, shape string) {
	f.checkCount(path, len(values), shape)
	key, value := limitOf(shape).Inner()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f.checkLimit(join(path, name), name, key.Text(name))
		f.checkLimit(join(path, name), values[name], value.Text(values[name]))
	}
}

// checkAutomationLimits checks what the jobs of the automation are given.
func (e environmentFile) checkAutomationLimits() {
	const path, tuning = "automation", "automation.tuning"
	f, a := e.file, e.Automation
	for at, job := range map[string]AutomationJob{path + ".prepare": a.Prepare, path + ".evaluate": a.Evaluate} {
		f.checkListLimits(at+".entryPoint", job.EntryPoint, "ContainerEntrypoint", "ContainerEntrypointString")
		f.checkListLimits(at+".arguments", job.Arguments, "ContainerArguments", "ContainerArgument")
	}
	f.checkMapLimits(tuning+".static", a.Tuning.Static, "HyperParameters")
	f.checkCount(tuning+".metrics", len(a.Tuning.Metrics), "MetricDefinitionList")
	for name := range a.Tuning.Metrics {
		f.checkLimit(join(tuning+".metrics", name), name, limitOf("MetricName").Text(name))
	}
	if metric := a.Tuning.Objective.Metric; metric != "" && len(a.Tuning.Metrics) == 0 {
		f.checkLimit(tuning+".objective.metric", metric, limitOf("MetricName").Text(metric))
	}
	for name, values := range a.Tuning.Categorical {
		for i, value := range values {
			f.checkLimit(join(tuning+".categorical", name)+"["+strconv.Itoa(i)+"]", value, limitOf("ParameterValue").Text(value))
		}
	}
	for name, each := range a.Tuning.Continuous {
		for key, value := range map[string]float64{"min": each.Min, "max": each.Max} {
			if n, most := len(strconv.FormatFloat(value, 'f', -1, 64)), limitOf("ParameterValue").Max; n > most {
				f.add(join(tuning+".continuous", name)+"."+key, "", fmt.Sprintf("%v has %d characters written out, %d are allowed", value, n, most), "use a number with fewer digits")
			}
		}
	}
}
