package awsemulator

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"
)

const certificateKind = "acm/certificate"

func certificateGaps() []Gap {
	return []Gap{{
		Service: "elasticloadbalancing", Operations: []string{"CreateListener", "ModifyListener", "DescribeListeners", "AddListenerCertificates", "RemoveListenerCertificates", "DescribeListenerCertificates"},
		What: "gives certificates ARNs of its own", How: "certificates that are made elsewhere have the ARNs of the configuration",
		answer: func(e *Emulator, r *request) *response {
			there, back := *r, strings.NewReplacer()
			e.store.mutex.Lock()
			for _, each := range e.all(r, certificateKind, "") {
				known, own := text(each, "known"), text(each, "own")
				there.body = bytes.ReplaceAll(there.body, []byte(url.QueryEscape(known)), []byte(url.QueryEscape(own)))
				back = strings.NewReplacer(own, known)
			}
			e.store.mutex.Unlock()
			out := e.ask(&there)
			return &response{out.status, out.header, []byte(back.Replace(string(out.body)))}
		},
	}}
}

// Certificate makes a certificate of ACM with an ARN that is known before, as one that was made elsewhere. There is one for an account and a region.
func (e *Emulator) Certificate(arn, domain string) error {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 {
		return fmt.Errorf("%q is no ARN", arn)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	certificate := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: domain}, DNSNames: []string{domain}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	if err != nil {
		return err
	}
	encoded := func(kind string, content []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
	}
	answer, err := e.Invoke(parts[4], parts[3], "acm", "acm", "ImportCertificate", map[string]any{"Certificate": encoded("CERTIFICATE", signed), "PrivateKey": encoded("PRIVATE KEY", private)})
	if err != nil {
		return err
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	e.keep(&request{Call: &Call{Account: parts[4], Region: parts[3]}}, certificateKind, arn, object{"known": arn, "own": text(answer, "CertificateArn")})
	return nil
}
