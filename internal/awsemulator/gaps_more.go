package awsemulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

func storageGaps() []Gap {
	return []Gap{
		bucketPolicyGap(),
		bucketLoggingGap(),
		{
			Service: "s3", Operations: []string{"PutBucketLifecycleConfiguration", "GetBucketLifecycleConfiguration", "DeleteBucketLifecycle", "PutBucketNotificationConfiguration", "GetBucketNotificationConfiguration"},
			What: "forgets fields of lifecycle rules, and that a bucket sends events to EventBridge", How: "what was put is what is got, after moto has checked that the bucket exists",
			amend: (*Emulator).bucketSettings,
		},
		{
			Service: "s3", Operations: []string{"PutBucketVersioning", "GetBucketVersioning", "DeleteBucket"},
			What: "takes a bucket whose versioning is suspended for one without versions, and fails where it should delete them", How: "the suspension stays with the proxy, and the versions with moto",
			answer: (*Emulator).suspend, amend: (*Emulator).suspended,
		},
		{
			Service: "kms", Operations: []string{"EnableKeyRotation", "GetKeyRotationStatus"},
			What: "does not know the period of a rotation", How: "the period that was asked for, or 365 days, is told with the status",
			amend: (*Emulator).rotation,
		},
	}
}

// bucketSettings answers with the settings of a bucket that were put there.
func (e *Emulator) bucketSettings(r *request, out *response) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	kind := "s3/lifecycle"
	if strings.Contains(r.Operation, "Notification") {
		kind = "s3/notification"
	}
	bucket := r.text("Bucket")
	switch {
	case strings.HasPrefix(r.Operation, "Put") && out.status < 300:
		e.keep(r, kind, bucket, plainBody(r.http, r.body))
		if kind == "s3/lifecycle" {
			changed := *out
			changed.header = out.header.Clone()
			changed.header.Set("X-Amz-Transition-Default-Minimum-Object-Size", "all_storage_classes_128K")
			return &changed
		}
	case strings.HasPrefix(r.Operation, "Delete"):
		e.drop(r, kind, bucket)
	case strings.HasPrefix(r.Operation, "Get") && out.status < 300:
		if kept, ok := e.store.kept[r.key(kind, bucket)].([]byte); ok {
			header := http.Header{"Content-Type": {"application/xml"}}
			if kind == "s3/lifecycle" {
				header.Set("X-Amz-Transition-Default-Minimum-Object-Size", "all_storage_classes_128K")
			}
			return &response{http.StatusOK, header, kept}
		}
	}
	return nil
}

const suspendedKind = "s3/suspended"

// suspend keeps a suspension of versioning from moto.
func (e *Emulator) suspend(r *request) *response {
	if r.Operation != "PutBucketVersioning" {
		return nil
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	asked, _ := r.Arguments["VersioningConfiguration"].(object)
	if asked["Status"] != "Suspended" {
		e.drop(r, suspendedKind, r.text("Bucket"))
		return nil
	}
	e.keep(r, suspendedKind, r.text("Bucket"), true)
	return &response{status: http.StatusOK, header: http.Header{}}
}

// suspended tells of it.
func (e *Emulator) suspended(r *request, out *response) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	switch {
	case out.status >= 300 || e.store.kept[r.key(suspendedKind, r.text("Bucket"))] == nil:
	case r.Operation == "DeleteBucket":
		e.drop(r, suspendedKind, r.text("Bucket"))
	case r.Operation == "GetBucketVersioning":
		return &response{out.status, out.header, bytes.Replace(out.body, []byte("Enabled"), []byte("Suspended"), 1)}
	}
	return nil
}

func (e *Emulator) rotation(r *request, out *response) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	key := r.text("KeyId")
	key = key[strings.LastIndexByte(key, '/')+1:]
	if r.Operation == "EnableKeyRotation" {
		period := r.Arguments["RotationPeriodInDays"]
		if period == nil {
			period = 365.0
		}
		e.keep(r, "kms/rotation", key, period)
		return nil
	}
	return asJSON(out, func(o object) {
		if period := e.store.kept[r.key("kms/rotation", key)]; period != nil && o["KeyRotationEnabled"] == true {
			o["RotationPeriodInDays"] = period
		}
	})
}

func messageGaps() []Gap {
	return []Gap{{
		Service: "sns", Operations: []string{"CreateTopic", "SetTopicAttributes", "GetTopicAttributes"},
		What: "knows no signature version of a topic", How: "the one that was asked for, or 1 as in AWS, is put to its attributes",
		amend: (*Emulator).signatures,
	}}
}

func (e *Emulator) signatures(r *request, out *response) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	topic := r.text("TopicArn")
	name := topic[strings.LastIndexByte(topic, ':')+1:] + r.text("Name")
	switch attributes, _ := r.Arguments["Attributes"].(object); {
	case out.status >= 300:
	case attributes["SignatureVersion"] != nil:
		e.keep(r, "sns/signature", name, attributes["SignatureVersion"])
	case r.text("AttributeName") == "SignatureVersion":
		e.keep(r, "sns/signature", name, r.text("AttributeValue"))
	case r.Operation == "GetTopicAttributes":
		version, _ := e.store.kept[r.key("sns/signature", name)].(string)
		version = cmp.Or(version, "1")
		without := signature.ReplaceAll(out.body, nil)
		return &response{out.status, out.header, bytes.Replace(without, []byte("</Attributes>"), []byte("<entry><key>SignatureVersion</key><value>"+version+"</value></entry></Attributes>"), 1)}
	}
	return nil
}

var signature = regexp.MustCompile(`<entry>\s*<key>SignatureVersion</key>\s*<value>[^<]*</value>\s*</entry>`)

func learningGaps() []Gap {
	return []Gap{
		endpointGap(),
		{
			Service: "states", Operations: []string{"ValidateStateMachineDefinition"},
			What: "does not validate definitions", How: "a definition is JSON whose first state is there; what else a definition must be, other tests check with AWS's rules",
			answer: func(e *Emulator, r *request) *response {
				var definition struct {
					StartAt string
					States  map[string]any
				}
				if err := json.Unmarshal([]byte(r.text("definition")), &definition); err != nil || definition.States[definition.StartAt] == nil {
					return reply(object{"result": "FAIL", "truncated": false, "diagnostics": []any{object{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": "there is no first state"}}})
				}
				return reply(object{"result": "OK", "diagnostics": []any{}, "truncated": false})
			},
		},
		{
			Service: "states", Operations: []string{"ListStateMachineVersions"},
			What: "does not list versions", How: "there are none, for no stack publishes any",
			answer: func(e *Emulator, r *request) *response { return reply(object{"stateMachineVersions": []any{}}) },
		},
		{
			Service: "sagemaker", Operations: []string{"UpdateModelPackage"},
			What: "forgets of a model package what an update does not name", How: "its metadata, approval and description are named again",
			answer: (*Emulator).packages,
		},
		{
			Service: "sagemaker", Operations: []string{"CreateModelPackageGroup", "DescribeModelPackageGroup", "DeleteModelPackageGroup"},
			What: "deletes no model package groups", How: "a group that was deleted is not found until it is made again",
			answer: (*Emulator).packageGroups,
		},
	}
}

// packages lets moto update a model package with what it would forget.
func (e *Emulator) packages(r *request) *response {
	header := r.http.Header.Clone()
	header.Set("X-Amz-Target", "SageMaker.DescribeModelPackage")
	body, err := json.Marshal(object{"ModelPackageName": r.text("ModelPackageArn")})
	if err != nil {
		return failure(http.StatusInternalServerError, err.Error())
	}
	before := object{}
	described := e.ask(&request{Call: r.Call, http: &http.Request{Method: http.MethodPost, URL: r.http.URL, Header: header}, body: body, path: "/"})
	if described.status != http.StatusOK || json.Unmarshal(described.body, &before) != nil {
		return nil
	}
	whole := maps.Clone(r.Arguments)
	metadata, _ := before["CustomerMetadataProperties"].(object)
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = object{}
	}
	added, _ := r.Arguments["CustomerMetadataProperties"].(object)
	maps.Copy(metadata, added)
	whole["CustomerMetadataProperties"] = metadata
	for _, member := range []string{"ModelApprovalStatus", "ApprovalDescription"} {
		if whole[member] == nil && before[member] != nil {
			whole[member] = before[member]
		}
	}
	if body, err = json.Marshal(whole); err != nil {
		return failure(http.StatusInternalServerError, err.Error())
	}
	return e.ask(&request{Call: r.Call, http: r.http, body: body, path: "/"})
}

func (e *Emulator) packageGroups(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := r.text("ModelPackageGroupName")
	gone := e.store.kept[r.key("sagemaker/gone", name)] != nil
	missing := refuse(r, http.StatusBadRequest, "ValidationException", "ModelPackageGroup arn:aws:sagemaker:"+r.Region+":"+r.Account+":model-package-group/"+name+" does not exist.")
	switch {
	case r.Operation == "CreateModelPackageGroup":
		e.drop(r, "sagemaker/gone", name)
	case gone:
		return missing
	case r.Operation == "DeleteModelPackageGroup":
		e.keep(r, "sagemaker/gone", name, true)
		return reply(object{})
	}
	return nil
}

func ec2Gaps() []Gap {
	return []Gap{
		{
			Service: "ec2", Operations: []string{"DeleteVpcEndpoints", "DescribeVpcEndpoints"},
			What: "goes on listing VPC endpoints that were deleted", How: "they are not found",
			answer: (*Emulator).endpoints,
		},
		{
			Service: "ec2", Operations: []string{"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "DescribeSecurityGroupRules"},
			What: "forgets the descriptions of rules for groups and prefix lists", How: "the one that was asked for is told",
			amend: (*Emulator).ruleDescriptions,
		},
		{
			Service: "ec2", Operations: []string{"DescribeLaunchTemplateVersions"},
			What: "counts the tags of a launch template among those that it gives to instances", How: "they are left out of what a version says",
			amend: func(e *Emulator, r *request, out *response) *response {
				changed := templateTags.ReplaceAll(out.body, nil)
				if len(changed) == len(out.body) {
					return nil
				}
				return &response{out.status, out.header, emptyTags.ReplaceAll(changed, nil)}
			},
		},
	}
}

// ruleDescriptions tells of rules for groups and prefix lists what they are for.
func (e *Emulator) ruleDescriptions(r *request, out *response) *response {
	if out.status != http.StatusOK {
		return nil
	}
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	if r.Operation == "DescribeSecurityGroupRules" {
		return &response{out.status, out.header, ruleID.ReplaceAllFunc(out.body, func(found []byte) []byte {
			description, _ := e.store.kept[r.key("ec2/rule", string(ruleID.FindSubmatch(found)[1]))].(string)
			if description == "" {
				return found
			}
			return []byte(string(found) + "<description>" + escaped(description) + "</description>")
		})}
	}
	description := ""
	texts(object{"": r.Arguments}, func(path, text string) {
		if strings.HasSuffix(path, "UserIdGroupPairs.Description") || strings.HasSuffix(path, "PrefixListIds.Description") {
			description = text
		}
	})
	for _, match := range ruleID.FindAllSubmatch(out.body, -1) {
		e.keep(r, "ec2/rule", string(match[1]), description)
	}
	return nil
}

var (
	ruleID       = regexp.MustCompile(`<securityGroupRuleId>([^<]+)</securityGroupRuleId>`)
	templateTags = regexp.MustCompile(`<item>\s*<resourceType>launch-template</resourceType>\s*<tagSet>(?s:.*?)</tagSet>\s*</item>`)
	emptyTags    = regexp.MustCompile(`<tagSpecificationSet>\s*</tagSpecificationSet>`)
)

func (e *Emulator) endpoints(r *request) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	for _, each := range lists(r.Arguments["VpcEndpointIds"]) {
		id, _ := each.(string)
		if r.Operation == "DeleteVpcEndpoints" {
			e.keep(r, "ec2/gone", id, true)
		} else if e.store.kept[r.key("ec2/gone", id)] != nil {
			return refuse(r, http.StatusBadRequest, "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '"+id+"' does not exist")
		}
	}
	return nil
}
