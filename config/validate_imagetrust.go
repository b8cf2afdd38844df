package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

var findingPattern = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9:._-]{2,63}$`)

func (l *loader) validateImageTrust() {
	const path = "operations.imageTrust"
	f, o := l.platformFile, &l.platform.Operations
	trust := o.ImageTrust
	if trust == nil {
		return
	}
	switch {
	case o.GitHub == nil:
		f.add(path, "", "needs GitHub, whose workflow builds the images and signs them", "remove it, or operations.github.enabled")
	case len(o.Images) == 0:
		f.add(path, "", "has no images to sign", "remove it, or name some in operations.images")
	}
	type about struct{ id, image string }
	named := map[about]int{}
	for i, each := range trust.Exceptions {
		at := fmt.Sprintf("%s.exceptions[%d]", path, i)
		if !findingPattern.MatchString(each.ID) {
			f.add(at+".id", each.ID, quote(each.ID)+" is no id of a finding", "write it as the scan does, such as CVE-2026-12345")
		}
		if each.Image != "" && !contains(o.Images, each.Image) {
			f.add(at+".image", each.Image, quote(each.Image)+" is no image of operations", "use "+problem.Choices(o.Images)+didYouMean(each.Image, o.Images)+", or remove it for all")
		}
		if _, err := time.Parse(time.DateOnly, each.Until); err != nil {
			f.add(at+".until", each.Until, quote(each.Until)+" is no day", `write it like "2026-12-31"`)
		}
		if strings.TrimSpace(each.Reason) == "" {
			f.add(at+".reason", each.Reason, "says nothing", "say why the finding may pass, for whoever reads it when it ends")
		}
		if first, twice := named[about{each.ID, each.Image}]; twice {
			f.add(at, "", fmt.Sprintf("is about the same finding and image as %s.exceptions[%d]", path, first), "keep one of them")
		}
		named[about{each.ID, each.Image}] = i
	}
}

// checkTrusted: what is signed has a digest, and a tag says nothing of it.
func (e environmentFile) checkTrusted(path string, image TrainingImage) {
	if e.platform.Operations.ImageTrust != nil && image.Tag != "" && image.Digest == "" {
		e.file.add(path+".tag", image.Tag, quote(image.Tag)+" names an image whose signatures operations.imageTrust cannot check", "write digest: in its place; the workflow images tells it, and so does aws ecr describe-images")
	}
}
