package config

import (
	"fmt"
	"regexp"
)

// expressionPattern is what Terraform evaluates anywhere in a text, and Step Functions at its beginning. Control characters
// mark expressions in our own definitions.
// https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
var expressionPattern = regexp.MustCompile(`[$%]\{|[\x00-\x08]|^\$\$?[.\[]|^States\.[A-Z][A-Za-z0-9]*\(|^\{%`)

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
	f.checkValues(path+".tuning.metrics", a.Tuning.Metrics)
	for name, values := range a.Tuning.Categorical {
		f.checkTexts(join(path+".tuning.categorical", name), values)
	}
}
