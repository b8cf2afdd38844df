package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var (
	// The metric stands in expressions and as a key of metadata.
	automationMetricPattern = lazyregexp.New(`^[a-z][a-z0-9_]{0,62}$`)
	suffixPattern           = lazyregexp.New(`^[^"\\*?<>{]{1,256}$`)
	learningFolderPattern   = lazyregexp.New(`^[A-Za-z0-9_.=-]+(/[A-Za-z0-9_.=-]+)*$`)
)

func (e environmentFile) validateAutomation() {
	const path = "automation"
	f, a := e.file, e.Automation
	if e.Storage == nil {
		f.add(path, "", "needs storage", f.provide("storage")+", for the data that it reads and all that it makes")
	}
	e.checkImageRegion(path)
	e.checkImage(path+".image", a.Image)
	e.checkMLInstance(path+".prepare.instanceType", a.Prepare.InstanceType, awsfacts.Processing)
	e.checkMLInstance(path+".tuning.instanceType", a.Tuning.InstanceType, awsfacts.Training)
	e.checkMLInstance(path+".transform.instanceType", a.Transform.InstanceType, awsfacts.Transform)
	e.checkMLInstance(path+".evaluate.instanceType", a.Evaluate.InstanceType, awsfacts.Processing)
	e.validateTuning()
	e.checkAutomationTexts()
	e.checkAutomationLimits()
	e.validateRegister()
	if filter := a.Transform.InputFilter; filter != "" && (!strings.HasPrefix(filter, "$") || len(filter) > limitOf("JsonPath").Max || strings.Contains(filter, "{")) {
		f.add(path+".transform.inputFilter", filter, quote(filter)+" is no filter of SageMaker", "write a JSONPath of up to 63 characters, such as $[1:]")
	}
	e.validateFolders()
	if a.Network {
		e.checkJobNetwork(path + ".network")
	}
	if f.has(path + ".experiment") {
		e.checkExperiment(path, a.Experiment, a.Network)
	}
	f.checkSchedule(path+".schedule", a.Schedule)
	if n := a.NewData; n != nil {
		if n.Suffix != "" && !suffixPattern.MatchString(n.Suffix) {
			f.add(path+".newData.suffix", n.Suffix, quote(n.Suffix)+" is no end of names", `write it as it stands in the names, such as _SUCCESS or .csv, without wildcards and "\<>{`)
		}
		if e.Storage != nil && !e.Storage.Data.EventNotifications {
			f.add("storage.data.eventNotifications", "false", "is false, so that automation.newData would never hear of new data", "remove it, or remove automation.newData")
		}
	}
}

// validateFolders keeps what executions read and write apart. What they write would start them again otherwise.
func (e environmentFile) validateFolders() {
	f, a := e.file, e.Automation
	if !f.checkFolder("automation.dataPrefix", a.DataPrefix) {
		return
	}
	switch {
	case !learningFolderPattern.MatchString(a.Folder) || len(a.Folder) > 512:
		f.add("automation.folder", a.Folder, quote(a.Folder)+" is no folder here", "use letters, digits and _.=- with slashes between, but none at an end")
	case within(a.Folder, a.DataPrefix) || within(a.DataPrefix, a.Folder):
		path, value := "automation.dataPrefix", a.DataPrefix
		if f.has("automation.folder") {
			path, value = "automation.folder", a.Folder
		}
		f.add(path, value, fmt.Sprintf("%s, from which is read, and %s, where all goes that is made, lie in each other", quote(a.DataPrefix), quote(a.Folder)), "use different folders")
	case e.Training != nil && within(a.Folder, PreparedPrefix):
		f.add("automation.folder", a.Folder, quote(a.Folder)+" is where training keeps what it makes of the raw data", "use another folder")
	}
}

func (e environmentFile) validateTuning() {
	const path = "automation.tuning"
	f, t := e.file, e.Automation.Tuning
	if t.Image != "" {
		region := e.Region
		if !known(region) {
			region = ""
		}
		var problems problem.List
		problems.Add("", sagemaker.CheckImage("image", t.Image, region))
		f.addErr(path+".image", t.Image, problems.Err())
	}
	e.validateSearch()
	owners := map[string]string{}
	check := func(kind string, names []string) {
		slices.Sort(names)
		for _, name := range names {
			at := join(join(path, kind), name)
			if !isHyperparameter(name) {
				f.add(at, name, quote(name)+" is no name of a hyperparameter", "use 1 to 256 printable characters")
			} else {
				f.checkText(at, name)
			}
			if owner, twice := owners[name]; twice {
				f.add(at, name, quote(name)+" stands under "+owner+" too", "search it or set it, once")
			}
			owners[name] = kind
		}
	}
	check("integers", slices.Collect(maps.Keys(t.Integers)))
	check("continuous", slices.Collect(maps.Keys(t.Continuous)))
	check("categorical", slices.Collect(maps.Keys(t.Categorical)))
	check("static", slices.Collect(maps.Keys(t.Static)))
	for name, values := range t.Categorical {
		f.checkLimit(join(path+".categorical", name), "", limitOf("ParameterValues").Count(len(values)))
	}
	for name, expression := range t.Metrics {
		if compiled, err := regexp.Compile(expression); err != nil || compiled.NumSubexp() == 0 || limitOf("MetricRegex").Text(expression) != "" {
			f.add(join(path+".metrics", name), expression, quote(expression)+" finds no value", "write a regular expression of up to 500 characters with the value in parentheses, such as f1=([0-9.]+)")
		}
	}
	if _, found := t.Metrics[t.Objective.Metric]; len(t.Metrics) == 0 && t.Image == "" && t.Objective.Metric != "" && f.readable(path) {
		// https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-metrics-variables.html
		f.add(path+".objective.metric", t.Objective.Metric, quote(t.Objective.Metric)+" is known to built-in algorithms only, and the automation's own image trains",
			"add automation.tuning.metrics with a regular expression that finds it in the log, or the image of a built-in algorithm")
	} else if len(t.Metrics) > 0 && !found {
		names := slices.Sorted(maps.Keys(t.Metrics))
		f.add(path+".objective.metric", t.Objective.Metric, quote(t.Objective.Metric)+" is none of the metrics", "use "+problem.Choices(names)+", or add it to automation.tuning.metrics")
	}
}

// fileNames are how the file writes the values of SageMaker's API, in what is said of them.
var fileNames = strings.NewReplacer("Grid", "grid", "Hyperband", "hyperband", "ReverseLogarithmic", "reverseLogarithmic", "Logarithmic", "logarithmic")

// validateSearch holds the search against what SageMaker refuses.
func (e environmentFile) validateSearch() {
	const path = "automation.tuning"
	f, t := e.file, e.Automation.Tuning
	search := sagemaker.Search{Strategy: t.Strategy.API(), MaxParallelJobs: t.MaxParallelJobs, Ranges: t.Ranges()}
	if t.Strategy != TuningGrid || f.has(path+".maxJobs") {
		search.MaxJobs = t.MaxJobs
	}
	for _, each := range search.Refusals() {
		if strings.HasSuffix(each.Field, ".name") || strings.HasSuffix(each.Field, ".values") {
			continue // said below, of keys and lists
		}
		at := path + "." + byName(search.Ranges, each.Field)
		if each.Field == "ranges" {
			at, each.Fix = path, each.Fix+", under integers, continuous and categorical"
		}
		if f.readable(at) {
			f.add(at, "", fileNames.Replace(each.Message), fileNames.Replace(each.Fix))
		}
	}
}

// byName is the field with the name of the range that it speaks of, in place of its number.
func byName(r sagemaker.Ranges, field string) string {
	kind, rest, _ := strings.Cut(field, "[")
	number, below, found := strings.Cut(rest, "]")
	if !found {
		return field
	}
	i, _ := strconv.Atoi(number)
	name := ""
	switch kind {
	case "integers":
		name = r.Integers[i].Name
	case "continuous":
		name = r.Continuous[i].Name
	case "categorical":
		name = r.Categorical[i].Name
	}
	return join(kind, name) + below
}

func (e environmentFile) validateRegister() {
	const path = "automation.register"
	f, r := e.file, e.Automation.Register
	e.checkModelPackageGroup(path+".modelPackageGroup", r.ModelPackageGroup)
	if !automationMetricPattern.MatchString(r.Metric) {
		f.add(path+".metric", r.Metric, quote(r.Metric)+" is no name of a metric here", "use up to 63 lower-case letters, digits and underscores, a letter first, such as f1")
	}
}

// isHyperparameter tells whether SageMaker takes the name. Its pattern repeats the tables of Unicode 256 times, which as a
// regular expression takes longer to compile than all others of this module together.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CategoricalParameterRange.html
func isHyperparameter(name string) bool {
	if n := utf8.RuneCountInString(name); n < 1 || n > 256 {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.Z, unicode.S, unicode.N, unicode.P)
	})
}
