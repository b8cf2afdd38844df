package awsemulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/internal/golden"
)

// TestGapsAreListed holds the table of the page against the gaps.
func TestGapsAreListed(t *testing.T) {
	var out strings.Builder
	out.WriteString("\n| service | operations | moto | the proxy |\n|---|---|---|---|\n")
	for _, gap := range Gaps() {
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", gap.Service, strings.Join(gap.Operations, ", "), gap.What, gap.How)
	}
	out.WriteString("\n")
	golden.AssertBlock(t, "../../docs/applied.md", "gaps", []byte(out.String()))
}
