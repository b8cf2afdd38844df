package prefect

import (
	_ "embed"
	"fmt"

	"github.com/mlplatform/mlplatform/documents/rdssignin"
)

const (
	// ServerPort is where a server listens.
	ServerPort = 4200
	// ServerHealth answers without the authentication string, since Prefect 3.1.
	ServerHealth = "/api/health"
	// ServerDatabase is the name of its database.
	ServerDatabase = "prefect"
	// ServerAuth is the variable with the authentication string of a server, user:password.
	// https://docs.prefect.io/v3/advanced/security-settings
	ServerAuth = "PREFECT_SERVER_API_AUTH_STRING"
	// ClientAuth is the variable with the same string for everybody who asks the server.
	ClientAuth = "PREFECT_API_AUTH_STRING"
	// ClientKey is the variable with an API key of Prefect Cloud.
	ClientKey = "PREFECT_API_KEY"
)

// APIURL is the API of a server at a host that speaks TLS.
func APIURL(host string) string { return "https://" + host + "/api" }

// ServerURI is the database of a server, without user and password.
func ServerURI(host string, port int) string {
	return fmt.Sprintf("postgresql+asyncpg://%s:%d/%s?ssl=require", host, port, ServerDatabase)
}

// ServerEnvironment are the variables of a server at a host: it writes below /tmp alone, tells Prefect nothing of its use, and
// leaves migrations to ServerProgram.
// https://docs.prefect.io/v3/api-ref/settings-ref
func ServerEnvironment(host string) map[string]string {
	return map[string]string{
		"PREFECT_HOME": "/tmp/prefect", "PREFECT_SERVER_UI_STATIC_DIRECTORY": "/tmp/ui", "PREFECT_SERVER_UI_API_URL": APIURL(host),
		"PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
	}
}

// ServerArguments are those of ServerProgram that make it the server.
func ServerArguments() []string {
	return []string{"server", "--host", "0.0.0.0", "--port", fmt.Sprint(ServerPort)}
}

//go:embed start.py
var serverProgram string

// ServerProgram is Python that an image with Prefect and boto3 runs, such as prefecthq/prefect-aws, with the variables of package rdssignin:
// with the argument migrate it brings the schema of the database up to the version of the image, one at a time, and with ServerArguments
// it becomes the server.
func ServerProgram() string { return rdssignin.Program(serverProgram) }
