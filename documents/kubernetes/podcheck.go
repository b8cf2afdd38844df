package kubernetes

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// credentials are variables whose values nobody may read.
var credentials = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GITHUB_TOKEN", "HF_TOKEN", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"}

var (
	variablePattern = lazyregexp.New(`^[A-Za-z_.-][A-Za-z0-9_.-]*$`)
	digestPattern   = lazyregexp.New(`@sha256:[0-9a-f]{64}$`)
	tagPattern      = lazyregexp.New(`:([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$`)
	imagePattern    = lazyregexp.New(`^[a-z0-9]([a-z0-9._:/-]*[a-z0-9])?(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?$`)
)

// ByDigest reports whether the image is named by its digest, so that it is always the same.
func ByDigest(image string) bool { return token.Is(image) || digestPattern.MatchString(image) }

func checkImage(problems *problem.List, path, image string) {
	tag := tagPattern.FindStringSubmatch(digestPattern.ReplaceAllString(image, ""))
	switch {
	case token.Is(image):
	case image == "":
		problems.Addf(path, "is missing; name an image with a digest or a tag")
	case !imagePattern.MatchString(image):
		problems.Addf(path, "%q is no image; write it like registry/name:tag or registry/name@sha256:... with 64 hexadecimal digits", image)
	case digestPattern.MatchString(image):
	case tag == nil:
		problems.Addf(path, "%q has no tag and no digest, so that it is what is newest; name one", image)
	case tag[1] == "latest":
		problems.Addf(path, "%q is what is newest; name a tag that stays, or a digest", image)
	}
}

// CheckPod reports what is wrong with a pod, with path before each problem.
func CheckPod(path string, pod PodSpec) error {
	var problems problem.List
	pod.check(&problems, path)
	return problems.Err()
}

// CheckContainer reports what is wrong with a container, with path before each problem. A partial one is merged into another, as
// KServe does it, and needs neither name nor image.
func CheckContainer(path string, container Container, partial bool) error {
	var problems problem.List
	container.check(&problems, path, partial)
	return problems.Err()
}

func (p PodSpec) check(problems *problem.List, path string) {
	if p.ServiceAccountName != "" {
		checkName(problems, path+".serviceAccountName", p.ServiceAccountName)
	}
	oneOf(problems, path+".restartPolicy", p.RestartPolicy, "Always", "OnFailure", "Never")
	names, volumes := map[string]bool{}, map[string]bool{}
	for i, each := range p.Volumes {
		at := problem.Index(path+".volumes", i)
		checkLabelName(problems, at+".name", each.Name)
		if volumes[each.Name] {
			problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
		}
		volumes[each.Name] = true
		if kinds := count(each.EmptyDir != nil, each.ConfigMap != nil, each.Secret != nil, each.PersistentVolumeClaim != nil); kinds != 1 {
			problems.Addf(at, "is of %d kinds; give one of emptyDir, configMap, secret and persistentVolumeClaim", kinds)
		}
		if each.EmptyDir != nil {
			oneOf(problems, at+".emptyDir.medium", each.EmptyDir.Medium, "Memory")
			if size := each.EmptyDir.SizeLimit; size != "" {
				if _, ok := size.amount(); !ok {
					problems.Addf(at+".emptyDir.sizeLimit", "%q is no quantity; write it like 2Gi", size)
				}
			}
		}
	}
	for _, list := range []struct {
		name       string
		containers []Container
	}{{"initContainers", p.InitContainers}, {"containers", p.Containers}} {
		for i, each := range list.containers {
			at := problem.Index(path+"."+list.name, i)
			each.check(problems, at, false)
			if names[each.Name] {
				problems.Addf(at+".name", "%q is given twice; use another name", each.Name)
			}
			names[each.Name] = true
			for j, mount := range each.VolumeMounts {
				if !volumes[mount.Name] {
					problems.Addf(problem.Index(at+".volumeMounts", j)+".name", "%q is no volume of the pod; add it to volumes", mount.Name)
				}
			}
		}
	}
	checkLabels(problems, path+".nodeSelector", p.NodeSelector)
	for i, each := range p.Tolerations {
		each.check(problems, problem.Index(path+".tolerations", i))
	}
	for i, each := range p.TopologySpreadConstraints {
		at := problem.Index(path+".topologySpreadConstraints", i)
		if each.MaxSkew < 1 {
			problems.Addf(at+".maxSkew", "%d is too little; use 1 or more", each.MaxSkew)
		}
		checkKey(problems, at+".topologyKey", each.TopologyKey)
		if each.WhenUnsatisfiable == "" {
			problems.Addf(at+".whenUnsatisfiable", "is missing; use DoNotSchedule or ScheduleAnyway")
		}
		oneOf(problems, at+".whenUnsatisfiable", each.WhenUnsatisfiable, "DoNotSchedule", "ScheduleAnyway")
		each.LabelSelector.check(problems, at+".labelSelector")
	}
}

func count(conditions ...bool) int {
	n := 0
	for _, each := range conditions {
		if each {
			n++
		}
	}
	return n
}

func (t Toleration) check(problems *problem.List, path string) {
	oneOf(problems, path+".operator", t.Operator, "Equal", "Exists")
	oneOf(problems, path+".effect", t.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute")
	switch {
	case t.Key == "" && t.Operator != "Exists":
		problems.Addf(path+".key", "is missing; name the taint, or tolerate every one with the operator Exists")
	case t.Key != "":
		checkKey(problems, path+".key", t.Key)
	}
	if t.Operator == "Exists" && t.Value != "" {
		problems.Addf(path+".value", "%q is given; Exists takes none", t.Value)
	}
}

func (c Container) check(problems *problem.List, path string, partial bool) {
	if !partial || c.Name != "" {
		checkLabelName(problems, path+".name", c.Name)
	}
	if !partial || c.Image != "" {
		checkImage(problems, path+".image", c.Image)
	}
	seen := map[string]bool{}
	for i, each := range c.Env {
		at := problem.Index(path+".env", i)
		switch {
		case !variablePattern.MatchString(each.Name):
			problems.Addf(at+".name", "%q is no name of a variable; use letters, digits and _.- and begin with no digit", each.Name)
		case seen[each.Name]:
			problems.Addf(at+".name", "%q is given twice; drop one", each.Name)
		case each.Value != "" && slices.Contains(credentials, each.Name):
			problems.Addf(at+".value", "is a credential in clear text; use Pod Identity, or a Secret by valueFrom.secretKeyRef")
		}
		seen[each.Name] = true
		if from := each.ValueFrom; from != nil {
			if each.Value != "" {
				problems.Addf(at+".valueFrom", "is given beside value; drop one of the two")
			}
			if count(from.SecretKeyRef != nil, from.ConfigMapKeyRef != nil, from.FieldRef != nil) != 1 {
				problems.Addf(at+".valueFrom", "names several places or none; give one of secretKeyRef, configMapKeyRef and fieldRef")
			}
		}
	}
	for i, each := range c.Ports {
		at := problem.Index(path+".ports", i)
		between(problems, at+".containerPort", each.ContainerPort, 1, 65535)
		oneOf(problems, at+".protocol", each.Protocol, "TCP", "UDP")
		if each.Name != "" {
			checkPort(problems, at+".name", IntOrString(each.Name))
		}
	}
	c.Resources.check(problems, path+".resources")
	mounted := map[string]bool{}
	for i, each := range c.VolumeMounts {
		at := problem.Index(path+".volumeMounts", i)
		if !strings.HasPrefix(each.MountPath, "/") || strings.Contains(each.MountPath, ":") {
			problems.Addf(at+".mountPath", "%q is no path; begin it with / and use no colon", each.MountPath)
		}
		if mounted[each.MountPath] {
			problems.Addf(at+".mountPath", "%q is given twice; use another path", each.MountPath)
		}
		mounted[each.MountPath] = true
	}
	c.StartupProbe.check(problems, path+".startupProbe", true)
	c.ReadinessProbe.check(problems, path+".readinessProbe", false)
	c.LivenessProbe.check(problems, path+".livenessProbe", true)
}

func (p *Probe) check(problems *problem.List, path string, once bool) {
	if p == nil {
		return
	}
	if ways := count(p.HTTPGet != nil, p.TCPSocket != nil, p.GRPC != nil, p.Exec != nil); ways != 1 {
		problems.Addf(path, "asks in %d ways; give one of httpGet, tcpSocket, grpc and exec", ways)
	}
	if p.HTTPGet != nil {
		checkPort(problems, path+".httpGet.port", p.HTTPGet.Port)
		oneOf(problems, path+".httpGet.scheme", p.HTTPGet.Scheme, "HTTP", "HTTPS")
	}
	if p.TCPSocket != nil {
		checkPort(problems, path+".tcpSocket.port", p.TCPSocket.Port)
	}
	if p.GRPC != nil {
		between(problems, path+".grpc.port", p.GRPC.Port, 1, 65535)
	}
	if p.Exec != nil && len(p.Exec.Command) == 0 {
		problems.Addf(path+".exec.command", "is missing; give a command")
	}
	for _, each := range []struct {
		name  string
		value int
	}{
		{"initialDelaySeconds", p.InitialDelaySeconds}, {"periodSeconds", p.PeriodSeconds}, {"timeoutSeconds", p.TimeoutSeconds},
		{"failureThreshold", p.FailureThreshold}, {"successThreshold", p.SuccessThreshold},
	} {
		if each.value < 0 {
			problems.Addf(path+"."+each.name, "%d is negative; use 1 or more, or leave it out", each.value)
		}
	}
	if once && p.SuccessThreshold > 1 {
		problems.Addf(path+".successThreshold", "%d is too much for this probe, which one success ends; leave it out", p.SuccessThreshold)
	}
}
