package codepipeline

// Network is where builds run in a VPC. All fields are required. The subnets need NAT: a build has no public address.
// https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
type Network struct {
	// VPCID is the id of the VPC.
	VPCID string
	// SubnetIDs are ids of private subnets, 1 to 16.
	SubnetIDs []string
	// SecurityGroupIDs are ids of security groups that let builds out, 1 to 5.
	SecurityGroupIDs []string
}
