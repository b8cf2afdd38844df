package rule

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// The form that browsers accept, without quotes, comments and blanks, and stricter by what RFC 5322 says of dots. Its
// domain can be on the internet.
// https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
var emailPattern = lazyregexp.New("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$")

// The longest address that mail servers pass on, and the longest part before the @.
// https://www.rfc-editor.org/errata/eid1690
const (
	maxEmail = 254
	maxLocal = 64
)

// Email reports a text that is no e-mail address.
func Email(address string) error {
	if len(address) > maxEmail || strings.Index(address, "@") > maxLocal || !emailPattern.MatchString(address) {
		return fmt.Errorf("%q is no e-mail address; write it like ml-team@example.com", address)
	}
	return nil
}
