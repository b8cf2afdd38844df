package config

import (
	"fmt"
	"maps"
	"slices"
)

// ImageUse is what runs an image of the operations account.
type ImageUse struct {
	// Section of the environment's file that names the image, such as services.api.
	Section string
	// Image is the image.
	Image TrainingImage
	// Architecture of the machines that run it. Those of SageMaker are x86.
	Architecture Architecture
}

// ImageUses are what runs images of the operations account, in the same order each time.
func (e *Environment) ImageUses() []ImageUse {
	var uses []ImageUse
	if e.TrainingEnabled() {
		uses = append(uses, ImageUse{"training", e.Training.Image, ArchitectureX86})
	}
	if e.AutomationEnabled() {
		uses = append(uses, ImageUse{"automation", e.Automation.Image, ArchitectureX86})
	}
	for _, name := range e.ServiceNames() {
		uses = append(uses, ImageUse{join("services", name), TrainingImage(e.Services[name].Image), e.Services[name].Architecture})
	}
	if e.MLflowEnabled() && e.MLflow.ECS != nil {
		uses = append(uses, ImageUse{"mlflow.ecs", TrainingImage(e.MLflow.ECS.Image), e.MLflow.ECS.Architecture})
	}
	if e.WorkersEnabled() {
		if s := e.Workers.Server; s != nil {
			uses = append(uses, ImageUse{"workers.server", TrainingImage(s.Image), s.Architecture})
		}
		for _, name := range slices.Sorted(maps.Keys(e.Workers.Pools)) {
			uses = append(uses, ImageUse{join("workers.pools", name), TrainingImage(e.Workers.Pools[name].Image), e.Workers.Pools[name].Architecture})
		}
	}
	return uses
}

// ImageArchitecture is the processor that an image of the operations account is built for: that of what runs it. What nothing runs is built
// for x86.
func (p *Platform) ImageArchitecture(name string) Architecture {
	for _, e := range p.Environments {
		for _, use := range e.ImageUses() {
			if use.Image.Repository == name {
				return use.Architecture
			}
		}
	}
	return ArchitectureX86
}

// validateImages: one build makes an image for one processor.
func (l *loader) validateImages() {
	type place struct {
		use ImageUse
		at  string
	}
	first := map[string]place{}
	for _, e := range l.environments {
		for _, use := range e.ImageUses() {
			path := use.Section + ".architecture"
			if !e.file.readable(path) {
				continue
			}
			if !e.file.has(path) {
				path = use.Section + ".image"
			}
			before, known := first[use.Image.Repository]
			switch {
			case !known:
				first[use.Image.Repository] = place{use, fmt.Sprintf("%s of %s (%s)", use.Section, e.Name, e.file.position(path))}
			case before.use.Architecture != use.Architecture:
				e.file.add(path, "", fmt.Sprintf("%s runs on %s here and on %s in %s, and the workflow images builds it for one of them", use.Image.Repository, use.Architecture, before.use.Architecture, before.at),
					"use the same architecture, or another repository of operations.images")
			}
		}
	}
}
