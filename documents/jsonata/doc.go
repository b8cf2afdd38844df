// Package jsonata parses and evaluates JSONata, the expression language of Step Functions, in plain Go: the language of
// version 2.0.6, which Step Functions implements, without $eval, and with the functions that Step Functions adds ($partition,
// $range, $hash, $random with a seed, $uuid and $parse).
//
// Parse gives a tree that can be walked, so that an expression can be checked without data; Expression.Evaluate runs it.
//
// Language: https://docs.jsonata.org/2.0.0/overview
// Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
package jsonata
