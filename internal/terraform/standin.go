package terraform

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A Refusal is an error that a service of AWS answers with.
type Refusal struct{ Kind, Message string }

// StandIn serves what the provider asks of AWS's services in JSON, one request at a time, and tells who is calling: the account. Who looks at what
// the answers change holds the lock.
func StandIn(t testing.TB, account string, lock sync.Locker, answer func(operation string, in map[string]any) (map[string]any, *Refusal)) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "Action=GetCallerIdentity") {
			writeIdentity(w, account)
			return
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		in := map[string]any{}
		_ = json.Unmarshal(body, &in)
		out, refused := answer(operation, in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if refused != nil {
			w.WriteHeader(http.StatusBadRequest)
			out = map[string]any{"__type": refused.Kind, "message": refused.Message}
		}
		_ = json.NewEncoder(w).Encode(out)
	}))
	t.Cleanup(server.Close)
	return server
}

// writeIdentity answers GetCallerIdentity of STS.
func writeIdentity(w http.ResponseWriter, account string) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
		`<Arn>arn:aws:sts::%[1]s:assumed-role/test/test</Arn><UserId>test</UserId><Account>%[1]s</Account>`+
		`</GetCallerIdentityResult></GetCallerIdentityResponse>`, account)
}
