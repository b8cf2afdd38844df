package rule

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

var (
	domainPattern = lazyregexp.New(`^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	zonePattern   = lazyregexp.New(`^Z[A-Z0-9]{5,31}$`) // https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html
)

// DomainName reports what is no name that a certificate can be made for: up to 253 lower-case characters, and * only as the first part.
// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
func DomainName(name string) error {
	if !domainPattern.MatchString(name) || len(name) > 253 {
		return fmt.Errorf("%q is no domain name; write it like mlflow.dev.example.com, in lower case and without https://", name)
	}
	return nil
}

// HostedZone reports what is no id of a hosted zone of Route 53.
func HostedZone(id string) error {
	if !zonePattern.MatchString(id) {
		return fmt.Errorf("%q is no id of a hosted zone; write it like Z0123456789ABCDEFGHIJ, as Route 53 shows it", id)
	}
	return nil
}
