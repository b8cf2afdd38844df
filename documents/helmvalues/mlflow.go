package helmvalues

import "github.com/mlplatform/mlplatform/documents/mlflowserver"

// MLflowValues are those of MLflow's own chart. https://github.com/mlflow/mlflow/blob/master/charts/values.yaml
type MLflowValues struct {
	// Image with its tag or, behind @, its digest. It must be one with drivers and boto3: those whose tags end in -full.
	Image, Tag string
	// Replicas of the server, and Workers of each.
	Replicas, Workers int
	// Host is the name that people and programs use, the only one that the server answers beside its own.
	Host string
	// Addresses are further patterns of hosts, such as those of health checks.
	Addresses []string
	// DatabaseSecret and DatabaseKey name the Secret with the URI of the database.
	DatabaseSecret, DatabaseKey string
	// Artifacts is where the server keeps artifacts: s3://bucket/folder. Clients need no rights on it.
	Artifacts string
	// Account is the service account, which must be there before: the migration of the database runs with it.
	Account string
	// BasicAuth asks for name and password. AuthSecret has the keys config (an ini file) and key (with which sessions are signed).
	BasicAuth  bool
	AuthSecret string
	// Resources of each replica.
	Resources Resources
	// Region of the bucket.
	Region string
	Extra  Values
}

const authFolder = "/etc/mlflow-auth"

// Values for Helm.
func (v MLflowValues) Values() Values {
	options := mlflowserver.Server{Host: v.Host, Addresses: v.Addresses, Workers: v.Workers, BasicAuth: v.BasicAuth}.Options()
	env := []any{Values{"name": "AWS_REGION", "value": v.Region}, Values{"name": "MLFLOW_HTTP_REQUEST_TIMEOUT", "value": "120"}}
	values := Values{
		"image": Values{"repository": v.Image, "tag": v.Tag}, "replicaCount": v.Replicas, "fullnameOverride": "mlflow",
		"mlflow": Values{
			"backendStoreUriFrom":  Values{"secretKeyRef": Values{"name": v.DatabaseSecret, "key": v.DatabaseKey}},
			"artifactsDestination": v.Artifacts,
		},
		"migrations":     Values{"enabled": true},
		"serviceAccount": Values{"create": false, "name": v.Account},
		"resources":      v.Resources,
		// The image writes compiled files and uploads there; its root is read only.
		"extraVolumes":      []any{Values{"name": "tmp", "emptyDir": Values{}}},
		"extraVolumeMounts": []any{Values{"name": "tmp", "mountPath": "/tmp"}},
	}
	if v.BasicAuth {
		env = append(env,
			Values{"name": "MLFLOW_AUTH_CONFIG_PATH", "value": authFolder + "/config"},
			Values{"name": "MLFLOW_FLASK_SERVER_SECRET_KEY", "valueFrom": Values{"secretKeyRef": Values{"name": v.AuthSecret, "key": "key"}}})
		values["extraVolumes"] = append(values["extraVolumes"].([]any), Values{"name": "auth", "secret": Values{"secretName": v.AuthSecret, "items": []any{Values{"key": "config", "path": "config"}}}})
		values["extraVolumeMounts"] = append(values["extraVolumeMounts"].([]any), Values{"name": "auth", "mountPath": authFolder, "readOnly": true})
	}
	values["server"] = Values{"value_options": Values(options)}
	values["env"] = env
	return merge(values, v.Extra)
}
