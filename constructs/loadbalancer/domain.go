package loadbalancer

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificate"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificatevalidation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53record"

	"github.com/mlplatform/mlplatform/internal/tf"
)

// newCertificate gives the ARN of the certificate, and nothing without TLS. One that is made is used when ACM has validated it.
func (l *LoadBalancer) newCertificate() string {
	if l.props.CertificateARN != "" || l.props.NoTLS {
		return l.props.CertificateARN
	}
	names, zone := l.props.Domain.Names, l.props.Domain.ValidationZoneID
	certificate := acmcertificate.NewAcmCertificate(l.construct, tf.Str("certificate"), &acmcertificate.AcmCertificateConfig{
		DomainName: tf.Str(names[0]), SubjectAlternativeNames: tf.Strs(names[1:]), ValidationMethod: tf.Str("DNS"),
		Tags: tf.Name(l.props.Name, l.props.Tags), Lifecycle: tf.CreateFirst(),
	})
	// The provider gives the records as a set, in which each name is looked up. A name and its wildcard have the same record, which
	// both write.
	address := tf.Address(certificate) + ".domain_validation_options"
	var made []tf.Dependable
	var hosts []string
	for _, name := range names {
		option := func(attribute string) *string {
			return tf.Str(fmt.Sprintf(`${one([for each in %s : each.%s if each.domain_name == "%s"])}`, address, attribute, name))
		}
		record := route53record.NewRoute53Record(l.construct, tf.Str("validation-"+recordID(name)), &route53record.Route53RecordConfig{
			ZoneId: tf.Str(zone), Name: option("resource_record_name"), Type: option("resource_record_type"), Records: &[]*string{option("resource_record_value")},
			Ttl: tf.Num(60), AllowOverwrite: true,
		})
		made, hosts = append(made, record), append(hosts, tf.Attr(record, "fqdn"))
	}
	validated := acmcertificatevalidation.NewAcmCertificateValidation(l.construct, tf.Str("validated"), &acmcertificatevalidation.AcmCertificateValidationConfig{
		CertificateArn: tf.Str(tf.Attr(certificate, "arn")), ValidationRecordFqdns: tf.Strs(hosts), DependsOn: tf.After(made...),
	})
	return tf.Attr(validated, "certificateArn")
}

// newRecords gives the names to the load balancer.
func (l *LoadBalancer) newRecords() {
	if l.props.Domain == nil {
		return
	}
	for _, name := range l.props.Domain.Names {
		route53record.NewRoute53Record(l.construct, tf.Str("record-"+recordID(name)), &route53record.Route53RecordConfig{
			ZoneId: tf.Str(l.props.Domain.HostedZoneID), Name: tf.Str(name), Type: tf.Str("A"),
			Alias: &route53record.Route53RecordAlias{Name: tf.Str(l.dns), ZoneId: tf.Str(l.zone), EvaluateTargetHealth: false},
		})
	}
}

// recordID is a name as a part of an id.
func recordID(name string) string {
	if len(name) > 0 && name[0] == '*' {
		return "any" + name[1:]
	}
	return name
}
