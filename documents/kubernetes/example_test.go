package kubernetes_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

func ExampleYAML() {
	text, err := kubernetes.YAML(kubernetes.HTTPRoute{
		Metadata:   kubernetes.Metadata{Name: "wine", Namespace: "models"},
		ParentRefs: []kubernetes.ParentRef{{Name: "inference", Namespace: "gateway"}},
		Rules: []kubernetes.HTTPRule{{BackendRefs: []kubernetes.BackendRef{
			{Name: "wine-predictor", Port: 80, Weight: kubernetes.Ptr(90)}, {Name: "wine-next-predictor", Port: 80, Weight: kubernetes.Ptr(10)},
		}}},
	})
	fmt.Println(string(text), err)
	// Output:
	// apiVersion: gateway.networking.k8s.io/v1
	// kind: HTTPRoute
	// metadata:
	//   name: wine
	//   namespace: models
	// spec:
	//   parentRefs:
	//     - name: inference
	//       namespace: gateway
	//   rules:
	//     - backendRefs:
	//         - name: wine-predictor
	//           port: 80
	//           weight: 90
	//         - name: wine-next-predictor
	//           port: 80
	//           weight: 10
	//  <nil>
}
