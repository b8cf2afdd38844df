package awsemulator

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

func route53Gaps() []Gap {
	return []Gap{{
		Service: "route53", Operations: []string{"GetHostedZone", "ListResourceRecordSets", "ChangeResourceRecordSets"},
		What: "gives hosted zones ids of its own, and does not make again a record that was deleted",
		How:  "zones that are made elsewhere have the ids of the configuration; a record that the zone does not have is made",
		answer: func(e *Emulator, r *request) *response {
			id := r.text("HostedZoneId") + r.text("Id")
			e.store.mutex.Lock()
			own, _ := e.store.kept[r.key("route53/zone", id)].(string)
			e.store.mutex.Unlock()
			if own == "" {
				return nil
			}
			there := *r
			there.path = strings.Replace(r.path, "/"+id, "/"+own, 1)
			out := e.ask(&there)
			if r.Operation == "ChangeResourceRecordSets" && out.status == http.StatusBadRequest && bytes.Contains(out.body, []byte("but it already exists")) && !e.hasRecords(&there) {
				there.body = bytes.ReplaceAll(there.body, []byte("<Action>CREATE</Action>"), []byte("<Action>UPSERT</Action>"))
				out = e.ask(&there)
			}
			return &response{out.status, out.header, bytes.ReplaceAll(out.body, []byte(own), []byte(id))}
		},
	}}
}

// hasRecords tells whether the zone has one of the records that a request makes.
func (e *Emulator) hasRecords(r *request) bool {
	listed := *r
	listed.http = &http.Request{Method: http.MethodGet, URL: &url.URL{}, Header: r.http.Header}
	listed.body = nil
	tree, _, err := parseXML(e.ask(&listed).body)
	if err != nil {
		return true
	}
	there := map[string]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if name, kind := n.named("Name"), n.named("Type"); n.name == "ResourceRecordSet" && len(name) > 0 && len(kind) > 0 {
			there[recordKey(name[0].text, kind[0].text)] = true
		}
		for _, each := range n.children {
			visit(each)
		}
	}
	visit(tree)
	batch, _ := r.Arguments["ChangeBatch"].(object)
	for _, each := range lists(batch["Changes"]) {
		change, _ := each.(object)
		record, _ := change["ResourceRecordSet"].(object)
		if change["Action"] == "CREATE" && there[recordKey(text(record, "Name"), text(record, "Type"))] {
			return true
		}
	}
	return false
}

// recordKey is a record's name and type. A star is written as its octal code where Route 53 tells of it.
func recordKey(name, kind string) string {
	return strings.TrimSuffix(strings.Replace(name, `\052`, "*", 1), ".") + " " + kind
}

// HostedZone makes a zone of Route 53 with an id that is known before, as one that was made elsewhere.
func (e *Emulator) HostedZone(account, id, name string) error {
	header := http.Header{"Authorization": {"AWS4-HMAC-SHA256 Credential=" + account + "/20260101/us-east-1/route53/aws4_request"}}
	body := fmt.Sprintf(`<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>%s</Name><CallerReference>%s</CallerReference></CreateHostedZoneRequest>`, name, id)
	r := &request{Call: &Call{Account: account, Region: "us-east-1"}, http: &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: header}, body: []byte(body), path: "/2013-04-01/hostedzone"}
	out := e.ask(r)
	tree, _, err := parseXML(out.body)
	if err != nil || out.status != http.StatusCreated {
		return fmt.Errorf("moto makes no hosted zone: %d %s", out.status, out.body)
	}
	own := ""
	texts(tree.plain(), func(path, text string) {
		if strings.HasSuffix(path, "HostedZone.Id") {
			own = text[strings.LastIndexByte(text, '/')+1:]
		}
	})
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	e.keep(r, "route53/zone", id, own)
	return nil
}
