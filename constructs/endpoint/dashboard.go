package endpoint

import (
	"cmp"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchdashboard"

	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// A widget is a graph of a dashboard.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type widget struct {
	Type       string     `json:"type"`
	X          int        `json:"x"`
	Y          int        `json:"y"`
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Properties properties `json:"properties"`
}

type properties struct {
	Title   string  `json:"title"`
	Region  string  `json:"region"`
	View    string  `json:"view"`
	Stat    string  `json:"stat"`
	Period  int     `json:"period"`
	Metrics [][]any `json:"metrics"`
}

// A series is one metric, for each variant or for the endpoint as a whole.
type series struct {
	name, stat string
	namespace  string
	whole      bool
}

// Metrics of the instances are in a namespace of their own.
const instanceMetrics = "/aws/sagemaker/Endpoints"

func (e *Endpoint) addDashboard() {
	if !e.props.Dashboard {
		return
	}
	cloudwatchdashboard.NewCloudwatchDashboard(e.construct, tf.Str("dashboard"), &cloudwatchdashboard.CloudwatchDashboardConfig{
		DashboardName: tf.Str(e.props.Name), DashboardBody: tf.Str(e.props.dashboard()),
	})
}

// dashboard is the body: graphs of what the endpoint's kind has metrics for, two in a row.
func (p Props) dashboard() string {
	var widgets []widget
	graph := func(title string, lines ...series) {
		n := len(widgets)
		widgets = append(widgets, widget{Type: "metric", X: n % 2 * 12, Y: n / 2 * 6, Width: 12, Height: 6, Properties: properties{
			Title: title, Region: p.Scope.Region, View: "timeSeries", Stat: "Sum", Period: 60, Metrics: p.lines(lines),
		}})
	}
	if p.Async == nil {
		graph("Requests", series{name: "Invocations"})
		graph("Failed requests", series{name: "Invocation4XXErrors"}, series{name: "Invocation5XXErrors"})
		graph("Latency of the model (µs)", series{name: "ModelLatency", stat: "p50"}, series{name: "ModelLatency", stat: "p99"})
		graph("Latency added by SageMaker (µs)", series{name: "OverheadLatency", stat: "p50"}, series{name: "OverheadLatency", stat: "p99"})
	} else {
		graph("Requests in the queue", series{name: "ApproximateBacklogSize", stat: "Maximum", whole: true}, series{name: "ApproximateBacklogSizePerInstance", stat: "Maximum", whole: true})
		graph("Failed requests", series{name: "Invocation4XXErrors"}, series{name: "Invocation5XXErrors"})
		graph("Age of the oldest request (s)", series{name: "ApproximateAgeOfOldestRequest", stat: "Maximum", whole: true})
		graph("Latency of the model (µs)", series{name: "ModelLatency", stat: "p50"}, series{name: "ModelLatency", stat: "p99"})
	}
	if p.Variants[0].Serverless != nil {
		graph("Memory (%)", series{name: "MemoryUtilization", stat: "Maximum", namespace: instanceMetrics})
		graph("Cold starts (µs)", series{name: "ModelSetupTime", stat: "Maximum"})
	} else {
		graph("Processors (% of one)", series{name: "CPUUtilization", stat: "Average", namespace: instanceMetrics}, series{name: "GPUUtilization", stat: "Average", namespace: instanceMetrics})
		graph("Memory and disk (%)", series{name: "MemoryUtilization", stat: "Maximum", namespace: instanceMetrics}, series{name: "DiskUtilization", stat: "Maximum", namespace: instanceMetrics})
		// The count of samples in a minute is the count of instances.
		graph("Instances", series{name: "CPUUtilization", stat: "SampleCount", namespace: instanceMetrics})
	}
	return jsontext.Compact(struct {
		Widgets []widget `json:"widgets"`
	}{widgets})
}

func (p Props) lines(all []series) [][]any {
	var out [][]any
	for _, s := range all {
		namespace, options := s.namespace, map[string]string{}
		namespace = cmp.Or(namespace, metrics)
		if s.stat != "" {
			options["stat"] = s.stat
		}
		if s.whole {
			out = append(out, []any{namespace, s.name, "EndpointName", p.Name, options})
			continue
		}
		for _, v := range p.all() {
			labelled := map[string]string{"label": v.Name + " " + s.name}
			if s.stat != "" {
				labelled["stat"] = s.stat
				labelled["label"] += " " + s.stat
			}
			out = append(out, []any{namespace, s.name, "EndpointName", p.Name, "VariantName", v.Name, labelled})
		}
	}
	return out
}
