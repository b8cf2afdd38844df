package pipeline

import (
	"cmp"
	"strings"
)

// ProcessingInput is data that a processing job reads.
type ProcessingInput struct {
	// Name is unique within the step. Required.
	Name string
	// S3URI is the object or prefix. Required, unless Extra has a DatasetDefinition.
	S3URI String
	// LocalPath is where the data appears in the container. Default: "/opt/ml/processing/input/<Name>".
	LocalPath string
	// DataType says what S3URI is. Default: DataPrefix.
	DataType DataType
	// Mode says how the data is brought. Default: ModeFile.
	Mode InputMode
	// Distribution says which instance gets what. Default: DistributionFull.
	Distribution Distribution
	// Gzip says that the data is compressed and to be expanded, which needs ModePipe. Default: false.
	Gzip bool
	// Extra are further fields of ProcessingInput. Default: none.
	Extra Fields

	checked bool // S3URI was checked under the name of another field
}

// DataType says what an S3 URI points at.
type DataType string

// What an S3 URI points at: all objects that begin with it, a manifest that lists objects, or a manifest of JSON
// lines with labels (training only).
const (
	DataPrefix            DataType = "S3Prefix"
	DataManifest          DataType = "ManifestFile"
	DataAugmentedManifest DataType = "AugmentedManifestFile"
)

// InputMode says how data is brought to a job.
type InputMode string

// Data is copied before the job starts, streamed through a pipe, or (training only) streamed as files.
const (
	ModeFile     InputMode = "File"
	ModePipe     InputMode = "Pipe"
	ModeFastFile InputMode = "FastFile"
)

// Distribution says which instance of a job gets which part of the data.
type Distribution string

// Each instance gets all data, or its share of the objects.
const (
	DistributionFull    Distribution = "FullyReplicated"
	DistributionSharded Distribution = "ShardedByS3Key"
)

// ProcessingOutput is data that a processing job writes.
type ProcessingOutput struct {
	// Name is unique within the step. Required.
	Name string
	// LocalPath is where the container writes. Default: "/opt/ml/processing/output/<Name>".
	LocalPath string
	// S3URI is the prefix to which the data is uploaded. Default: <defaults.outputURI>/<pipeline>/<execution
	// id>/<step>/output/<Name>.
	S3URI String
	// Continuous uploads while the job runs instead of at its end. Default: false.
	Continuous bool
	// Extra are further fields of ProcessingOutput, such as FeatureStoreOutput. Default: none.
	Extra Fields
}

// PropertyFile is a JSON file whose values later steps can read.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html
type PropertyFile struct {
	// Name is unique within the step. Required.
	Name string
	// Output is the name of the output that holds the file. Required.
	Output string
	// Path of the file within the output, such as "evaluation.json". Required.
	Path string
}

func (c *checker) processingInputs(a ProcessingArgs) []object {
	inputs := a.Inputs
	if a.Script.URI != "" {
		inputs = append(append([]ProcessingInput(nil), inputs...), ProcessingInput{Name: codeInput, S3URI: a.Script.URI, checked: true})
	}
	seen := map[string]bool{}
	var out []object
	for i, each := range inputs {
		field := index("inputs", i)
		c.unique(field+".name", seen, each.Name)
		input := object{{"InputName", each.Name}, {"AppManaged", false}}
		if _, dataset := each.Extra["DatasetDefinition"]; !dataset || each.S3URI != "" {
			input.set("S3Input", c.processingS3Input(field, each))
		}
		out = append(out, c.extraOf("ProcessingInput", field+".extra", input, each.Extra))
	}
	return out
}

func (c *checker) processingS3Input(field string, in ProcessingInput) object {
	in.LocalPath = cmp.Or(in.LocalPath, processingInputs+in.Name)
	c.localPath(field+".localPath", in.LocalPath)
	compression := "None"
	if in.Gzip {
		compression = "Gzip"
		if in.Mode != ModePipe {
			c.addf(field+".gzip", "needs mode Pipe; set it, or let the code expand the files")
		}
	}
	out := object{}
	if !in.checked {
		c.s3(field+".s3URI", in.S3URI)
	}
	out.set("S3Uri", in.S3URI)
	out.set("LocalPath", in.LocalPath)
	out.set("S3DataType", oneOf(c, field+".dataType", in.DataType, DataPrefix, DataPrefix, DataManifest))
	out.set("S3InputMode", oneOf(c, field+".mode", in.Mode, ModeFile, ModeFile, ModePipe))
	out.set("S3DataDistributionType", oneOf(c, field+".distribution", in.Distribution, DistributionFull, DistributionFull, DistributionSharded))
	out.set("S3CompressionType", compression)
	return out
}

func (c *checker) processingOutputs(s *step, a ProcessingArgs) []object {
	seen := map[string]bool{}
	var out []object
	for i, each := range a.Outputs {
		field := index("outputs", i)
		c.unique(field+".name", seen, each.Name)
		each.LocalPath = cmp.Or(each.LocalPath, processingOutputs+each.Name)
		c.localPath(field+".localPath", each.LocalPath)
		mode := "EndOfJob"
		if each.Continuous {
			mode = "Continuous"
		}
		result := object{{"OutputName", each.Name}, {"AppManaged", false}}
		if _, store := each.Extra["FeatureStoreOutput"]; !store || each.S3URI != "" {
			target := object{}
			target.set("S3Uri", c.output(field+".s3URI", s, each.S3URI, "/output/"+each.Name))
			target.set("LocalPath", each.LocalPath)
			target.set("S3UploadMode", mode)
			result.set("S3Output", target)
		}
		out = append(out, c.extraOf("ProcessingOutput", field+".extra", result, each.Extra))
	}
	return out
}

func (c *checker) localPath(field, local string) {
	if !strings.HasPrefix(local, "/opt/ml/processing") {
		c.addf(field, "%q is outside of /opt/ml/processing, where SageMaker mounts data; choose a path below it", local)
	}
}

func (c *checker) propertyFiles(a ProcessingArgs) []object {
	outputs := map[string]bool{}
	var names []string
	for _, each := range a.Outputs {
		outputs[each.Name] = true
		names = append(names, each.Name)
	}
	seen := map[string]bool{}
	var out []object
	for i, each := range a.PropertyFiles {
		field := index("propertyFiles", i)
		c.unique(field+".name", seen, each.Name)
		if !outputs[each.Output] {
			c.addf(field+".output", "%q is no output of the step, which has %s", each.Output, listOrNone(names))
		}
		if each.Path == "" {
			c.addf(field+".path", `is missing; give the file within the output, such as "evaluation.json"`)
		}
		out = append(out, object{{"PropertyFileName", each.Name}, {"OutputName", each.Output}, {"FilePath", each.Path}})
	}
	return out
}
