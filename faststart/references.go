package faststart

import (
	_ "embed"
	"encoding/json"
	"errors"
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

// Attribute is an attribute of a resource as the text that its getter returns, named as in JavaScript: "arn", "vpcId"; of what is
// inside a block or a list, the way there: "identity.0.oidc.0.issuer". Text and numbers have one, which is text.
// Each getter is a call to Node.js; inside Batch this is none.
//
// Outside Batch it panics where the resource has no such attribute, as a getter does.
func Attribute(resource any, attribute string) string {
	if batch == nil || environment.Off("references") {
		return attributeNow(resource, attribute)
	}
	return batch.add(reference{resource, attribute})
}

func attributeNow(resource any, attribute string) string {
	if !strings.Contains(attribute, ".") {
		var value any
		jsii.Get(resource, attribute, &value)
		if text, isText := value.(string); isText {
			return text
		}
	}
	one := references{tokens: map[reference]string{}}
	token := one.add(reference{resource, attribute})
	if err := one.define("define"); err != nil {
		panic(err)
	}
	return token
}

// add promises a token for the reference.
func (r *references) add(key reference) string {
	if token, known := r.tokens[key]; known {
		return token
	}
	token := fmt.Sprintf("${TfToken[TOKEN.%d]}", firstReference+made)
	made++
	r.list = append(r.list, key)
	r.tokens[key] = token
	return token
}

// Batch runs do, in which the program does not wait for Node.js: objects are made while it goes on, Attribute asks nothing, and
// at the end all attributes that it promised are asked for at once. What do makes must not be synthesised before Flush, or before Batch
// returns. A Batch inside another is part of it.
//
// It is an error where do fails, where a resource does not have an attribute, and where an object cannot be made: inside
// Batch its constructor does not panic, and the one that is made next, or Batch itself, says what was wrong.
func Batch(do func() error) (err error) {
	if batch != nil {
		return do()
	}
	if err := callReferences("begin"); err != nil {
		return err
	}
	batch = &references{tokens: map[reference]string{}}
	defer func() {
		ended := batch
		batch = nil
		if err != nil {
			ended.list = nil
		}
		if later := ended.define("end"); later != nil {
			err = errors.Join(err, later)
		}
	}()
	return do()
}

// Flush asks for the attributes that Batch promised so far, and waits until all that was made so far is there: what comes after may be
// synthesised, in the same Batch. Outside Batch it does nothing. It is an error where Batch would be one.
func Flush() error {
	if batch == nil {
		return nil
	}
	asked := *batch
	batch.list = nil
	return asked.define("define")
}

// define tells CDKTF what the tokens stand for.
func (r *references) define(method string) error {
	resources, attributes := make([]any, len(r.list)), make([]any, len(r.list))
	for i, each := range r.list {
		resources[i], attributes[i] = each.resource, each.attribute
	}
	return callReferences(method, firstReference+made-len(r.list), resources, attributes)
}

// callReferences calls a function of the module.
func callReferences(method string, arguments ...any) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			err = errors.New(strings.TrimPrefix(fmt.Sprint(recovered), "Error: "))
		}
	}()
	module, err := referencesArchive()
	if err != nil {
		return err
	}
	cdktf.Initialize()
	jsii.Load(referencesModule, referencesVersion, module)
	jsii.StaticInvokeVoid(referencesModule+".References", method, arguments)
	return nil
}

// referencesArchive is the module as jsii loads it: its code and its type description.
func referencesArchive() ([]byte, error) {
	list := func(of string) map[string]any {
		return map[string]any{"collection": map[string]any{"kind": "array", "elementtype": map[string]any{"primitive": of}}}
	}
	class := referencesModule + ".References"
	defined := []any{
		map[string]any{"name": "first", "type": map[string]any{"primitive": "number"}},
		map[string]any{"name": "resources", "type": list("any")},
		map[string]any{"name": "attributes", "type": list("string")},
	}
	description, err := json.Marshal(map[string]any{
		"schema": "jsii/0.10.0", "name": referencesModule, "version": referencesVersion, "jsiiVersion": "5.0.0", "license": "Apache-2.0",
		"description": "Attributes of resources, many at once", "homepage": "https://github.com/mlplatform/mlplatform", "fingerprint": "-",
		"author":     map[string]any{"name": "mlplatform", "roles": []string{"author"}},
		"repository": map[string]any{"type": "git", "url": "https://github.com/mlplatform/mlplatform.git"},
		"types": map[string]any{class: map[string]any{
			"assembly": referencesModule, "fqn": class, "kind": "class", "name": "References",
			"methods": []any{
				map[string]any{"name": "begin", "static": true},
				map[string]any{"name": "define", "static": true, "parameters": defined},
				map[string]any{"name": "end", "static": true, "parameters": defined},
			},
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
