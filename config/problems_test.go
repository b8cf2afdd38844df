package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBadInput(t *testing.T) {
	for _, test := range badInputs {
		t.Run(test.name, func(t *testing.T) {
			loaded, err := test.files.load()
			require.Nil(t, loaded)
			require.EqualError(t, err, test.want)
		})
	}
}
