package main

import (
	"testing"

	"github.com/mlplatform/mlplatform/platform/platformtest"
)

func TestMain(m *testing.M) { platformtest.Main(m) }

func TestPlatform(t *testing.T) { platformtest.Check(t, own...) }
