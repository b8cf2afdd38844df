package pipeline

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// readsBack is what the pipeline itself reads while it runs: the files from which JSONGet takes values.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
func (c *checker) readsBack(scope arn.Scope) []policy.Statement {
	var read Access
	for _, each := range c.readFiles {
		read.Reads = c.note(read.Reads, each)
	}
	for _, each := range c.p.steps {
		if v, ok := each.(*ProcessingStep); ok {
			for _, file := range v.args.PropertyFiles {
				read.Reads = c.note(read.Reads, v.outputURI(file.Output)+"/"+String(file.Path))
			}
			if len(v.args.PropertyFiles) > 0 {
				read.OutputKeys = c.note(read.OutputKeys, c.outputKey(v.args.OutputKMSKey))
			}
		}
	}
	return sagemaker.Access{Reads: read.Reads, ReadKeys: keyARNs(scope, read.OutputKeys)}.Data(scope)
}

// readModel adds where the model data lies: what a training step writes, or what all steps write where that cannot be
// told now.
func (c *checker) readModel(read *Access, model String) {
	if _, ok := model.literal(); ok {
		read.Reads = c.note(read.Reads, model)
		return
	}
	if parts := model.parts(); len(parts) == 1 {
		reference, _ := parts[0].(get)
		rest, _ := strings.CutPrefix(reference.path, "Steps.")
		name, _, _ := strings.Cut(rest, ".")
		if training, ok := c.byName[name].(*TrainingStep); ok {
			read.Reads = c.note(read.Reads, training.folder(training.args.OutputURI, "")+"/")
			read.OutputKeys = c.note(read.OutputKeys, c.outputKey(training.args.OutputKMSKey))
			return
		}
	}
	for _, written := range c.access.Writes {
		read.Reads = append(read.Reads, strings.TrimSuffix(written, "/")+"/")
	}
	read.OutputKeys = append(read.OutputKeys, c.access.OutputKeys...)
}

// outputURI is where the output of this name goes.
func (s *ProcessingStep) outputURI(name string) String {
	for _, each := range s.args.Outputs {
		if each.Name == name {
			return s.folder(each.S3URI, "/output/"+name)
		}
	}
	return ""
}
