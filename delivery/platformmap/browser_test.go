package platformmap_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/browser"
)

// look is what the page is asked in the browser. It answers with everything that is wrong.
const look = `(() => {
  const wrong = [];
  const area = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const name = element => element.querySelector("title")?.textContent || "";

  const ids = new Set();
  for (const each of document.querySelectorAll("[id]")) {
    if (ids.has(each.id)) wrong.push("two elements have the id " + each.id);
    ids.add(each.id);
  }
  for (const each of document.querySelectorAll("a[href]")) {
    const target = decodeURIComponent(each.getAttribute("href"));
    if (!target.startsWith("#")) wrong.push("a link leaves the page: " + target);
    else if (!ids.has(target.slice(1))) wrong.push("a link leads nowhere: " + target);
  }
  for (const svg of document.querySelectorAll("svg.drawing")) {
    for (const each of ["aria-labelledby", "aria-describedby"]) {
      if (!document.getElementById(svg.getAttribute(each))?.textContent.trim()) wrong.push(svg.outerHTML.slice(0, 80) + " has no " + each);
    }
    const nodes = [...svg.querySelectorAll("g.node")];
    if (!nodes.length) wrong.push(name(svg) + " is empty");
    const boxes = nodes.map(each => each.getBoundingClientRect());
    nodes.forEach((node, i) => {
      if (!name(node)) wrong.push("a node of " + name(svg) + " has no name: " + node.id);
      const link = node.querySelector("a[href]");
      if (link && !link.getAttribute("aria-label")) wrong.push("a link of " + name(svg) + " has no name: " + node.id);
      for (let j = 0; j < i; j++) if (area(boxes[i], boxes[j]) > 1) wrong.push(name(svg) + ": " + name(node) + " and " + name(nodes[j]) + " overlap");
      const shapes = [...node.querySelectorAll("path, polygon, ellipse")].map(each => each.getBoundingClientRect());
      const left = Math.min(...shapes.map(each => each.left)), right = Math.max(...shapes.map(each => each.right));
      if (node.querySelectorAll("path, polygon, ellipse").length === 1) for (const text of node.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (box.left < left || box.right > right) wrong.push(name(svg) + ": the text " + text.textContent + " does not fit");
      }
    });
    // What is in no frame must not look as if it were in it.
    for (const cluster of svg.querySelectorAll("g.cluster")) {
      const box = cluster.querySelector("path, polygon").getBoundingClientRect();
      boxes.forEach((each, i) => {
        const within = area(box, each), all = each.width * each.height;
        if (within > 1 && within < all - 1 && all - within > 0.02 * all) wrong.push(name(svg) + ": " + name(nodes[i]) + " is half in " + name(cluster));
      });
    }
  }
  // Contrast of texts by WCAG 2.2: at least 4.5.
  const rgb = color => { const [r, g, b] = color.match(/[0-9.]+/g).map(Number); return [r, g, b]; };
  const light = color => { const [r, g, b] = rgb(color).map(c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  for (const node of document.querySelectorAll("svg.drawing g.node")) {
    const shape = node.querySelector("path, polygon, ellipse");
    for (const text of node.querySelectorAll("text")) {
      const found = contrast(getComputedStyle(text).fill, getComputedStyle(shape).fill);
      if (found < 4.5) wrong.push("contrast " + found.toFixed(1) + " of " + text.textContent);
    }
  }
  const paper = getComputedStyle(document.body).backgroundColor;
  for (const each of document.querySelectorAll("p, td, th, li, a, summary, h1, h2")) {
    if (contrast(getComputedStyle(each).color, paper) < 4.5) wrong.push("contrast of " + each.textContent.trim().slice(0, 40));
  }
  if (document.scrollingElement.scrollWidth > innerWidth) wrong.push("the page is wider than its window: " + document.scrollingElement.scrollWidth);
  return [...new Set(wrong)].slice(0, 20);
})()`

func TestPageInBrowser(t *testing.T) {
	page := browser.New(t)
	for _, set := range sets {
		m := mapOf(t, set)
		text, err := m.HTML()
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "map.html")
		require.NoError(t, os.WriteFile(file, text, 0o644))
		page.Resize(1280, 900)
		page.Media("screen", "light")
		page.Open("file://" + file)
		page.Evaluate(`document.querySelectorAll("details").forEach(each => { each.open = true })`, nil)
		for _, how := range []struct {
			width  int
			scheme string
		}{{1280, "light"}, {1920, "dark"}, {390, "light"}} {
			page.Resize(how.width, 900)
			page.Media("screen", how.scheme)
			var wrong []string
			page.Evaluate(look, &wrong)
			// Texts are laid out for the widths of Arial, which Liberation Sans and Helvetica have too.
			var width float64
			page.Evaluate(`(() => {
  const context = document.createElement("canvas").getContext("2d");
  context.font = "100px " + getComputedStyle(document.querySelector("svg.drawing text")).fontFamily;
  return context.measureText("mmmmmmmmmmiiiiiiiiii").width;
})()`, &width)
			if width > 1080 {
				t.Log("this machine has no font as wide as Arial, so nobody looks whether texts fit; install fonts-liberation")
				wrong = slices.DeleteFunc(wrong, func(each string) bool { return strings.HasSuffix(each, " does not fit") })
			}
			require.Empty(t, wrong, "%s, %d wide, %s", set, how.width, how.scheme)
		}
		var there int
		page.Evaluate(`document.querySelectorAll("tr.resource").length`, &there)
		require.Equal(t, len(m.Resources), there, set)
		for _, stack := range m.Stacks {
			page.Evaluate(fmt.Sprintf(`document.querySelectorAll("#stack-%s tr.resource").length`, stack.Name), &there)
			require.Equal(t, stack.Resources, there, stack.Name)
		}
		var same bool
		page.Evaluate(`JSON.parse(document.getElementById("data").textContent).resources.every(each => document.getElementById("resource-" + each.stack + "-" + each.address))`, &same)
		require.True(t, same, "a resource of the data is not on the page")
		require.Empty(t, page.Problems, set)
	}
}

// TestPageByKeyboard uses no pointer.
func TestPageByKeyboard(t *testing.T) {
	page := browser.New(t)
	text, err := mapOf(t, "wine").HTML()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "map.html")
	require.NoError(t, os.WriteFile(file, text, 0o644))
	page.Resize(1280, 900)
	page.Open("file://" + file)

	page.Press("Tab")
	var focused string
	page.Evaluate(`document.activeElement.textContent`, &focused)
	require.Equal(t, "Skip to the content", focused)

	var found struct {
		Focus, Status, Address string
		Shown, Open            int
	}
	state := `({
	  focus: document.activeElement.id || document.activeElement.tagName, status: document.getElementById("found").textContent,
	  shown: [...document.querySelectorAll("tr.resource")].filter(each => each.checkVisibility()).length,
	  open: document.querySelectorAll("details.stack[open]").length,
	  address: document.activeElement.closest("tr")?.querySelector("code").textContent || "",
	})`
	page.Press("/")
	page.Press("prod aws_s3_bucket.")
	page.Evaluate(state, &found)
	require.Equal(t, "search", found.Focus)
	require.Equal(t, 2, found.Shown, "two buckets: models and data")
	require.Equal(t, 1, found.Open, "of one stack")
	require.Equal(t, "2 resources found for “prod aws_s3_bucket.”", found.Status)

	page.Press("Enter")
	page.Evaluate(state, &found)
	require.Contains(t, found.Address, "aws_s3_bucket.data_")
	page.Press("Enter")
	var line struct {
		Text    string
		Visible bool
	}
	page.Evaluate(`new Promise(done => setTimeout(() => { const line = document.querySelector(":target"); done({ text: line.textContent.trim(), visible: line.checkVisibility() }) }, 200))`, &line)
	require.Equal(t, "data:", line.Text, "the line of the configuration that asks for the bucket")
	require.True(t, line.Visible)

	page.Press("/")
	page.Press("Escape")
	page.Evaluate(state, &found)
	require.Equal(t, fmt.Sprintf("%d resources", len(mapOf(t, "wine").Resources)), found.Status)
	require.Zero(t, found.Open)
	require.Empty(t, page.Problems)
}

func TestPageTheme(t *testing.T) {
	page := browser.New(t)
	text, err := mapOf(t, "branches").HTML()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "map.html")
	require.NoError(t, os.WriteFile(file, text, 0o644))
	page.Media("screen", "light")
	page.Open("file://" + file)
	paper := func() (color string) {
		page.Evaluate(`getComputedStyle(document.body).backgroundColor`, &color)
		return color
	}
	light := paper()
	page.Evaluate(`document.getElementById("theme").click()`, nil)
	dark := paper()
	require.NotEqual(t, light, dark)
	page.Evaluate(`document.getElementById("theme").click()`, nil)
	require.Equal(t, light, paper())
	page.Media("screen", "dark")
	require.Equal(t, light, paper(), "what somebody chose stays")
	page.Evaluate(`document.documentElement.style.colorScheme = ""`, nil)
	require.Equal(t, dark, paper())

	// Paper is light, without what only a screen can do.
	page.Media("print", "dark")
	require.Equal(t, light, paper())
	var shown []string
	page.Evaluate(`[...document.querySelectorAll("nav, #search, #theme, svg.drawing")].filter(each => each.checkVisibility()).map(each => each.tagName)`, &shown)
	require.NotEmpty(t, shown)
	for _, each := range shown {
		require.Equal(t, "svg", each)
	}
	require.Empty(t, page.Problems)
}
