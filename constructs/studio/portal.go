package studio

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/problem"
)

// App is a kind of application in Studio.
type App string

// The apps that Studio can hide.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StudioWebPortalSettings.html
const (
	JupyterLab    App = "JupyterLab"
	CodeEditor    App = "CodeEditor"
	Canvas        App = "Canvas"
	RStudio       App = "RStudioServerPro"
	StudioClassic App = "JupyterServer"
)

// Tool is an entry of Studio's menu.
type Tool string

// The tools that Studio can hide.
const (
	AutoML               Tool = "AutoMl"
	DataWrangler         Tool = "DataWrangler"
	EMRClusters          Tool = "EmrClusters"
	Endpoints            Tool = "Endpoints"
	Experiments          Tool = "Experiments"
	FeatureStore         Tool = "FeatureStore"
	InferenceRecommender Tool = "InferenceRecommender"
	JumpStart            Tool = "JumpStart"
	ModelEvaluation      Tool = "ModelEvaluation"
	Models               Tool = "Models"
	Pipelines            Tool = "Pipelines"
	Projects             Tool = "Projects"
	Training             Tool = "Training"
)

var (
	apps  = []App{JupyterLab, CodeEditor, Canvas, RStudio, StudioClassic}
	tools = []Tool{AutoML, DataWrangler, EMRClusters, Endpoints, Experiments, FeatureStore, InferenceRecommender, JumpStart, ModelEvaluation, Models, Pipelines, Projects, Training}
)

func (p Props) validatePortal(problems *problem.List) {
	checkKnown("hiddenApps", p.HiddenApps, apps, problems)
	checkKnown("hiddenTools", p.HiddenTools, tools, problems)
}

func checkKnown[T ~string](path string, values, known []T, problems *problem.List) {
	for i, each := range values {
		if !slices.Contains(known, each) {
			problems.Addf(problem.Index(path, i), "%q is unknown; use %s", each, strings.Join(texts(known), ", "))
		}
	}
}
