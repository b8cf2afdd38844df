package controlplane

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// A question is whether somebody may do something.
type question struct {
	user, verb, group, resource, name, namespace string
	allowed                                      bool
}

// ask has the API server answer it, and compares.
func (q question) ask(t testing.TB, cluster *Cluster) {
	t.Helper()
	answer, err := cluster.Do(context.Background(), http.MethodPost, "/apis/authorization.k8s.io/v1/subjectaccessreviews", nil, Object{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
		"spec": map[string]any{"user": q.user, "resourceAttributes": map[string]any{"verb": q.verb, "group": q.group, "resource": q.resource, "name": q.name, "namespace": q.namespace}},
	})
	require.NoError(t, err)
	require.Equal(t, q.allowed, answer.at("status", "allowed") == true, "%+v: %s", q, answer.Text("status", "reason"))
}
