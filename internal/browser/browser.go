// Package browser opens pages in headless Chromium in tests, presses keys in them and says what is wrong. It speaks the DevTools
// protocol over a pipe, so that nothing listens on a port. https://chromedevtools.github.io/devtools-protocol/
package browser

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// programs are the names under which Chromium is installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// timeout is long enough for a busy machine.
const timeout = 60 * time.Second

// A Page is one page in a browser of its own.
type Page struct {
	t        testing.TB
	in       io.Writer
	messages chan message
	last     int
	session  string
	// Problems are what the console showed as errors and warnings, and what was not caught.
	Problems []string
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// New starts a browser, or skips the test where there is none.
func New(t testing.TB) *Page {
	t.Helper()
	if testing.Short() {
		t.Skip("not in -short: no page is looked at in a browser")
	}
	path := ""
	for _, each := range programs {
		if found, err := exec.LookPath(each); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("the page is not looked at in a browser, because there is no Chromium; apt-get install chromium")
	}
	command := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe")
	read, in, err := os.Pipe()
	require.NoError(t, err)
	out, write, err := os.Pipe()
	require.NoError(t, err)
	command.ExtraFiles = []*os.File{read, write} // 3 and 4
	require.NoError(t, command.Start())
	read.Close()
	write.Close()
	p := &Page{t: t, in: in, messages: make(chan message, 1000)}
	go p.listen(out)
	t.Cleanup(func() {
		p.session = ""
		p.call("Browser.close", nil, nil)
		in.Close()
		_ = command.Wait()
		out.Close()
	})
	var target struct {
		TargetID string `json:"targetId"`
	}
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct {
		SessionID string `json:"sessionId"`
	}
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	p.session = session.SessionID
	for _, each := range []string{"Runtime.enable", "Log.enable", "Page.enable"} {
		p.call(each, nil, nil)
	}
	return p
}

func (p *Page) listen(out io.Reader) {
	defer close(p.messages)
	reader := bufio.NewReaderSize(out, 1<<20)
	for {
		text, err := reader.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) == nil {
			p.messages <- m
		}
	}
}

// call asks the browser for something and waits for the answer.
func (p *Page) call(method string, params any, result any) {
	p.t.Helper()
	p.last++
	request := map[string]any{"id": p.last, "method": method}
	if params != nil {
		request["params"] = params
	}
	if p.session != "" {
		request["sessionId"] = p.session
	}
	text, err := json.Marshal(request)
	require.NoError(p.t, err)
	_, err = p.in.Write(append(text, 0))
	require.NoError(p.t, err)
	answer := p.wait(method, func(m message) bool { return m.ID == p.last })
	if answer.Error != nil {
		p.t.Fatalf("%s: %s", method, answer.Error.Message)
	}
	if result != nil {
		require.NoError(p.t, json.Unmarshal(answer.Result, result))
	}
}

// wait reads messages until the one that is waited for. Others are looked through for problems.
func (p *Page) wait(what string, is func(message) bool) message {
	p.t.Helper()
	limit := time.After(timeout)
	for {
		select {
		case m, open := <-p.messages:
			if !open {
				p.t.Fatalf("the browser ended while it was asked for %s", what)
			}
			p.note(m)
			if is(m) {
				return m
			}
		case <-limit:
			p.t.Fatalf("the browser does not answer within %s: %s", timeout, what)
		}
	}
}

func (p *Page) note(m message) {
	var said struct {
		Type             string
		Args             []struct{ Value any }
		Entry            struct{ Level, Text, URL string }
		ExceptionDetails struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	if m.Method == "" || json.Unmarshal(m.Params, &said) != nil {
		return
	}
	switch {
	case m.Method == "Runtime.exceptionThrown":
		p.Problems = append(p.Problems, said.ExceptionDetails.Text+" "+said.ExceptionDetails.Exception.Description)
	case m.Method == "Runtime.consoleAPICalled" && (said.Type == "error" || said.Type == "warning"):
		p.Problems = append(p.Problems, fmt.Sprint(said.Type, ": ", said.Args))
	case m.Method == "Log.entryAdded" && (said.Entry.Level == "error" || said.Entry.Level == "warning"):
		p.Problems = append(p.Problems, said.Entry.Level+": "+said.Entry.Text+" "+said.Entry.URL)
	}
}

// Open opens the address and waits until it is loaded.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.call("Page.navigate", map[string]any{"url": url}, nil)
	p.wait(url, func(m message) bool { return m.Method == "Page.loadEventFired" })
}

// Evaluate runs an expression in the page and reads its value.
func (p *Page) Evaluate(expression string, into any) {
	p.t.Helper()
	var result struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	p.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &result)
	if result.ExceptionDetails != nil {
		p.t.Fatalf("%s\n%s", result.ExceptionDetails.Exception.Description, expression)
	}
	if into != nil {
		require.NoError(p.t, json.Unmarshal(result.Result.Value, into))
	}
}

// Press presses a key by its name, such as Enter, or types the text.
func (p *Page) Press(key string) {
	p.t.Helper()
	codes := map[string]int{"Enter": 13, "Escape": 27, "Tab": 9}
	code, named := codes[key]
	if !named {
		for _, each := range key {
			p.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": string(each), "text": string(each)}, nil)
			p.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": string(each)}, nil)
		}
		return
	}
	for _, each := range []string{"rawKeyDown", "keyUp"} {
		p.call("Input.dispatchKeyEvent", map[string]any{"type": each, "key": key, "code": key, "windowsVirtualKeyCode": code}, nil)
	}
}

// Resize gives the page a width and height in pixels of CSS.
func (p *Page) Resize(width, height int) {
	p.t.Helper()
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Media shows the page on "screen" or for "print", to somebody who likes "light" or "dark".
func (p *Page) Media(media, scheme string) {
	p.t.Helper()
	p.call("Emulation.setEmulatedMedia", map[string]any{"media": media, "features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Screenshot is what is in the window, as PNG.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	var result struct{ Data string }
	p.call("Page.captureScreenshot", map[string]any{"format": "png"}, &result)
	image, err := base64.StdEncoding.DecodeString(result.Data)
	require.NoError(p.t, err)
	return image
}

// PDF is the page on paper.
func (p *Page) PDF() []byte {
	p.t.Helper()
	var result struct{ Data string }
	p.call("Page.printToPDF", map[string]any{"printBackground": true, "landscape": true}, &result)
	document, err := base64.StdEncoding.DecodeString(result.Data)
	require.NoError(p.t, err)
	return document
}
