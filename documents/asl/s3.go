package asl

import (
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// The tasks of S3 are AWS SDK integrations. Their buckets are known before run time, because permissions name them.
// What is read becomes data of the execution, at most 256 KiB.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html

// S3GetObject reads a small object: asl.Result("Body") is its text, which asl.StringToJSON reads. Patterns:
// RequestResponse, WaitForToken. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
type S3GetObject struct {
	// Bucket by name. Required.
	Bucket string
	// Key of the object. Required.
	Key Text
	// KeyARN is the KMS key of the bucket, for the permission to use it. Default: none.
	KeyARN string
}

func (c S3GetObject) integration(r *renderer, _ Pattern) integration {
	bucketAndKey(r, c.Bucket, c.Key)
	return s3Call("getObject", fields{{"Bucket", Text(c.Bucket)}, {"Key", c.Key}}, func(scope arn.Scope) []policy.Statement {
		return s3Objects(scope, c.Bucket, c.Key, c.KeyARN, false, "s3:GetObject")
	})
}

// S3HeadObject reads what is known about an object, such as its size. Where there is none, the error is
// S3.NoSuchKeyException. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
type S3HeadObject struct {
	// Bucket by name. Required.
	Bucket string
	// Key of the object. Required.
	Key Text
	// KeyARN is the KMS key of the bucket, for the permission to use it. Default: none.
	KeyARN string
}

func (c S3HeadObject) integration(r *renderer, _ Pattern) integration {
	bucketAndKey(r, c.Bucket, c.Key)
	return s3Call("headObject", fields{{"Bucket", Text(c.Bucket)}, {"Key", c.Key}}, func(scope arn.Scope) []policy.Statement {
		return s3Objects(scope, c.Bucket, c.Key, c.KeyARN, false, "s3:GetObject")
	})
}

// S3PutObject writes an object. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
type S3PutObject struct {
	// Bucket by name. Required.
	Bucket string
	// Key of the object. Required.
	Key Text
	// Body is text, or an object that is written as JSON. Required.
	Body Value
	// ContentType of the object. Default: that of S3.
	ContentType string
	// KeyARN is the KMS key of the bucket, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c S3PutObject) integration(r *renderer, _ Pattern) integration {
	bucketAndKey(r, c.Bucket, c.Key)
	if c.Body == nil {
		r.addf(r.path("call.body"), "is missing; give text or an object")
	}
	f := fields{{"Bucket", Text(c.Bucket)}, {"Key", c.Key}, {"Body", c.Body}}
	f.string("ContentType", c.ContentType)
	called := s3Call("putObject", f, func(scope arn.Scope) []policy.Statement {
		return s3Objects(scope, c.Bucket, c.Key, c.KeyARN, true, "s3:PutObject")
	})
	called.extra = c.Extra
	return called
}

// S3CopyObject copies an object of up to 5 GB, such as the champion's model to a fixed place. Patterns: RequestResponse,
// WaitForToken. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
type S3CopyObject struct {
	// SourceBucket and SourceKey are the object that is copied. Required.
	SourceBucket string
	SourceKey    Text
	// Bucket and Key are the copy. Required.
	Bucket string
	Key    Text
	// SourceKeyARN and KeyARN are the KMS keys of the buckets, for the permission to use them. Default: none.
	SourceKeyARN string
	KeyARN       string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c S3CopyObject) integration(r *renderer, _ Pattern) integration {
	bucketAndKey(r, c.Bucket, c.Key)
	r.requiredString(r.path("call.sourceBucket"), c.SourceBucket, "the name of a bucket")
	r.required(r.path("call.sourceKey"), c.SourceKey, "the key of an object")
	f := fields{{"Bucket", Text(c.Bucket)}, {"Key", c.Key}, {"CopySource", Text(c.SourceBucket+"/") + c.SourceKey}}
	called := s3Call("copyObject", f, func(scope arn.Scope) []policy.Statement {
		return append(s3Objects(scope, c.SourceBucket, c.SourceKey, c.SourceKeyARN, false, "s3:GetObject"),
			s3Objects(scope, c.Bucket, c.Key, c.KeyARN, true, "s3:PutObject")...)
	})
	called.extra = c.Extra
	return called
}

// S3DeleteObject deletes an object. Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
type S3DeleteObject struct {
	// Bucket by name. Required.
	Bucket string
	// Key of the object. Required.
	Key Text
}

func (c S3DeleteObject) integration(r *renderer, _ Pattern) integration {
	bucketAndKey(r, c.Bucket, c.Key)
	return s3Call("deleteObject", fields{{"Bucket", Text(c.Bucket)}, {"Key", c.Key}}, func(scope arn.Scope) []policy.Statement {
		return s3Objects(scope, c.Bucket, c.Key, "", false, "s3:DeleteObject")
	})
}

// S3ListObjects lists up to 1,000 objects: asl.Result("Contents"). Patterns: RequestResponse, WaitForToken.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
type S3ListObjects struct {
	// Bucket by name. Required.
	Bucket string
	// Prefix of the keys. Default: all objects.
	Prefix Text
	// MaxKeys: 1 to 1000. Default: 1000.
	MaxKeys int
}

func (c S3ListObjects) integration(r *renderer, _ Pattern) integration {
	r.requiredString(r.path("call.bucket"), c.Bucket, "the name of a bucket")
	f := fields{{"Bucket", Text(c.Bucket)}}
	f.text("Prefix", c.Prefix)
	if c.MaxKeys != 0 {
		r.between(r.path("call.maxKeys"), c.MaxKeys, 1, 1000)
		f.int("MaxKeys", c.MaxKeys)
	}
	return s3Call("listObjectsV2", f, func(scope arn.Scope) []policy.Statement {
		return []policy.Statement{listBucket(scope.Bucket(c.Bucket), c.Prefix)}
	})
}

func bucketAndKey(r *renderer, bucket string, key Text) {
	r.requiredString(r.path("call.bucket"), bucket, "the name of a bucket")
	r.required(r.path("call.key"), key, "the key of an object")
}

func s3Call(operation string, f fields, permissions func(scope arn.Scope) []policy.Statement) integration {
	return integration{resource: "aws-sdk:s3:" + operation, arguments: f, patterns: []Pattern{WaitForToken}, permissions: permissions}
}

func s3Objects(scope arn.Scope, bucket string, key Text, keyARN string, write bool, action string) []policy.Statement {
	statements := []policy.Statement{{Actions: []string{action}, Resources: []string{scope.Bucket(bucket) + "/" + pattern(key)}}}
	if keyARN != "" {
		statements = append(statements, policy.UseKey(write, "s3."+scope.Region+"."+scope.DNSSuffix(), keyARN))
	}
	return statements
}
