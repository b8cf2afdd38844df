package permissions

// Shorter is for the tests.
var Shorter = shorter
