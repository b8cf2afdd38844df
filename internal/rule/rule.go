// Package rule holds what AWS, Kubernetes and others accept as single values, each rule once: configuration files are held
// against it with file and line, and what constructs get from Go with the name of the field. It is pure Go. What only
// Terraform knows is let through by the constructs, never here.
package rule
