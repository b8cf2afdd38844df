package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// uses are the enumerations of SageMaker by what the instances are for.
var uses = []struct{ name, shape string }{
	{"training", "TrainingInstanceType"}, {"processing", "ProcessingInstanceType"}, {"transform", "TransformInstanceType"},
	{"hosting", "ProductionVariantInstanceType"}, {"app", "AppInstanceType"},
}

// described is what EC2's DescribeInstanceTypes says of a type, as far as it is used.
type described struct {
	ProcessorInfo struct{ SupportedArchitectures []string }
	GpuInfo       struct {
		Gpus []struct{ Manufacturer string }
	}
	NeuronInfo               any
	InstanceStorageSupported bool
}

// families are the sizes of instance types by family, in the order in which AWS lists them.
func families(types []string) map[string][]string {
	all := map[string][]string{}
	for _, each := range types {
		family, size, _ := strings.Cut(strings.TrimPrefix(each, "ml."), ".")
		if !slices.Contains(all[family], size) {
			all[family] = append(all[family], size)
		}
	}
	for _, sizes := range all {
		slices.Sort(sizes)
	}
	return all
}

func makeInstances(s sources, date string) (string, error) {
	var ec2, sagemaker model
	if err := readJSON(s.model("ec2", "2016-11-15"), &ec2); err != nil {
		return "", err
	}
	if err := readJSON(s.model("sagemaker", "2017-07-24"), &sagemaker); err != nil {
		return "", err
	}
	var types map[string]described
	if err := readJSON(s.moto+"/ec2/resources/instance_types.json.gz", &types); err != nil {
		return "", err
	}
	about := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		family, _, _ := strings.Cut(name, ".")
		if found, said := about[family]; said && found != types[name].columns() {
			return "", fmt.Errorf("%s is not as the others of its family: %s and %s", name, types[name].columns(), found)
		}
		about[family] = types[name].columns()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n# %s\n", s.title, date)
	out.WriteString("# ec2 FAMILY ARCHITECTURE ACCELERATOR DISKS SIZE... with ? for what is not described; then USE FAMILY SIZE... of SageMaker\n")
	all := families(append(slices.Collect(maps.Keys(types)), ec2.Shapes["InstanceType"].Enum...))
	for _, family := range slices.Sorted(maps.Keys(all)) {
		columns := cmp.Or(about[family], "? ? ?")
		fmt.Fprintf(&out, "ec2 %s %s %s\n", family, columns, strings.Join(all[family], " "))
	}
	for _, use := range uses {
		all := families(sagemaker.Shapes[use.shape].Enum)
		if len(all) == 0 {
			return "", fmt.Errorf("sagemaker has no %s", use.shape)
		}
		for _, family := range slices.Sorted(maps.Keys(all)) {
			fmt.Fprintf(&out, "%s %s %s\n", use.name, family, strings.Join(all[family], " "))
		}
	}
	return out.String(), nil
}

// columns are what a family has in common.
func (d described) columns() string {
	architecture, accelerator, disks := "x86_64", "-", "-"
	for _, each := range d.ProcessorInfo.SupportedArchitectures {
		if each != "i386" {
			architecture = each
		}
	}
	for _, gpu := range d.GpuInfo.Gpus {
		accelerator = strings.ToLower(gpu.Manufacturer)
	}
	if d.NeuronInfo != nil {
		accelerator = "neuron"
	}
	if d.InstanceStorageSupported {
		disks = "disks"
	}
	return architecture + " " + accelerator + " " + disks
}
