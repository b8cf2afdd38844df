package jsontext_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/jsontext"
)

func TestCompact(t *testing.T) {
	require.Equal(t, `{"a":"<${x}> & \"b\"\n","c":[1,true,null]}`, jsontext.Compact(map[string]any{"a": "<${x}> & \"b\"\n", "c": []any{1, true, nil}}))
	require.Panics(t, func() { jsontext.Compact(make(chan int)) })
}
