package config

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// validateInstanceTypes checks the form of what is newer than the list.
func (l *loader) validateInstanceTypes() {
	f := l.platformFile
	for i, name := range l.platform.InstanceTypes {
		if _, ok := awsfacts.ParseInstanceType(strings.TrimPrefix(name, "ml.")); !ok {
			f.add(fmt.Sprintf("instanceTypes[%d]", i), name, quote(name)+" is no instance type", "write it like m9i.large for EC2, and ml.m9i.large for SageMaker")
		}
	}
}

// checkMLInstance checks an instance type of SageMaker, which must be for all of the uses.
func (e environmentFile) checkMLInstance(path, name string, uses ...awsfacts.Use) {
	for _, use := range uses {
		if e.unknownInstance(path, name, awsfacts.CheckMLInstanceType(use, name)) {
			return
		}
	}
}

// unknownInstance reports an instance type that is neither in the list nor said to be newer.
func (e environmentFile) unknownInstance(path, name string, unknown *awsfacts.UnknownInstance) bool {
	if unknown == nil || contains(e.platform.InstanceTypes, name) {
		return false
	}
	_, fix, _ := strings.Cut(unknown.Text("add it to instanceTypes in "+platformFile), "; ")
	e.file.add(path, name, unknown.Message, fix)
	return true
}

func (e environmentFile) checkInstanceType(path, name string, pool NodePool, amiGiven bool) {
	if name == "" {
		return // reported by the decoder
	}
	f := e.file
	if e.unknownInstance(path, name, awsfacts.CheckInstanceType(name)) {
		return
	}
	instance, _ := awsfacts.ParseInstanceType(name)
	needed := amiOf(instance)
	switch {
	case instance.Mac:
		f.add(path, name, name+" runs macOS alone, for which there is no image here", "use another type, such as m6i.large")
	case instance.ARM64 && instance.Accelerator != awsfacts.NoAccelerator:
		f.add(path, name, fmt.Sprintf("%s has a GPU and an ARM processor, for which there is no image here", name), "use a type with an x86 processor, such as g5.xlarge")
	case needed == pool.AMI:
	case amiGiven:
		f.add(path, name, fmt.Sprintf("%s does not run the image %s", name, pool.AMI), fmt.Sprintf("set ami: %s, or remove ami to get the right one", needed))
	default:
		f.add(path, name, fmt.Sprintf("%s needs the image %s, the first instance type %s", name, needed, pool.AMI), "put it into a node pool of its own")
	}
}
