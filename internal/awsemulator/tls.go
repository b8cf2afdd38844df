package awsemulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An authority signs a certificate for each host of AWS that is asked for.
type authority struct {
	pem   []byte
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	mutex sync.Mutex
	known map[string]*tls.Certificate
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "emulator"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &authority{pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), cert: cert, key: key, known: map[string]*tls.Certificate{}}
}

func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if found := a.known[hello.ServerName]; found != nil {
		return found, nil
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(a.known) + 2)), Subject: pkix.Name{CommonName: hello.ServerName}, DNSNames: []string{hello.ServerName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &a.key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	a.known[hello.ServerName] = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}
	return a.known[hello.ServerName], nil
}

// serve answers what comes through tunnels, over TLS.
func (a *authority) serve(t testing.TB, handler http.Handler) *tunnels {
	inner := &tunnels{connections: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() {
		_ = server.Serve(tls.NewListener(inner, &tls.Config{GetCertificate: a.certificate, NextProtos: []string{"http/1.1"}}))
	}()
	t.Cleanup(func() { _ = server.Close() })
	return inner
}

// tunnels is a listener of connections that clients open through the proxy.
type tunnels struct {
	connections chan net.Conn
	closed      chan struct{}
	once        sync.Once
}

func (l *tunnels) Accept() (net.Conn, error) {
	select {
	case c := <-l.connections:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *tunnels) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *tunnels) Addr() net.Addr { return &net.TCPAddr{} }

// connect is an HTTPS proxy all of whose tunnels end here.
func connect(inner *tunnels) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hijacker, ok := w.(http.Hijacker)
		if r.Method != http.MethodConnect || !ok {
			http.Error(w, errors.New("only HTTPS goes through here").Error(), http.StatusBadRequest)
			return
		}
		connection, _, err := hijacker.Hijack()
		if err != nil {
			return
		}
		if _, err := connection.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
			connection.Close()
			return
		}
		select {
		case inner.connections <- connection:
		case <-inner.closed:
			connection.Close()
		}
	})
}
