package stacks

import (
	"strconv"
	"time"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/documents/mlflowserver"
)

// Secrets of MLflow in the cluster.
const (
	databaseSecret = "mlflow-database"
	authSecret     = "mlflow-auth"
)

// mlflowServer installs External Secrets, what MLflow needs before its chart, and MLflow. Its account and secrets must be there before,
// because the job that migrates the database runs before anything else of the chart is made.
func (s *servingStack) mlflowServer() {
	m := s.env.Serving.MLflow
	operator := s.secretsOperator()
	objects := s.mlflowObjects()
	if m.Authentication == config.MLflowBasic {
		objects = append(objects, mlflowAuth()...)
	}
	access := s.own("mlflow-access", objects, map[string]any{
		"databaseHost": s.fact("databaseHost"), "databaseSecret": s.fact("databaseSecret"), "targets": s.fact("mlflowTargets"),
	}, operator, s.controller)
	s.install(helmvalues.MLflow, mlflowNamespace, helmvalues.MLflowValues{
		Image: "ghcr.io/mlflow/mlflow", Tag: m.Tag, Replicas: m.Replicas, Workers: m.Workers, Host: s.env.Serving.MLflowHost(),
		// The load balancer asks by the addresses of pods, and pods of the cluster by the service's name.
		Addresses:      append(mlflowserver.PrivateAddresses(), "localhost:*", "mlflow."+mlflowNamespace+"*"),
		DatabaseSecret: databaseSecret, DatabaseKey: "uri", Artifacts: "s3://" + s.env.Storage.Models.Name + "/" + mlflowserver.Folder, Account: mlflowAccount,
		BasicAuth: m.Authentication == config.MLflowBasic, AuthSecret: authSecret, Region: s.stack.Region,
		Resources: helmvalues.Resources{
			Requests: helmvalues.Amounts{CPU: "250m", Memory: strconv.Itoa(m.MemoryMiB/2) + "Mi"}, Limits: helmvalues.Amounts{Memory: strconv.Itoa(m.MemoryMiB) + "Mi"},
		},
	}.Values(), access)
}

// databaseURI is the URI of the database with what the operator fills in. A password may have any character.
var databaseURI = mlflowserver.URI("{{ .user | urlquery }}:{{ .word | urlquery }}@", kubernetes.Value("databaseHost"), 5432)

func (s *servingStack) mlflowObjects() []kubernetes.Object {
	named := func(name string) kubernetes.Metadata {
		return kubernetes.Metadata{Name: name, Namespace: mlflowNamespace}
	}
	account := kubernetes.ServiceAccount{Metadata: named(mlflowAccount), AutomountServiceAccountToken: kubernetes.Ptr(false)}
	if role := s.irsa(mlflowNamespace, mlflowAccount); role != "" {
		account.Annotations = map[string]string{kubernetes.RoleARN: role}
	}
	pods := kubernetes.Selector{MatchLabels: map[string]string{"app.kubernetes.io/name": "mlflow"}}
	anywhere := []kubernetes.Peer{kubernetes.Addresses("0.0.0.0/0")}
	return []kubernetes.Object{
		account,
		kubernetes.SecretStore{Metadata: named("aws"), Provider: kubernetes.SecretProvider{AWS: kubernetes.AWSSecrets{Service: "SecretsManager", Region: s.stack.Region}}},
		kubernetes.ExternalSecret{
			Metadata: named(databaseSecret), SecretStoreRef: kubernetes.StoreRef{Kind: "SecretStore", Name: "aws"}, RefreshInterval: kubernetes.Duration(time.Hour),
			Target: kubernetes.SecretTarget{Template: &kubernetes.SecretTemplate{Data: map[string]string{"uri": databaseURI}}},
			Data:   databaseCredentials(),
		},
		kubernetes.DefaultDeny(mlflowNamespace), kubernetes.AllowDNS(mlflowNamespace), kubernetes.AllowPodIdentity(mlflowNamespace, nil),
		kubernetes.NetworkPolicy{
			Metadata: named("server"), PodSelector: pods, PolicyTypes: []string{"Ingress", "Egress"},
			// The load balancer and what scrapes have addresses of the network; pods of models and jobs those of the cluster.
			Ingress: []kubernetes.IngressRule{{Ports: kubernetes.TCP("5000")}},
			Egress:  []kubernetes.EgressRule{{To: anywhere, Ports: kubernetes.TCP("443", "5432")}},
		},
		kubernetes.PodDisruptionBudget{Metadata: named("mlflow"), Selector: pods, MaxUnavailable: "1", UnhealthyPodEvictionPolicy: "AlwaysAllow"},
		kubernetes.TargetGroupBinding{
			Metadata: named("mlflow"), TargetGroupARN: kubernetes.Value("targets"), TargetType: "ip", ServiceRef: kubernetes.ServiceRef{Name: "mlflow", Port: strconvPort(mlflowserver.Port)},
		},
	}
}

func strconvPort(port int) kubernetes.IntOrString { return kubernetes.IntOrString(strconv.Itoa(port)) }

func databaseCredentials() []kubernetes.SecretData {
	from := func(key, property string) kubernetes.SecretData {
		return kubernetes.SecretData{SecretKey: key, RemoteRef: kubernetes.RemoteRef{Key: kubernetes.Value("databaseSecret"), Property: property}}
	}
	return []kubernetes.SecretData{from("user", "username"), from("word", "password")}
}

// mlflowAuth makes the password of MLflow's first administrator and the key of sessions in the cluster, once: no state and no file has
// them. MLflow takes the password when it makes its administrator, and never looks at it again.
func mlflowAuth() []kubernetes.Object {
	metadata := kubernetes.Metadata{Name: authSecret, Namespace: mlflowNamespace}
	return []kubernetes.Object{
		kubernetes.Password{Metadata: metadata, Length: 32, Digits: 8, AllowRepeat: true},
		kubernetes.ExternalSecret{
			Metadata: metadata, Once: true, SecretStoreRef: kubernetes.StoreRef{Kind: "SecretStore", Name: "aws"},
			Data: databaseCredentials(), DataFrom: []kubernetes.DataFrom{kubernetes.Generated(authSecret, "admin"), kubernetes.Generated(authSecret, "session")},
			Target: kubernetes.SecretTarget{Template: &kubernetes.SecretTemplate{Data: map[string]string{
				"key": "{{ .session }}", "password": "{{ .admin }}",
				"config": mlflowserver.AuthConfig(databaseURI, "{{ .admin }}"),
			}}},
		},
	}
}
