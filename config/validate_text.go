package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

var (
	// templatePattern is what Terraform and CDKTF evaluate anywhere in a text.
	// https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates
	templatePattern = lazyregexp.New(`[$%#]\{`)
	// controlPattern is what no value needs. In our own definitions such characters mark expressions.
	controlPattern = lazyregexp.New(`[\x00-\x08\x0b-\x1f\x7f-\x{9f}]`)
	// expressionPattern is what Step Functions evaluates at the beginning of a text.
	// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
	expressionPattern = lazyregexp.New(`^\$\$?[.\[]|^States\.[A-Z][A-Za-z0-9]*\(|^\{%`)
)

// refuseExpression reports whether a text of the file would be evaluated, or holds what marks expressions. What stands in a file is reviewed as it stands, and
// everything below takes such a text for a value that only Terraform knows and checks it no further: only Go can pass one.
func (f *file) refuseExpression(node *yaml.Node, path string) bool {
	if found := templatePattern.FindString(node.Value); found != "" {
		f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s would be evaluated, for its %s", quote(node.Value), quote(found)), "write the value itself")
		return true
	}
	if found := controlPattern.FindString(node.Value); found != "" {
		f.addAt(placeOf(node), path, node.Value, fmt.Sprintf("%s holds the control character %s", quote(node.Value), quote(found)), "leave it out")
		return true
	}
	return false
}

// checkText refuses a text that is evaluated on its way to whoever it is for.
func (f *file) checkText(path, text string) {
	if found := expressionPattern.FindString(text); found != "" {
		f.add(path, text, fmt.Sprintf("%s would be evaluated, for its %s", quote(text), quote(found)),
			"write it otherwise, or keep it in a file of the image")
	}
}

func (f *file) checkTexts(path string, texts []string) {
	for i, text := range texts {
		f.checkText(fmt.Sprintf("%s[%d]", path, i), text)
	}
}

// checkValues checks the texts of a mapping.
func (f *file) checkValues(path string, texts map[string]string) {
	for key, text := range texts {
		f.checkText(join(path, key), text)
	}
}

// checkAutomationTexts checks all of the automation's texts that programs and algorithms get.
func (e environmentFile) checkAutomationTexts() {
	const path = "automation"
	f, a := e.file, e.Automation
	for at, job := range map[string]AutomationJob{path + ".prepare": a.Prepare, path + ".evaluate": a.Evaluate} {
		f.checkTexts(at+".entryPoint", job.EntryPoint)
		f.checkTexts(at+".arguments", job.Arguments)
	}
	f.checkValues(path+".tuning.static", a.Tuning.Static)
	f.checkText(path+".tuning.objective.metric", a.Tuning.Objective.Metric)
	for name, expression := range a.Tuning.Metrics {
		f.checkText(join(path+".tuning.metrics", name), name)
		f.checkText(join(path+".tuning.metrics", name), expression)
	}
	for name, values := range a.Tuning.Categorical {
		f.checkTexts(join(path+".tuning.categorical", name), values)
	}
}
