// Package rdssignin lets Python programs with SQLAlchemy sign in to a PostgreSQL database of RDS, which changes the password of its
// administrator by itself: the password is read at each connection, and is neither a variable nor part of an address. It is pure Go.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
package rdssignin

import _ "embed"

const (
	// DatabaseURI is the variable with the database as SQLAlchemy has it, without user and password.
	DatabaseURI = "DATABASE_URI"
	// DatabaseSecret is the variable with the ARN of the secret with the keys username and password, which the program may read.
	DatabaseSecret = "DATABASE_SECRET_ARN"
)

//go:embed signin.py
var before string

// Program is Python for an image with boto3, SQLAlchemy and a driver of PostgreSQL. What comes behind finds os, subprocess, sys, the text HOOK,
// the number LOCK of a lock in the database, and the function sign_in_everywhere, after which each Python process that it starts
// signs in by itself. The folder /tmp is written to.
func Program(own string) string { return before + own }
