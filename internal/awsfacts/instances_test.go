package awsfacts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

func TestParseInstanceType(t *testing.T) {
	for name, want := range map[string]awsfacts.InstanceType{
		"m6i.large":           {},
		"t3.medium":           {},
		"c7i-flex.xlarge":     {},
		"m7i.metal-24xl":      {},
		"u-6tb1.112xlarge":    {},
		"m7g.large":           {ARM64: true},
		"c7gn.xlarge":         {ARM64: true},
		"im4gn.large":         {ARM64: true},
		"a1.medium":           {ARM64: true},
		"g4dn.xlarge":         {Accelerator: awsfacts.NVIDIA},
		"g5.xlarge":           {Accelerator: awsfacts.NVIDIA},
		"gr6.4xlarge":         {Accelerator: awsfacts.NVIDIA},
		"p5en.48xlarge":       {Accelerator: awsfacts.NVIDIA},
		"p6-b200.48xlarge":    {Accelerator: awsfacts.NVIDIA},
		"g5g.xlarge":          {Accelerator: awsfacts.NVIDIA, ARM64: true},
		"p6e-gb200.36xlarge":  {Accelerator: awsfacts.NVIDIA, ARM64: true},
		"g4ad.xlarge":         {},
		"inf2.xlarge":         {Accelerator: awsfacts.Neuron},
		"trn1.2xlarge":        {Accelerator: awsfacts.Neuron},
		"trn2.48xlarge":       {Accelerator: awsfacts.Neuron},
		"hpc7g.16xlarge":      {ARM64: true},
		"mac2.metal":          {Mac: true},
		"u7in-16tb.224xlarge": {},
		"x2gd.metal":          {ARM64: true},
		"r8gd.metal-48xl":     {ARM64: true},
		"m5dn.24xlarge":       {},
		"is4gen.medium":       {ARM64: true},
		"vt1.3xlarge":         {},
		"i4i.xlarge":          {},
		"dl1.24xlarge":        {},
		"f1.2xlarge":          {},
		"t4g.nano":            {ARM64: true},
		"p4d.24xlarge":        {Accelerator: awsfacts.NVIDIA},
	} {
		want.Name = name
		got, ok := awsfacts.ParseInstanceType(name)
		require.True(t, ok, name)
		got.Disks = false
		require.Equal(t, want, got)
	}
	for _, name := range []string{"", "m6i", "m6i.", "large", "M6i.large", "ml.m5.large", "m6i.huge", "m6i.xxlarge", "m6i.large ", "*.large"} {
		_, ok := awsfacts.ParseInstanceType(name)
		require.False(t, ok, name)
	}
}

func TestInstancesWithDisks(t *testing.T) {
	for _, name := range []string{"g5.xlarge", "g7e.2xlarge", "gr6.4xlarge", "p3dn.24xlarge", "p5.48xlarge", "p6e-gb200.36xlarge", "trn2.48xlarge", "dl1.24xlarge", "m5d.large", "i4i.large", "m99gd.large"} {
		got, _ := awsfacts.ParseInstanceType(name)
		require.True(t, got.Disks, name)
	}
	for _, name := range []string{"m5.large", "p3.2xlarge", "g5g.xlarge", "inf2.xlarge", "m99g.large"} {
		got, _ := awsfacts.ParseInstanceType(name)
		require.False(t, got.Disks, name)
	}
}

func TestInstancesHaveADate(t *testing.T) {
	day, err := time.Parse(time.DateOnly, awsfacts.InstancesAsOf())
	require.NoError(t, err)
	require.True(t, day.After(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestCheckInstanceType(t *testing.T) {
	for _, name := range []string{"m6i.large", "t3.nano", "g5.xlarge", "p6e-gb200.36xlarge", "u-6tb1.112xlarge", "m7i.metal-24xl", "m8in.large", "mac-m4.metal"} {
		require.Nil(t, awsfacts.CheckInstanceType(name), name)
	}
	for name, want := range map[string]string{
		"m99.large":    `"m99.large" is no EC2 instance type; use another, such as m6i.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`,
		"m5.nano":      `"m5.nano" is no EC2 instance type; use a size that m5 has: large, xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge, 24xlarge, metal, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`,
		"m6i.huge":     `"m6i.huge" is no EC2 instance type; use a size that m6i has: large, xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge, 24xlarge, 32xlarge, metal`,
		"ml.m5.large":  `"ml.m5.large" is no EC2 instance type; write it as EC2 does: m5.large`,
		"large":        `"large" is no EC2 instance type; write it like m6i.large`,
		"":             `"" is no EC2 instance type; write it like m6i.large`,
		"*.large":      `"*.large" is no EC2 instance type; write it like m6i.large`,
		"m99i.2xlarge": `"m99i.2xlarge" is no EC2 instance type; use another, such as m6i.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`,
	} {
		require.EqualError(t, awsfacts.CheckInstanceType(name), want)
	}
}

func TestCheckMLInstanceType(t *testing.T) {
	for _, use := range []awsfacts.Use{awsfacts.Training, awsfacts.Processing, awsfacts.Transform, awsfacts.Hosting, awsfacts.Apps} {
		require.Nil(t, awsfacts.CheckMLInstanceType(use, "ml.m5.large"), use)
	}
	for _, each := range []struct {
		use        awsfacts.Use
		name, want string
	}{
		{awsfacts.Hosting, "ml.t3.medium", `"ml.t3.medium" serves no endpoint; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		{awsfacts.Transform, "ml.t3.medium", `"ml.t3.medium" transforms nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		{awsfacts.Training, "ml.inf2.xlarge", `"ml.inf2.xlarge" trains nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		{awsfacts.Processing, "ml.trn1.2xlarge", `"ml.trn1.2xlarge" processes nothing; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		{awsfacts.Apps, "ml.p2.xlarge", `"ml.p2.xlarge" runs no app of Studio; use another, such as ml.m5.large, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		{awsfacts.Training, "ml.m5.nano", `"ml.m5.nano" is no SageMaker instance type; use a size that ml.m5 has: large, xlarge, 2xlarge, 4xlarge, 12xlarge, 24xlarge, or if it is newer than the list of 2026-05-20, instances.Allow lets it pass`},
		{awsfacts.Training, "m5.large", `"m5.large" is no SageMaker instance type; write it as SageMaker does: ml.m5.large`},
		{awsfacts.Training, "ml.large", `"ml.large" is no SageMaker instance type; write it like ml.m5.large`},
		{awsfacts.Training, "", `"" is no SageMaker instance type; write it like ml.m5.large`},
	} {
		require.EqualError(t, awsfacts.CheckMLInstanceType(each.use, each.name), each.want)
	}
}

func TestAllowInstanceTypes(t *testing.T) {
	require.NotNil(t, awsfacts.CheckMLInstanceType(awsfacts.Hosting, "ml.m98.large"))
	require.NotNil(t, awsfacts.CheckInstanceType("m98.large"))
	awsfacts.AllowInstanceTypes("ml.m98.large", "m98.large")
	require.Nil(t, awsfacts.CheckMLInstanceType(awsfacts.Hosting, "ml.m98.large"))
	require.Nil(t, awsfacts.CheckInstanceType("m98.large"))
}
