// Package mlflowserver says how an MLflow server with a PostgreSQL database runs, wherever that is: its options, its file for names and
// passwords, and the program that starts it in a container whose database changes its password. It is pure Go.
package mlflowserver

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/rdssignin"
)

// Port at which the server listens.
const Port = 5000

// HealthPath answers without a name and password.
const HealthPath = "/health"

// Folder is where the server keeps artifacts in the bucket of models.
const Folder = "mlflow"

// Database is the name of its database.
const Database = "mlflow"

// PrivateAddresses are the hosts of requests that are made by address, as those of health checks are.
func PrivateAddresses() []string { return []string{"10.*", "172.*", "192.168.*"} }

// A Server is what the server is told.
type Server struct {
	// Host is the name that people and programs use, the only one that the server answers beside Addresses.
	Host string
	// Addresses are further patterns of hosts, such as PrivateAddresses for health checks.
	Addresses []string
	// Workers are the processes of a server, each of about 300 MiB.
	Workers int
	// BasicAuth asks for name and password, which the file of AuthConfig begins with.
	BasicAuth bool
}

// Options are those of the command mlflow server, by their names with underscores.
// https://mlflow.org/docs/latest/self-hosting/security/network/
func (s Server) Options() map[string]any {
	hosts := append([]string{s.Host, s.Host + ":*"}, s.Addresses...)
	options := map[string]any{
		"host": "0.0.0.0", "port": Port, "workers": s.Workers, "allowed_hosts": strings.Join(hosts, ","), "cors_allowed_origins": "https://" + s.Host,
	}
	if s.BasicAuth {
		options["app_name"] = "basic-auth"
	}
	return options
}

// Arguments are the options as the command line has them, sorted.
func (s Server) Arguments() []string {
	var out []string
	options := s.Options()
	for _, name := range slices.Sorted(maps.Keys(options)) {
		out = append(out, "--"+strings.ReplaceAll(name, "_", "-"), fmt.Sprint(options[name]))
	}
	return out
}

// AuthConfig is the file with which MLflow makes its first administrator, admin, when there is none, and never looks at the password again.
// Who is known may read, until the administrator says otherwise. A percent sign in a value is written twice.
// https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/
func AuthConfig(databaseURI, password string) string {
	return "[mlflow]\ndefault_permission = READ\ndatabase_uri = " + databaseURI + "\n" +
		"admin_username = admin\nadmin_password = " + password + "\nauthorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
}

// URI of a database at a host. Credentials are user and password as a URL has them, with a colon between and @ behind, or empty where
// they are given with each connection.
func URI(credentials, host string, port int) string {
	return fmt.Sprintf("postgresql+psycopg2://%s%s:%d/%s?sslmode=require", credentials, host, port, Database)
}

//go:embed start.py
var program string

// The variables that Program reads, beside those of package rdssignin.
const (
	// AdminPassword is the secret with which MLflow makes its administrator. Without it nobody is asked.
	AdminPassword = "ADMIN_PASSWORD"
	// AuthFile is AuthConfig, with PasswordMark in place of the password.
	AuthFile = "AUTH_CONFIG"
	// SessionKey signs sessions: a secret, the same for all tasks.
	SessionKey = "MLFLOW_FLASK_SERVER_SECRET_KEY"
)

// PasswordMark stands where the program puts the password.
const PasswordMark = "<password>"

// Program is Python that an image of MLflow with boto3 and psycopg2 runs, one whose tag ends in -full: with the argument migrate it brings
// the schema of the database up to the version of the image, one at a time, and with server and the options it becomes the server.
func Program() string { return rdssignin.Program(program) }
