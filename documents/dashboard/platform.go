package dashboard

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/prometheus"
)

// Names are the physical names of what an environment has, for the dashboards of CloudWatch's metrics. What is empty has no dashboard.
type Names struct {
	// Prefix begins the titles and ids: <project>-<environment>.
	Prefix string
	// Endpoint is the SageMaker endpoint.
	Endpoint string
	// ECSCluster is the cluster of ECS.
	ECSCluster string
	// Database is the database instance of MLflow in the cluster of Kubernetes.
	Database string
	// Databases are the database instances of servers on ECS.
	Databases []string
	// LoadBalancer says that there is an application load balancer. Its metrics go by a name that AWS ends, so that the dashboard has all of the account.
	LoadBalancer bool
	// API and Stage are the private API over the models.
	API, Stage string
	// Kubernetes says that there are the dashboards of the cluster, its GPUs and its predictors.
	Kubernetes bool
}

// Platform are the dashboards of an environment, in the order of their ids.
func Platform(names Names) []Dashboard {
	var all []Dashboard
	if names.Kubernetes {
		all = append(all, Cluster(names.Prefix), GPUs(names.Prefix), Predictors(names.Prefix))
	}
	if names.Database != "" {
		all = append(all, MLflow(names.Prefix, names.Database))
	}
	if names.Endpoint != "" {
		all = append(all, Endpoint(names.Prefix, names.Endpoint))
	}
	if names.ECSCluster != "" {
		all = append(all, ECS(names.Prefix, names.ECSCluster))
	}
	if len(names.Databases) > 0 {
		all = append(all, Databases(names.Prefix, names.Databases...))
	}
	if names.LoadBalancer {
		all = append(all, LoadBalancer(names.Prefix))
	}
	if names.API != "" {
		all = append(all, API(names.Prefix, names.API, names.Stage))
	}
	return all
}

// uid shortens the prefix where the limit of Grafana is passed.
func uid(prefix, part string) string { return prefix[:min(len(prefix), 39-len(part))] + "-" + part }

func title(prefix, what string) string { return strings.ReplaceAll(prefix, "-", " ") + ": " + what }

func lines(expr, legend string) []Query { return []Query{{expr, legend}} }

// Cluster shows nodes, pods and volumes of a cluster.
func Cluster(prefix string) Dashboard {
	return Dashboard{
		UID: uid(prefix, "cluster"), Title: title(prefix, "cluster"), Variables: []Variable{{Name: "namespace", Metric: "kube_pod_info", Label: "namespace"}},
		Rows: []Row{
			{"Nodes", []Panel{
				{Title: "Nodes that are ready", Kind: Stat, Prometheus: lines(`sum(kube_node_status_condition{condition="Ready",status="true"})`, "nodes")},
				{Title: "CPU in use", Unit: Ratio, Warning: 0.9, Prometheus: lines(`1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))`, "{{node}}")},
				{Title: "Memory in use", Unit: Ratio, Warning: 0.9, Prometheus: lines(`1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes`, "{{node}}")},
				{Title: "Disk in use", Unit: Ratio, Warning: 0.9, Prometheus: lines(`1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}`, "{{node}}")},
			}},
			{"What is asked for, of what there is", []Panel{
				{Title: "CPU requested", Unit: Ratio, Prometheus: lines(`sum(kube_pod_container_resource_requests{resource="cpu"}) / sum(kube_node_status_allocatable{resource="cpu"})`, "requested")},
				{Title: "Memory requested", Unit: Ratio, Prometheus: lines(`sum(kube_pod_container_resource_requests{resource="memory"}) / sum(kube_node_status_allocatable{resource="memory"})`, "requested")},
				{Title: "Pods by phase", Prometheus: lines(`sum by (phase) (kube_pod_status_phase{namespace=~"$namespace"})`, "{{phase}}")},
				{Title: "Nodes by kind", Prometheus: lines(`count by (label_node_kubernetes_io_instance_type) (kube_node_labels)`, "{{label_node_kubernetes_io_instance_type}}")},
			}},
			{"Pods", []Panel{
				{Title: "CPU", Prometheus: lines(`sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace=~"$namespace",container!=""}[$__rate_interval]))`, "{{namespace}}/{{pod}}")},
				{Title: "Memory", Unit: Bytes, Prometheus: lines(`sum by (namespace, pod) (container_memory_working_set_bytes{namespace=~"$namespace",container!=""})`, "{{namespace}}/{{pod}}")},
				{Title: "CPU throttled", Unit: Ratio, Prometheus: lines(`sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{namespace=~"$namespace"}[$__rate_interval])) / sum by (namespace, pod) (rate(container_cpu_cfs_periods_total{namespace=~"$namespace"}[$__rate_interval]))`, "{{namespace}}/{{pod}}")},
				{Title: "Restarts within an hour", Kind: Table, Prometheus: lines(`sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{namespace=~"$namespace"}[1h])) > 0`, "")},
			}},
			{"Volumes", []Panel{
				{Title: "Volumes in use", Unit: Ratio, Warning: 0.9, Prometheus: lines(`1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes`, "{{namespace}}/{{persistentvolumeclaim}}")},
			}},
		},
	}
}

// GPUs shows what NVIDIA's exporter knows of GPUs.
func GPUs(prefix string) Dashboard {
	const who = "{{Hostname}} {{gpu}} {{exported_pod}}"
	return Dashboard{
		UID: uid(prefix, "gpus"), Title: title(prefix, "GPUs"), Variables: []Variable{{Name: "node", Metric: "DCGM_FI_DEV_GPU_UTIL", Label: "Hostname"}},
		Rows: []Row{
			{"Use", []Panel{
				{Title: "Busy", Unit: Percent, Prometheus: lines(`DCGM_FI_DEV_GPU_UTIL{Hostname=~"$node"}`, who)},
				{Title: "Memory in use", Unit: Ratio, Warning: 0.95, Prometheus: lines(`DCGM_FI_DEV_FB_USED{Hostname=~"$node"} / (DCGM_FI_DEV_FB_USED{Hostname=~"$node"} + DCGM_FI_DEV_FB_FREE{Hostname=~"$node"})`, who)},
				{Title: "GPUs that nobody uses", Kind: Stat, Prometheus: lines(`count(avg_over_time(DCGM_FI_DEV_GPU_UTIL[30m]) < 1) or vector(0)`, "idle for 30 minutes")},
			}},
			{"Health", []Panel{
				{Title: "Power", Unit: Watts, Prometheus: lines(`DCGM_FI_DEV_POWER_USAGE{Hostname=~"$node"}`, who)},
				{Title: "Temperature", Unit: Celsius, Warning: 85, Prometheus: lines(`DCGM_FI_DEV_GPU_TEMP{Hostname=~"$node"}`, who)},
				{Title: "XID errors", Prometheus: lines(`DCGM_FI_DEV_XID_ERRORS{Hostname=~"$node"}`, who)},
			}},
		},
	}
}

// Predictors shows rate, errors, latency and saturation of the predictors of KServe, by what package prometheus records.
func Predictors(prefix string) Dashboard {
	const who, chosen = "{{namespace}}/{{inferenceservice}}", `{namespace=~"$namespace",inferenceservice=~"$service"}`
	of := func(metric string) []Query { return lines(metric+chosen, who) }
	return Dashboard{
		UID: uid(prefix, "predictors"), Title: title(prefix, "predictors"),
		Variables: []Variable{{Name: "namespace", Metric: prometheus.PredictorRate, Label: "namespace"}, {Name: "service", Metric: prometheus.PredictorRate, Label: "inferenceservice"}},
		Rows: []Row{
			{"Requests", []Panel{
				{Title: "Rate", Unit: PerSecond, Prometheus: of(prometheus.PredictorRate)},
				{Title: "Answers that fail", Unit: Ratio, Warning: 0.05, Prometheus: of(prometheus.PredictorErrors)},
				{Title: "Answers by status", Unit: PerSecond, Prometheus: lines(`sum by (inferenceservice, status_code) (rate(rest_server_requests_total{job="predictors",path=~".*/infer",namespace=~"$namespace",inferenceservice=~"$service"}[$__rate_interval]))`, "{{inferenceservice}} {{status_code}}")},
			}},
			{"Latency", []Panel{
				{Title: "Half of the answers within", Unit: Seconds, Prometheus: of(prometheus.PredictorLatency50)},
				{Title: "95 of 100 within", Unit: Seconds, Prometheus: of(prometheus.PredictorLatency95)},
				{Title: "99 of 100 within", Unit: Seconds, Prometheus: of(prometheus.PredictorLatency99)},
			}},
			{"Saturation", []Panel{
				{Title: "CPU, of the limit", Unit: Ratio, Warning: 0.9, Prometheus: of(prometheus.PredictorCPU)},
				{Title: "Memory, of the limit", Unit: Ratio, Warning: 0.9, Prometheus: of(prometheus.PredictorMemory)},
				{Title: "Requests in progress", Prometheus: of(prometheus.PredictorInProgress)},
				{Title: "Replicas", Prometheus: []Query{
					{`kube_deployment_status_replicas_available{namespace=~"$namespace",deployment=~"$service-predictor.*"}`, "{{deployment}} available"},
					{`kube_horizontalpodautoscaler_spec_max_replicas{namespace=~"$namespace",horizontalpodautoscaler=~"$service-predictor.*"}`, "{{horizontalpodautoscaler}} at most"},
				}},
			}},
		},
	}
}

// MLflow shows the pods of MLflow and its database.
func MLflow(prefix, database string) Dashboard {
	return Dashboard{
		UID: uid(prefix, "mlflow"), Title: title(prefix, "MLflow"),
		Rows: []Row{
			{"Server", []Panel{
				{Title: "Pods that are ready", Kind: Stat, Prometheus: lines(`sum(kube_deployment_status_replicas_available{namespace="mlflow"})`, "pods")},
				{Title: "CPU", Prometheus: lines(`sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="mlflow",container!=""}[$__rate_interval]))`, "{{pod}}")},
				{Title: "Memory, of the limit", Unit: Ratio, Warning: 0.9, Prometheus: lines(`sum by (pod) (container_memory_working_set_bytes{namespace="mlflow",container!=""}) / sum by (pod) (kube_pod_container_resource_limits{namespace="mlflow",resource="memory"})`, "{{pod}}")},
			}},
			databaseRow("Database", database),
		},
	}
}

// databaseRow shows an instance of RDS.
func databaseRow(title, instance string) Row {
	rds := func(metric string) []Metric {
		return []Metric{{Namespace: "AWS/RDS", Name: metric, Dimensions: map[string]string{"DBInstanceIdentifier": instance}}}
	}
	return Row{title, []Panel{
		{Title: "CPU", Unit: Percent, Warning: 90, CloudWatch: rds("CPUUtilization")},
		{Title: "Connections", CloudWatch: rds("DatabaseConnections")},
		{Title: "Free storage", Unit: Bytes, CloudWatch: rds("FreeStorageSpace")},
		{Title: "Free memory", Unit: Bytes, CloudWatch: rds("FreeableMemory")},
	}}
}

// Databases shows instances of RDS, a row for each.
func Databases(prefix string, instances ...string) Dashboard {
	made := Dashboard{UID: uid(prefix, "databases"), Title: title(prefix, "databases")}
	for _, each := range instances {
		made.Rows = append(made.Rows, databaseRow(each, each))
	}
	return made
}

// LoadBalancer shows the application load balancers of the account in the region and their target groups.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func LoadBalancer(prefix string) Dashboard {
	of := func(metric, statistic string, dimensions ...string) []Metric {
		all := map[string]string{}
		for _, each := range dimensions {
			all[each] = "*"
		}
		return []Metric{{Namespace: "AWS/ApplicationELB", Name: metric, Statistic: statistic, Dimensions: all}}
	}
	balancer := func(metric string) []Metric { return of(metric, "Sum", "LoadBalancer") }
	targets := func(metric, statistic string) []Metric {
		return of(metric, statistic, "LoadBalancer", "TargetGroup")
	}
	return Dashboard{
		UID: uid(prefix, "load-balancer"), Title: title(prefix, "load balancer"),
		Rows: []Row{
			{"Requests", []Panel{
				{Title: "Requests", CloudWatch: balancer("RequestCount")},
				{Title: "Answers of 500 and more by the load balancer", CloudWatch: balancer("HTTPCode_ELB_5XX_Count")},
				{Title: "Connections that it refused", CloudWatch: balancer("RejectedConnectionCount")},
			}},
			{"Targets", []Panel{
				{Title: "Requests", CloudWatch: targets("RequestCount", "Sum")},
				{Title: "Answers of 500 and more", CloudWatch: targets("HTTPCode_Target_5XX_Count", "Sum")},
				{Title: "99 of 100 answers within", Unit: Seconds, CloudWatch: targets("TargetResponseTime", "p99")},
			}},
			{"Health", []Panel{
				{Title: "Healthy", CloudWatch: targets("HealthyHostCount", "Minimum")},
				{Title: "Ill", CloudWatch: targets("UnHealthyHostCount", "Maximum")},
			}},
		},
	}
}

// API shows a REST API of API Gateway, and its methods one by one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
func API(prefix, api, stage string) Dashboard {
	all := map[string]string{"ApiName": api, "Stage": stage}
	each := map[string]string{"ApiName": api, "Stage": stage, "Method": "*", "Resource": "*"}
	of := func(metric, statistic string, dimensions map[string]string) []Metric {
		return []Metric{{Namespace: "AWS/ApiGateway", Name: metric, Statistic: statistic, Dimensions: dimensions}}
	}
	return Dashboard{
		UID: uid(prefix, "api"), Title: title(prefix, "API over the models"),
		Rows: []Row{
			{"All routes", []Panel{
				{Title: "Requests", CloudWatch: of("Count", "Sum", all)},
				{Title: "Answers of 400 to 499", CloudWatch: of("4XXError", "Sum", all)},
				{Title: "Answers of 500 and more", CloudWatch: of("5XXError", "Sum", all)},
				{Title: "99 of 100 answers within", Unit: Milliseconds, CloudWatch: of("Latency", "p99", all)},
			}},
			{"By route", []Panel{
				{Title: "Requests", CloudWatch: of("Count", "Sum", each)},
				{Title: "Answers of 500 and more", CloudWatch: of("5XXError", "Sum", each)},
				{Title: "99 of 100 answers within", Unit: Milliseconds, CloudWatch: of("Latency", "p99", each)},
			}},
		},
	}
}

// Endpoint shows a SageMaker endpoint, all variants of it.
func Endpoint(prefix, endpoint string) Dashboard {
	const requests, instances = "AWS/SageMaker", "/aws/sagemaker/Endpoints"
	of := func(namespace, metric, statistic string) []Metric {
		return []Metric{{Namespace: namespace, Name: metric, Statistic: statistic, Dimensions: map[string]string{"EndpointName": endpoint, "VariantName": "*"}}}
	}
	return Dashboard{
		UID: uid(prefix, "endpoint"), Title: title(prefix, "SageMaker endpoint"),
		Rows: []Row{
			{"Requests", []Panel{
				{Title: "Requests", CloudWatch: of(requests, "Invocations", "Sum")},
				{Title: "Answers that fail", CloudWatch: append(of(requests, "Invocation5XXErrors", "Sum"), of(requests, "Invocation4XXErrors", "Sum")...)},
				{Title: "Requests per instance", CloudWatch: of(requests, "InvocationsPerInstance", "Sum")},
			}},
			{"Latency", []Panel{
				{Title: "99 of 100 answers of the model within", Unit: Microseconds, CloudWatch: of(requests, "ModelLatency", "p99")},
				{Title: "What SageMaker adds to 99 of 100", Unit: Microseconds, CloudWatch: of(requests, "OverheadLatency", "p99")},
			}},
			{"Instances", []Panel{
				{Title: "CPU", Unit: Percent, CloudWatch: of(instances, "CPUUtilization", "")},
				{Title: "Memory", Unit: Percent, Warning: 90, CloudWatch: of(instances, "MemoryUtilization", "")},
				{Title: "GPU", Unit: Percent, CloudWatch: of(instances, "GPUUtilization", "")},
				{Title: "Disk", Unit: Percent, Warning: 90, CloudWatch: of(instances, "DiskUtilization", "")},
			}},
		},
	}
}

// ECS shows the services of a cluster of ECS with Container Insights.
func ECS(prefix, cluster string) Dashboard {
	of := func(namespace, metric, statistic string) []Metric {
		return []Metric{{Namespace: namespace, Name: metric, Statistic: statistic, Dimensions: map[string]string{"ClusterName": cluster, "ServiceName": "*"}}}
	}
	const insights = "ECS/ContainerInsights"
	return Dashboard{
		UID: uid(prefix, "ecs"), Title: title(prefix, "ECS"),
		Rows: []Row{
			{"Services", []Panel{
				{Title: "CPU", Unit: Percent, Warning: 90, CloudWatch: of("AWS/ECS", "CPUUtilization", "")},
				{Title: "Memory", Unit: Percent, Warning: 90, CloudWatch: of("AWS/ECS", "MemoryUtilization", "")},
			}},
			{"Tasks", []Panel{
				{Title: "Running", CloudWatch: of(insights, "RunningTaskCount", "")},
				{Title: "Wanted", CloudWatch: of(insights, "DesiredTaskCount", "")},
				{Title: "Waiting", CloudWatch: of(insights, "PendingTaskCount", "")},
			}},
		},
	}
}
