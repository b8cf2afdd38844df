package browser_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/browser"
)

func TestPage(t *testing.T) {
	page := browser.New(t)
	page.Open(`data:text/html,<input>`)
	require.Empty(t, page.Problems)
	page.Resize(640, 480)
	page.Evaluate(`document.querySelector("input").focus()`, nil)
	page.Press("ab")
	var found struct {
		Value string
		Width int
	}
	look := `({ value: document.querySelector("input").value, width: innerWidth })`
	page.Evaluate(look, &found)
	require.Equal(t, "ab", found.Value)
	require.Equal(t, 640, found.Width)
	dark := false
	page.Media("print", "dark")
	page.Evaluate(`matchMedia("print and (prefers-color-scheme: dark)").matches`, &dark)
	require.True(t, dark)
	require.True(t, bytes.HasPrefix(page.Screenshot(), []byte("\x89PNG")))
	require.True(t, bytes.HasPrefix(page.PDF(), []byte("%PDF")))
}

func TestPageSaysWhatIsWrong(t *testing.T) {
	page := browser.New(t)
	page.Open(`data:text/html,<script>console.error("here")</script><script>missing()</script>`)
	require.Len(t, page.Problems, 2)
	require.Contains(t, page.Problems[0], "here")
	require.Contains(t, page.Problems[1], "missing is not defined")
}
