package config

import (
	"fmt"

	"github.com/mlplatform/mlplatform/internal/rule"
)

func (e environmentFile) validateNotifications() {
	e.file.checkEmails("notifications.emails", e.Notifications.Emails)
}

func (f *file) checkEmails(path string, addresses []string) {
	for i, each := range addresses {
		f.addErr(fmt.Sprintf("%s[%d]", path, i), each, rule.Email(each))
	}
}
