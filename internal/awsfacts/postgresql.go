package awsfacts

// PostgreSQLVersions are the major versions that RDS and Aurora have in standard support, oldest first. The list does not follow the
// clock, so that a configuration that loads today still loads tomorrow.
// https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
func PostgreSQLVersions() []string { return []string{"14", "15", "16", "17", "18"} }
