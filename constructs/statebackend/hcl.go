package statebackend

import (
	"fmt"
	"strconv"
	"strings"
)

// Config is the backend in Terraform's own language, a whole terraform block, for a project that is not made by an app
// of this kind: write it to backend.tf.
func (r Reference) Config(key string) (string, error) {
	settings, err := r.settings(key)
	if err != nil {
		return "", err
	}
	version := "1.11.0" // native locks are complete
	if !r.withDefaults().Lock.native() {
		version = "1.7.0" // an access role need not list workspaces
	}
	return fmt.Sprintf("terraform {\n  required_version = %s\n\n  backend \"s3\" {\n%s  }\n}\n", quote(">= "+version), format(settings, "    ")), nil
}

// BackendFile is the content of a partial configuration, for terraform init -backend-config=FILE and a project that
// says only: backend "s3" {}
// https://developer.hashicorp.com/terraform/language/backend#partial-configuration
func (r Reference) BackendFile(key string) (string, error) {
	settings, err := r.settings(key)
	if err != nil {
		return "", err
	}
	return format(settings, ""), nil
}

type setting struct{ name, value string }

func (r Reference) settings(key string) ([]setting, error) {
	if err := r.Validate(key); err != nil {
		return nil, err
	}
	r = r.withDefaults()
	settings := []setting{{"bucket", quote(r.Bucket)}, {"key", quote(key)}, {"region", quote(r.Region)}}
	if r.Lock.native() {
		settings = append(settings, setting{"use_lockfile", "true"})
	}
	if r.Lock.table() {
		settings = append(settings, setting{"dynamodb_table", quote(r.Table)})
	}
	if r.KeyARN != "" {
		settings = append(settings, setting{"encrypt", "true"}, setting{"kms_key_id", quote(r.KeyARN)})
	}
	if r.Profile != "" {
		settings = append(settings, setting{"profile", quote(r.Profile)})
	}
	if r.RoleARN != "" {
		settings = append(settings, setting{"assume_role", "{ role_arn = " + quote(r.RoleARN) + " }"})
	}
	return settings, nil
}

// format aligns the settings as terraform fmt does.
func format(settings []setting, indent string) string {
	width := 0
	for _, each := range settings {
		width = max(width, len(each.name))
	}
	var out strings.Builder
	for _, each := range settings {
		fmt.Fprintf(&out, "%s%-*s = %s\n", indent, width, each.name, each.value)
	}
	return out.String()
}

func quote(value string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(value))
}
