package awsemulator

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func eksGaps() []Gap {
	return []Gap{{
		Service: "eks", Operations: strings.Fields(`CreateCluster DescribeCluster ListClusters DeleteCluster UpdateClusterConfig UpdateClusterVersion AssociateEncryptionConfig
			CreateNodegroup DescribeNodegroup ListNodegroups DeleteNodegroup UpdateNodegroupConfig UpdateNodegroupVersion
			CreateAddon DescribeAddon ListAddons DeleteAddon UpdateAddon
			CreateAccessEntry DescribeAccessEntry ListAccessEntries DeleteAccessEntry UpdateAccessEntry AssociateAccessPolicy DisassociateAccessPolicy ListAssociatedAccessPolicies
			CreatePodIdentityAssociation DescribePodIdentityAssociation ListPodIdentityAssociations DeletePodIdentityAssociation UpdatePodIdentityAssociation
			DescribeUpdate TagResource UntagResource ListTagsForResource`),
		What:   "has clusters and node groups without access, upgrade policy, security group, updates and versions of launch templates, and neither add-ons, access entries nor pod identities",
		How:    "EKS is answered by the proxy: what is made is described as it was asked for with the defaults of AWS; the cluster must be there first and is deleted last, its security group is one of EC2",
		answer: (*Emulator).eks,
	}}
}

// eks answers a call of EKS.
func (e *Emulator) eks(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	in := r.Arguments
	cluster := text(in, "clusterName")
	if cluster == "" {
		cluster = text(in, "name")
	}
	arn := func(kind, rest string) string {
		return "arn:aws:eks:" + r.Region + ":" + r.Account + ":" + kind + "/" + rest
	}
	found := e.object(r, "eks/cluster", cluster)
	if cluster != "" && found == nil && r.Operation != "CreateCluster" {
		return refuse(r, http.StatusNotFound, "ResourceNotFoundException", "No cluster found for name: "+cluster+".")
	}
	update := func(kind string) *response {
		return reply(object{"update": object{"id": e.id(), "status": "Successful", "type": kind, "createdAt": now()}})
	}
	switch r.Operation {
	case "CreateCluster":
		if found != nil {
			return refuse(r, http.StatusConflict, "ResourceInUseException", "Cluster already exists with name: "+cluster)
		}
		made := e.newCluster(r, cluster)
		e.keep(r, "eks/cluster", cluster, made)
		return reply(object{"cluster": made})
	case "DescribeCluster":
		return reply(object{"cluster": found})
	case "ListClusters":
		names := []any{}
		for _, each := range e.all(r, "eks/cluster", "") {
			names = append(names, each["name"])
		}
		return reply(object{"clusters": names})
	case "DeleteCluster":
		if len(e.all(r, "eks/nodegroup", cluster+"/")) > 0 {
			return refuse(r, http.StatusConflict, "ResourceInUseException", "Cluster has nodegroups attached")
		}
		for _, kind := range []string{"eks/addon", "eks/access-entry", "eks/pod-identity", "eks/access-policy"} {
			for _, each := range e.all(r, kind, cluster+"/") {
				e.drop(r, kind, cluster+"/"+nameOf(each))
			}
		}
		group, _ := found["resourcesVpcConfig"].(object)
		e.ec2(r, url.Values{"Action": {"DeleteSecurityGroup"}, "GroupId": {text(group, "clusterSecurityGroupId")}})
		e.drop(r, "eks/cluster", cluster)
		return reply(object{"cluster": found})
	case "UpdateClusterConfig":
		for _, member := range []string{"resourcesVpcConfig", "accessConfig", "upgradePolicy", "computeConfig", "storageConfig", "kubernetesNetworkConfig", "zonalShiftConfig", "deletionProtection"} {
			if change, given := in[member].(object); given {
				before, _ := found[member].(object)
				after := maps.Clone(before)
				maps.Copy(after, change)
				found[member] = after
			}
		}
		if change, given := in["logging"].(object); given {
			found["logging"] = change
		}
		return update("ConfigUpdate")
	case "UpdateClusterVersion":
		found["version"] = in["version"]
		return update("VersionUpdate")
	case "AssociateEncryptionConfig":
		found["encryptionConfig"] = in["encryptionConfig"]
		return update("AssociateEncryptionConfig")
	case "DescribeUpdate":
		return reply(object{"update": object{"id": in["updateId"], "status": "Successful", "type": "ConfigUpdate", "createdAt": now()}})
	case "TagResource", "UntagResource", "ListTagsForResource":
		return e.eksTags(r)
	}
	for _, kind := range eksKinds {
		if out := kind.answer(e, r, cluster, arn); out != nil {
			return out
		}
	}
	return e.accessPolicies(r, cluster)
}

func (e *Emulator) newCluster(r *request, name string) object {
	in := r.Arguments
	made := r.model.copyOf("Cluster", in)
	network, _ := in["resourcesVpcConfig"].(object)
	inside := object{"endpointPublicAccess": true, "endpointPrivateAccess": false, "publicAccessCidrs": []any{"0.0.0.0/0"}}
	maps.Copy(inside, network)
	if subnets := lists(network["subnetIds"]); len(subnets) > 0 {
		inside["vpcId"] = e.ec2(r, url.Values{"Action": {"DescribeSubnets"}, "SubnetId.1": {subnets[0].(string)}}, "vpcId")
		inside["clusterSecurityGroupId"] = e.ec2(r, url.Values{
			"Action": {"CreateSecurityGroup"}, "GroupName": {"eks-cluster-sg-" + name + "-" + e.id()}, "VpcId": {inside["vpcId"].(string)},
			"GroupDescription":                {"EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads."},
			"TagSpecification.1.ResourceType": {"security-group"},
			"TagSpecification.1.Tag.1.Key":    {"aws:eks:cluster-name"}, "TagSpecification.1.Tag.1.Value": {name},
			"TagSpecification.1.Tag.2.Key": {"kubernetes.io/cluster/" + name}, "TagSpecification.1.Tag.2.Value": {"owned"},
		}, "groupId")
	}
	access := object{"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": true}
	given, _ := in["accessConfig"].(object)
	maps.Copy(access, given)
	network, _ = in["kubernetesNetworkConfig"].(object)
	kubernetes := object{"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4", "elasticLoadBalancing": object{"enabled": false}}
	maps.Copy(kubernetes, network)
	for member, value := range map[string]any{
		"name": name, "arn": "arn:aws:eks:" + r.Region + ":" + r.Account + ":cluster/" + name, "createdAt": now(), "status": "ACTIVE", "platformVersion": "eks.1",
		"endpoint": "https://" + e.id() + ".gr7." + r.Region + ".eks.amazonaws.com", "certificateAuthority": object{"data": "LS0tLS1CRUdJTg=="},
		"identity":           object{"oidc": object{"issuer": "https://oidc.eks." + r.Region + ".amazonaws.com/id/" + strings.ToUpper(e.id())}},
		"resourcesVpcConfig": inside, "accessConfig": access, "kubernetesNetworkConfig": kubernetes, "health": object{"issues": []any{}},
	} {
		made[member] = value
	}
	for member, value := range map[string]any{"version": "1.33", "upgradePolicy": object{"supportType": "EXTENDED"}, "tags": object{}, "logging": object{"clusterLogging": []any{}}} {
		if made[member] == nil {
			made[member] = value
		}
	}
	return made
}

// ec2 lets moto do what EKS does in EC2, and returns what one element of the answer says.
func (e *Emulator) ec2(r *request, form url.Values, element ...string) string {
	form.Set("Version", "2016-11-15")
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Authorization": {"AWS4-HMAC-SHA256 Credential=" + r.Account + "/20260101/" + r.Region + "/ec2/aws4_request"}}
	call := &Call{Label: "aws", Service: "ec2", Operation: form.Get("Action"), Account: r.Account, Region: r.Region, At: r.At}
	inner := &request{Call: call, http: &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: header}, body: []byte(form.Encode()), path: "/"}
	m, err := e.models.of("ec2")
	if err == nil {
		call.Arguments, _ = m.fromForm(m.Operations[call.Operation].Input.Shape, formTree(form)).(map[string]any)
	}
	e.mutex.Lock()
	e.calls = append(e.calls, call)
	e.mutex.Unlock()
	out := e.ask(inner)
	e.finish(call, m, out)
	said := ""
	texts(call.Answer, func(path, text string) {
		if len(element) > 0 && (path == element[0] || strings.HasSuffix(path, "."+element[0])) && said == "" {
			said = text
		}
	})
	return said
}

func (e *Emulator) eksTags(r *request) *response {
	for _, key := range sortedKeys(e.store.kept) {
		each, ok := e.store.kept[key].(object)
		if !ok || !strings.Contains(key, "|eks/") || arnOf(each) != text(r.Arguments, "resourceArn") {
			continue
		}
		switch r.Operation {
		case "ListTagsForResource":
			return reply(object{"tags": each["tags"]})
		case "TagResource":
			add, _ := r.Arguments["tags"].(object)
			setTags(each, add, nil)
		default:
			setTags(each, nil, lists(r.Arguments["tagKeys"]))
		}
		return reply(object{})
	}
	return refuse(r, http.StatusNotFound, "NotFoundException", "Resource "+text(r.Arguments, "resourceArn")+" not found")
}

func arnOf(o object) string {
	for _, member := range []string{"arn", "nodegroupArn", "addonArn", "accessEntryArn", "associationArn"} {
		if found := text(o, member); found != "" {
			return found
		}
	}
	return ""
}

func nameOf(o object) string {
	for _, member := range []string{"nodegroupName", "addonName", "principalArn", "associationId"} {
		if found := text(o, member); found != "" {
			return found
		}
	}
	return ""
}

// an eksKind is a kind of thing that a cluster has.
type eksKind struct {
	kind, suffix, list, member, shape, name, arn, listed string
	defaults                                             object
	make                                                 func(e *Emulator, r *request, made object)
	update                                               func(e *Emulator, r *request, found object) (kind string)
}

var eksKinds = []eksKind{
	{
		kind: "eks/nodegroup", suffix: "Nodegroup", list: "ListNodegroups", member: "nodegroup", shape: "Nodegroup", name: "nodegroupName", arn: "nodegroupArn", listed: "nodegroups",
		defaults: object{"status": "ACTIVE", "capacityType": "ON_DEMAND", "amiType": "AL2023_x86_64_STANDARD", "releaseVersion": "1.33.0-20250601", "health": object{"issues": []any{}}},
		make: func(e *Emulator, r *request, made object) {
			e.launchTemplate(r, made)
			if made["version"] == nil {
				made["version"] = e.object(r, "eks/cluster", text(r.Arguments, "clusterName"))["version"]
			}
			made["resources"] = object{"autoScalingGroups": []any{object{"name": "eks-" + text(made, "nodegroupName") + "-" + e.id()}}}
			made["modifiedAt"] = now()
		},
		update: func(e *Emulator, r *request, found object) string {
			for _, member := range []string{"scalingConfig", "updateConfig", "version", "releaseVersion", "nodeRepairConfig"} {
				if change, given := r.Arguments[member]; given {
					found[member] = change
				}
			}
			if labels, given := r.Arguments["labels"].(object); given {
				before, _ := found["labels"].(object)
				holder := object{"tags": before}
				add, _ := labels["addOrUpdateLabels"].(object)
				setTags(holder, add, lists(labels["removeLabels"]))
				found["labels"] = holder["tags"]
			}
			if taints, given := r.Arguments["taints"].(object); given {
				after := slices.DeleteFunc(slices.Clone(lists(found["taints"])), func(each any) bool {
					return slices.ContainsFunc(append(lists(taints["removeTaints"]), lists(taints["addOrUpdateTaints"])...), func(gone any) bool {
						return gone.(object)["key"] == each.(object)["key"] && gone.(object)["effect"] == each.(object)["effect"]
					})
				})
				found["taints"] = append(after, lists(taints["addOrUpdateTaints"])...)
			}
			if template, given := r.Arguments["launchTemplate"]; given {
				found["launchTemplate"] = template
				e.launchTemplate(r, found)
			}
			return "ConfigUpdate"
		},
	},
	{
		kind: "eks/addon", suffix: "Addon", list: "ListAddons", member: "addon", shape: "Addon", name: "addonName", arn: "addonArn", listed: "addons",
		defaults: object{"status": "ACTIVE", "addonVersion": "v1.0.0-eksbuild.1", "health": object{"issues": []any{}}},
		make:     func(e *Emulator, r *request, made object) { e.addonIdentities(r, made) },
		update: func(e *Emulator, r *request, found object) string {
			for _, member := range []string{"addonVersion", "serviceAccountRoleArn", "configurationValues"} {
				if change, given := r.Arguments[member]; given {
					found[member] = change
				}
			}
			if _, given := r.Arguments["podIdentityAssociations"]; given {
				e.addonIdentities(r, found)
			}
			return "AddonUpdate"
		},
	},
	{
		kind: "eks/access-entry", suffix: "AccessEntry", list: "ListAccessEntries", member: "accessEntry", shape: "AccessEntry", name: "principalArn", arn: "accessEntryArn", listed: "accessEntries",
		defaults: object{"type": "STANDARD", "kubernetesGroups": []any{}},
		make: func(e *Emulator, r *request, made object) {
			if made["username"] == nil {
				made["username"] = made["principalArn"]
			}
		},
		update: func(e *Emulator, r *request, found object) string {
			for _, member := range []string{"kubernetesGroups", "username"} {
				if change, given := r.Arguments[member]; given {
					found[member] = change
				}
			}
			return ""
		},
	},
	{
		kind: "eks/pod-identity", suffix: "PodIdentityAssociation", list: "ListPodIdentityAssociations", member: "association", shape: "PodIdentityAssociation", name: "associationId", arn: "associationArn", listed: "associations",
		update: func(e *Emulator, r *request, found object) string {
			if change, given := r.Arguments["roleArn"]; given {
				found["roleArn"] = change
			}
			return ""
		},
	},
}

func (k eksKind) answer(e *Emulator, r *request, cluster string, arn func(kind, rest string) string) *response {
	verb, ours := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(r.Operation, "Config"), "Version"), k.suffix)
	if r.Operation == k.list {
		verb, ours = "List", true
	}
	if !ours {
		return nil
	}
	name := text(r.Arguments, k.name)
	found := e.object(r, k.kind, cluster+"/"+name)
	if found == nil && verb != "Create" && verb != "List" {
		return refuse(r, http.StatusNotFound, "ResourceNotFoundException", "No "+k.member+" found for name: "+name+".")
	}
	switch verb {
	case "Create":
		if found != nil {
			return refuse(r, http.StatusConflict, "ResourceInUseException", k.member+" already exists: "+name)
		}
		made := r.model.copyOf(k.shape, r.Arguments)
		if name == "" {
			name = "a-" + e.id()
			made[k.name] = name
		}
		typed := strings.TrimPrefix(k.kind, "eks/")
		if typed == "pod-identity" {
			typed = "podidentityassociation"
		}
		rest := strings.NewReplacer("arn:aws:iam::", "role/", ":role/", "/").Replace(name)
		made[k.arn], made["createdAt"], made["clusterName"] = arn(typed, cluster+"/"+rest+"/"+e.id()), now(), cluster
		for member, value := range k.defaults {
			if made[member] == nil {
				made[member] = value
			}
		}
		if made["tags"] == nil {
			made["tags"] = object{}
		}
		if k.make != nil {
			k.make(e, r, made)
		}
		e.keep(r, k.kind, cluster+"/"+name, made)
		return reply(object{k.member: made})
	case "Describe":
		return reply(object{k.member: found})
	case "List":
		out := []any{}
		for _, each := range e.all(r, k.kind, cluster+"/") {
			if k.kind == "eks/pod-identity" {
				out = append(out, each)
			} else {
				out = append(out, each[k.name])
			}
		}
		return reply(object{k.listed: out})
	case "Update":
		kind := k.update(e, r, found)
		found["modifiedAt"] = now()
		if kind == "" {
			return reply(object{k.member: found})
		}
		return reply(object{"update": object{"id": e.id(), "status": "Successful", "type": kind, "createdAt": now()}})
	}
	e.drop(r, k.kind, cluster+"/"+name)
	return reply(object{k.member: found})
}

// launchTemplate gives a node group both the id and the name of its template, as EKS does.
func (e *Emulator) launchTemplate(r *request, made object) {
	template, _ := made["launchTemplate"].(object)
	if template == nil {
		return
	}
	full := maps.Clone(template)
	form := url.Values{"Action": {"DescribeLaunchTemplates"}}
	if id := text(template, "id"); id != "" {
		form.Set("LaunchTemplateId.1", id)
		full["name"] = e.ec2(r, form, "launchTemplateName")
	} else {
		form.Set("LaunchTemplateName.1", text(template, "name"))
		full["id"] = e.ec2(r, form, "launchTemplateId")
	}
	made["launchTemplate"] = full
}

// addonIdentities are the pod identities that an add-on was given: what is described are their ARNs.
func (e *Emulator) addonIdentities(r *request, made object) {
	arns := []any{}
	for _, each := range lists(r.Arguments["podIdentityAssociations"]) {
		association := maps.Clone(each.(object))
		id := "a-" + e.id()
		cluster := text(r.Arguments, "clusterName")
		association["clusterName"], association["associationId"], association["namespace"], association["tags"] = cluster, id, "kube-system", object{}
		association["associationArn"] = "arn:aws:eks:" + r.Region + ":" + r.Account + ":podidentityassociation/" + cluster + "/" + id
		e.keep(r, "eks/pod-identity", cluster+"/"+id, association)
		arns = append(arns, association["associationArn"])
	}
	made["podIdentityAssociations"] = arns
}

// accessPolicies are what an access entry may do.
func (e *Emulator) accessPolicies(r *request, cluster string) *response {
	principal, policy := text(r.Arguments, "principalArn"), text(r.Arguments, "policyArn")
	if e.object(r, "eks/access-entry", cluster+"/"+principal) == nil {
		return refuse(r, http.StatusNotFound, "ResourceNotFoundException", "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.")
	}
	name := cluster + "/" + principal + "|" + policy
	switch r.Operation {
	case "AssociateAccessPolicy":
		made := object{"policyArn": policy, "accessScope": r.Arguments["accessScope"], "associatedAt": now(), "modifiedAt": now()}
		e.keep(r, "eks/access-policy", name, made)
		return reply(object{"clusterName": cluster, "principalArn": principal, "associatedAccessPolicy": made})
	case "DisassociateAccessPolicy":
		e.drop(r, "eks/access-policy", name)
		return reply(object{})
	}
	out := []any{}
	for _, each := range e.all(r, "eks/access-policy", cluster+"/"+principal+"|") {
		out = append(out, each)
	}
	return reply(object{"clusterName": cluster, "principalArn": principal, "associatedAccessPolicies": out})
}
