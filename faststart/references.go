package faststart

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	jsii "github.com/aws/jsii-runtime-go/runtime"
	cdktf "github.com/hashicorp/terraform-cdk-go/cdktf/jsii"

	"github.com/mlplatform/mlplatform/faststart/internal/environment"
)

// The texts that stand for values which only Terraform knows are tokens: CDKTF numbers them from 0 and keeps what each
// stands for. Those of Attribute are numbered from here, and Batch tells CDKTF what they stand for.
const firstReference = 1_000_000_000

const (
	referencesModule  = "faststart-references"
	referencesVersion = "1.0.0"
)

//go:embed references.js
var referencesCode []byte

type reference struct {
	resource  any
	attribute string
}

// batch holds the references of the running Batch, nil where none runs. The bindings serve one goroutine at a time, and so
// does this.
var batch *references

type references struct {
	list   []reference
	tokens map[reference]string
}

// made counts references of all batches, whose tokens must differ.
var made int

// Attribute is an attribute of a resource as the text that its getter returns, named as in JavaScript: "arn", "vpcId".
// Only attributes that are text have one. Each getter is a call to Node.js; inside Batch this is none.
func Attribute(resource any, attribute string) string {
	if batch == nil || environment.Off("references") {
		var value *string
		jsii.Get(resource, attribute, &value)
		return *value
	}
	key := reference{resource, attribute}
	if token, known := batch.tokens[key]; known {
		return token
	}
	token := fmt.Sprintf("${TfToken[TOKEN.%d]}", firstReference+made)
	made++
	batch.list = append(batch.list, key)
	batch.tokens[key] = token
	return token
}

// Batch runs do, in which Attribute asks nothing of Node.js, and then asks for all that it promised at once. What do makes
// must not be synthesised before Batch returns. A Batch inside another is part of it.
//
// It is an error if a resource does not have the attribute, and where do fails.
func Batch(do func() error) error {
	if batch != nil {
		return do()
	}
	batch = &references{tokens: map[reference]string{}}
	defer func() { batch = nil }()
	if err := do(); err != nil {
		return err
	}
	return batch.define()
}

func (r *references) define() (err error) {
	if len(r.list) == 0 {
		return nil
	}
	defer func() {
		if recovered := recover(); recovered != nil {
			err = fmt.Errorf("attributes: %s", strings.TrimPrefix(fmt.Sprint(recovered), "Error: "))
		}
	}()
	module, err := referencesArchive()
	if err != nil {
		return err
	}
	cdktf.Initialize()
	jsii.Load(referencesModule, referencesVersion, module)
	resources, attributes := make([]any, len(r.list)), make([]any, len(r.list))
	for i, each := range r.list {
		resources[i], attributes[i] = each.resource, each.attribute
	}
	jsii.StaticInvokeVoid(referencesModule+".References", "define", []any{firstReference + made - len(r.list), resources, attributes})
	return nil
}

// referencesArchive is the module as jsii loads it: its code and its type description.
func referencesArchive() ([]byte, error) {
	list := func(of string) map[string]any {
		return map[string]any{"collection": map[string]any{"kind": "array", "elementtype": map[string]any{"primitive": of}}}
	}
	class := referencesModule + ".References"
	description, err := json.Marshal(map[string]any{
		"schema": "jsii/0.10.0", "name": referencesModule, "version": referencesVersion, "jsiiVersion": "5.0.0", "license": "Apache-2.0",
		"description": "Attributes of resources, many at once", "homepage": "https://github.com/mlplatform/mlplatform", "fingerprint": "-",
		"author":     map[string]any{"name": "mlplatform", "roles": []string{"author"}},
		"repository": map[string]any{"type": "git", "url": "https://github.com/mlplatform/mlplatform.git"},
		"types": map[string]any{class: map[string]any{
			"assembly": referencesModule, "fqn": class, "kind": "class", "name": "References",
			"methods": []any{map[string]any{"name": "define", "static": true, "parameters": []any{
				map[string]any{"name": "first", "type": map[string]any{"primitive": "number"}},
				map[string]any{"name": "resources", "type": list("any")},
				map[string]any{"name": "attributes", "type": list("string")},
			}}},
		}},
	})
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal(map[string]any{"name": referencesModule, "version": referencesVersion, "main": "index.js"})
	if err != nil {
		return nil, err
	}
	return writeArchive(map[string][]byte{assemblyFile: description, manifestFile: manifest, "package/index.js": referencesCode})
}
