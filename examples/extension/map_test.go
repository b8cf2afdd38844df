package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/delivery/platformmap"
	"github.com/mlplatform/mlplatform/platform"
)

// TestMapShowsTheExtension: its tables are drawn, with what reads them, and lead to the lines that ask for them.
func TestMapShowsTheExtension(t *testing.T) {
	var out, problems bytes.Buffer
	require.Zero(t, platform.Run([]string{"map", "--format", "json", "--output", "-"}, &out, &problems, options()...), problems.String())
	var m platformmap.Map
	require.NoError(t, json.Unmarshal(out.Bytes(), &m))
	text, err := os.ReadFile("config/environments/dev.yaml")
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	tables := 0
	for _, each := range m.Resources {
		if each.Type == "aws_dynamodb_table" {
			tables++
			require.Equal(t, "lookup", each.Part)
			require.Equal(t, "config/environments/dev.yaml", each.File)
			require.Contains(t, lines[each.Line-1], "lookup:")
		}
	}
	require.Equal(t, 2, tables)
	var drawn []string
	for _, each := range m.Environments {
		drawn = append(drawn, each.Title)
		if each.ID == "environment-dev" {
			require.Contains(t, each.Sentences(), "lookup-customer → training jobs: reads")
		}
	}
	require.Equal(t, []string{"Environment dev", "Stack dev-board", "Environment prod"}, drawn)
	keys := map[string][]platformmap.Value{}
	for _, each := range m.Differences {
		keys[each.Key] = each.Values
	}
	require.Equal(t, "customer, product", keys["extensions.lookup.keys"][0].Text)
	require.Empty(t, keys["extensions.lookup.keys"][1].Text)
}
