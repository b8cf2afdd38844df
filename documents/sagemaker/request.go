package sagemaker

import "github.com/mlplatform/mlplatform/internal/problem"

// Together reports the fields of a request that do not go together, wherever they come from: what the service refuses although
// its model allows each by itself. The arguments are those of an operation such as CreateTrainingJob, by their names in the API;
// what is known at run time only is no text, number or bool, and passes. Fields are reported as resourceConfig.volumeKmsKeyId.
func Together(operation string, arguments map[string]any, report func(field, wrong string)) {
	switch operation {
	case "CreateTrainingJob":
		trainingTogether(report, "", arguments, false)
	case "CreateHyperParameterTuningJob":
		trainingTogether(report, "trainingJobDefinition.", arguments["TrainingJobDefinition"], true)
		for i, each := range list(arguments["TrainingJobDefinitions"]) {
			trainingTogether(report, problem.Index("trainingJobDefinitions", i)+".", each, true)
		}
	case "CreateProcessingJob":
		keyTogether(report, "processingResources.clusterConfig.", member(arguments["ProcessingResources"], "ClusterConfig"))
	case "CreateTransformJob":
		keyTogether(report, "transformResources.", arguments["TransformResources"])
	case "CreateEndpointConfig":
		variantsTogether(report, arguments)
	}
}

// trainingTogether also refuses to keep instances where AWS takes them back, and for the jobs of a search.
// https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html
func trainingTogether(report func(field, wrong string), path string, job any, search bool) {
	resources := member(job, "ResourceConfig")
	keyTogether(report, path+"resourceConfig.", resources)
	switch at := path + "resourceConfig.keepAlivePeriodInSeconds"; {
	case member(resources, "KeepAlivePeriodInSeconds") == nil:
	case search:
		report(at, "is not known to the training jobs of tuning; remove it")
	case member(job, "EnableManagedSpotTraining") == true:
		report(at, "is not possible with spot, whose instances AWS takes back; remove one of them")
	}
}

func keyTogether(report func(field, wrong string), path string, resources any) {
	of, _ := member(resources, "InstanceType").(string)
	if wrong := (Volumes{Types: []string{of}}).Refuse(); wrong != nil && member(resources, "VolumeKmsKeyId") != nil {
		report(path+"volumeKmsKeyId", wrong.Text())
	}
}

func variantsTogether(report func(field, wrong string), config map[string]any) {
	var all Volumes
	for _, key := range []string{"ProductionVariants", "ShadowProductionVariants"} {
		for _, each := range list(config[key]) {
			of, _ := member(each, "InstanceType").(string)
			all.Types, all.Serverless = append(all.Types, of), all.Serverless || member(each, "ServerlessConfig") != nil
		}
	}
	if wrong := all.Refuse(); wrong != nil && config["KmsKeyId"] != nil {
		report("kmsKeyId", wrong.Text())
	}
}

// member is the value at the key of an object, nil where there is none.
func member(of any, key string) any {
	object, _ := of.(map[string]any)
	return object[key]
}

func list(of any) []any {
	values, _ := of.([]any)
	return values
}
