package config

import (
	"fmt"
	"net/mail"
	"strings"
)

func (e environmentFile) validateNotifications() {
	for i, address := range e.Notifications.Emails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address || !strings.Contains(address[strings.LastIndex(address, "@"):], ".") || strings.Contains(address, "{") {
			e.file.add(fmt.Sprintf("notifications.emails[%d]", i), address, quote(address)+" is no e-mail address", "write it like ml-team@example.com")
		}
	}
}
