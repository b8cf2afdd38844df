package config

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/rule"
)

func (l *loader) validateAuditTrail() {
	const path = "operations.auditTrail"
	f, audit := l.platformFile, l.platform.Operations.AuditTrail
	if audit == nil {
		return
	}
	f.checkEmails(path+".emails", audit.Emails)
	f.checkRetention(path+".logRetentionDays", audit.LogRetentionDays)
	for _, store := range l.stateStores() {
		name := l.platform.AuditBucket(store)
		if len(name) > awsfacts.MaxBucketName {
			f.add(path, "", fmt.Sprintf("makes the bucket name %s%s, which has %d characters where S3 allows %d", name, forWhom(store), len(name), awsfacts.MaxBucketName), "shorten the name of the project or the environment")
		}
	}
	l.validateAuditTopic(path+".topicArn", audit)
}

func (l *loader) validateAuditTopic(path string, audit *AuditTrail) {
	f := l.platformFile
	if audit.TopicARN == "" {
		return
	}
	if len(audit.Emails) > 0 {
		f.add(path, audit.TopicARN, "stands beside emails", "keep one of them; people subscribe to the topic")
	}
	topic, err := rule.TopicARN(audit.TopicARN)
	if err != nil {
		f.addErr(path, audit.TopicARN, err)
		return
	}
	for _, store := range l.stateStores() {
		if topic.Account != store.Account || topic.Region != store.Region {
			f.add(path, audit.TopicARN, fmt.Sprintf("%s is in account %s and %s, and the state%s in account %s and %s, whose alarms tell topics there only", quote(audit.TopicARN), topic.Account, topic.Region, forWhom(store), store.Account, store.Region),
				"use a topic of that account and region, or emails")
			return
		}
	}
}
