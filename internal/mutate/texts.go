package mutate

import (
	"maps"
	"slices"
	"strings"
)

// hostile are texts that mean something to what reads them, or are as long as something may be and one longer.
var hostile = []string{
	"", " ", "  a", "a ", "\t", "a\nb", "a\r\n", "\u0000", "\u001b[1m", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff", "é", "😀", "ñandú", "日本",
	"${x}", "${var.a}", "$${x}", "%{x}", "%{ if true }", "#{x}", "{{x}}", "{%x%}", "{% 1 %}", "<x>", "<project>", "<environment>", "$(x)", "`x`", "$x", "$$", "$.x", "$[0]", "$$.Execution.Id",
	"States.Format('x')", "States.UUID()", "arn:aws:iam::222222222222:role/x", "TfToken[TOKEN.0]", "${TfToken[TOKEN.0]}",
	"*", "?", "**", "[a]", "a*", "*a", "/", "//", "a/", "/a", "a//b", "a/b", ".", "..", "a/../b", "./a", "-", "--", "-a", "a-", "a--b", "_", "a_b", "A", "a.b", "@", "@{", "HEAD", "~", "^", ":", "a:b", "'", `"`, `\`, `a"b`, "a'b", "a\\", "|", "&", ";", "#", "!", "!x", "=", "a=b", "+", ",", "(", ")", "()", "[", "{", "}", "<", ">",
	"0", "1", "-1", "00", "1.0", "1e5", "0x10", "true", "null", "~null", "yes", "aws:x", "AWS:x", "Name", "name", "Environment", "none", "latest", "operations", "state", "default", "con", "system:x",
	strings.Repeat("a", 2), strings.Repeat("a", 12), strings.Repeat("a", 20), strings.Repeat("a", 32), strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("a", 100), strings.Repeat("a", 128), strings.Repeat("a", 129),
	strings.Repeat("a", 255), strings.Repeat("a", 256), strings.Repeat("a", 257), strings.Repeat("é", 256), strings.Repeat("a", 512), strings.Repeat("a", 1024), strings.Repeat("a", 1025), strings.Repeat("a", 2501), strings.Repeat("a/", 200) + "a",
}

// byKey are texts that nearly fit, or just do, by the key that they are for.
var byKey = map[string][]string{
	"administrators":         {"arn:aws:iam::222222222222:role//x", "arn:aws:iam::222222222222:role/" + strings.Repeat("a", 65), "arn:aws:iam::222222222222:role/a/b/c", "arn:aws:iam::444444444444:role/a-1", "arn:aws:iam::333333333333:role/x", "arn:aws:iam::111111111111:role/x", "arn:aws:iam::222222222222:role/a/", "arn:aws:iam::222222222222:user/x", "arn:aws:iam::222222222222:role/" + strings.Repeat("a/", 250) + "b"},
	"account":                {"222222222222", "000000000000", "111111111111", "123456789012"},
	"region":                 {"us-east-1", "eu-central-1", "ap-southeast-5", "mx-central-1", "us-gov-west-1", "cn-north-1", "eu-isoe-west-1", "ap-southeast-7", "il-central-1"},
	"branches":               {"HEAD", "@", "main", "a*", "feature/*", "-x", "a.lock", "refs/heads/x", "a..b", "x/*/y", "a'b", "a b", "$(x)", "`x`", "a&b", "é", "a*b?", "a\"b", "a;b", "a+b", "!x", "a!b", "dependabot/*", "gh-readonly-queue/*"},
	"tags":                   {"v*", "v1", "HEAD", "@", "-v", "v*.*", "Cost Center", " ", "  ", "a b", "aws:x", "Name", "é", "a$b", "kubernetes.io/x"},
	"defaultBranch":          {"HEAD", "@", "$(x)", "a b", "trunk", "a$b", "feature/x", "a'b", "a`b", "a\"b", "é", "a#b", "a?b", "a;b", "a&b", "a|b", "a%b", "-a"},
	"environment":            {"..", ".", " ", "dev", "Dev", "a/b", "a b", " a", "a ", "a'b", "é", "a:b", "a,b", "a;b", "a\"b", "$(x)", "MODE", "1A", "A.B", "SAGEMAKER_PROGRAM"},
	"reviewers":              {"alice", "acme/ml", "-a", "a--b", "a/b/c", "al ice", strings.Repeat("a", 39), strings.Repeat("a", 40)},
	"runsOn":                 {"ubuntu-24.04", "self-hosted", "a b", "${{ x }}", "é"},
	"cidr":                   {"10.10.0.0/016", "010.10.0.0/16", "10.10.0.0/16", "10.99.0.0/24", "10.99.0.0/25", "10.99.0.0/15", "10.99.1.0/16", "172.16.0.0/16", "172.17.0.0/16", "192.168.0.0/16", "100.64.0.0/16", "8.8.0.0/16", "10.99.0.0", "::/16", "fd00::/64", "::ffff:10.0.0.0/112", "224.0.0.0/16", "127.0.0.0/16", "10.99.0.0/20", "10.99.0.0/22"},
	"publicAccessCidrs":      {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7", "8.0.0.0/8", "224.0.0.0/8", "240.0.0.0/8", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16", "10.0.0.0/8", "10.0.0.0/7", "100.64.0.0/10", "203.0.113.7/32", "203.0.113.0/024", "203.0.113.7", "203.0.113.7/24", "192.168.0.0/15", "192.0.0.0/8", "172.16.0.0/11", "2001:db8::/32", "0.0.0.0/8", "1.2.3.4/32", "::ffff:1.2.3.4/128"},
	"zones":                  {"us-west-2a", "us-west-2d", "us-east-1f", "us-west-2", "us-west-2-lax-1a", "usw2-az1"},
	"vpcId":                  {"vpc-0123456789abcdef0", "vpc-12345678", "vpc-x"},
	"privateSubnetIds":       {"subnet-0123456789abcdef0", "subnet-12345678", "subnet-0123456789abcdef1"},
	"publicSubnetIds":        {"subnet-0123456789abcdef0", "subnet-0123456789abcdef2"},
	"isolatedSubnetIds":      {"subnet-0123456789abcdef3"},
	"privateRouteTableIds":   {"rtb-0123456789abcdef0"},
	"version":                {"1.35", "1.34", "1.33", "1.29", "1.99", "1"},
	"instanceTypes":          {"m6i.large", "m99.large", "m7g.large", "g5.xlarge", "inf2.xlarge", "trn1.2xlarge", "t3.nano", "g5g.xlarge", "p4d.24xlarge", "m6i", "ml.m5.large", "u-12tb1.112xlarge", "mac1.metal"},
	"instanceType":           {"ml.m5.large", "ml.t3.medium", "ml.m5.nano", "ml.g5.xlarge", "ml.inf1.xlarge", "ml.inf2.xlarge", "ml.t2.medium", "ml.p4d.24xlarge", "m5.large", "ml.m99.large", "ml.trn1.2xlarge", "ml.c7g.large"},
	"labels":                 {"team", "kubernetes.io/role", "eks.amazonaws.com/nodegroup", "node.kubernetes.io/x", "node-role.kubernetes.io/x", "k8s.io/x", "a.k8s.io/x", "example.com/team", strings.Repeat("a", 64) + ".com/team", strings.Repeat("a.", 126) + "a/x", "a..b/x", "-a.com/x", "A.com/x", "a/b/c", strings.Repeat("a", 64), "karpenter.sh/x", "kubelet.kubernetes.io/x", "team.eks.amazonaws.com/x"},
	"key":                    {"nvidia.com/gpu", "kubernetes.io/x", "a", "example.com/x", strings.Repeat("a", 64) + ".com/x", "node.kubernetes.io/unschedulable", "eks.amazonaws.com/x"},
	"nodePools":              {"general", "a", "a-b", "a--b", "1a", strings.Repeat("a", 20), strings.Repeat("a", 21), "A", "gpu2"},
	"repositories":           {"a", "wine", "a/b", "a--b", "a__b", "a._b", "-a", "A", strings.Repeat("a", 200), strings.Repeat("a", 201), "a/b/c/d", "a..b"},
	"images":                 {"a", "training-image", "lambda-image", "a/b", strings.Repeat("a", 200), "a--b"},
	"pullAccounts":           {"555555555555", "222222222222", "123"},
	"repository":             {"training-image", "lambda-image", "acme/wine-ml", "a/b", "acme/.", "a_b/c", "acme/x.git", "acme/..", "-a/b", "other"},
	"tag":                    {"4f2a9c1", "latest", "v1.0", ".a", strings.Repeat("a", 128), strings.Repeat("a", 129)},
	"digest":                 {"sha256:" + strings.Repeat("0a", 32), "sha256:" + strings.Repeat("0A", 32), "sha512:" + strings.Repeat("0", 128)},
	"image":                  {"683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1", "246618743249.dkr.ecr.us-west-2.amazonaws.com/a@sha256:" + strings.Repeat("0a", 32), "246618743249.dkr.ecr.us-west-2.amazonaws.com/a:latest", "public.ecr.aws/x/y:1", "246618743249.dkr.ecr.us-west-2.amazonaws.com/" + strings.Repeat("a", 250) + ":1"},
	"metric":                 {"f1", "validation:error", "$.x", "F1", "a b", "1f", strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a", 256), "accuracy"},
	"metrics":                {"f1", "validation:error", "${x}", "%{x}", "$.x", "a b", strings.Repeat("m", 255), strings.Repeat("m", 256), "f1=([0-9.]+)", "f1=[0-9.]+", "(", "(?P<x>.*)", "()", "[(]"},
	"name":                   {"accuracy", "wine-dev-models", "wine-dev-x", "acme-models", "a.b", "xn--a", "a-s3alias", strings.Repeat("m", 63), "f1", "$.x"},
	"path":                   {"metrics.accuracy.value", "a", "a.b.c", "a..b", "a[0]", "$.a", "0", "a-b.c_d", strings.Repeat("a.", 200) + "a"},
	"expression":             {"rate(1 day)", "rate(1 minute)", "rate(3 days)", "cron(0 1 ? * SAT *)", "cron(0 1 * * ? *)", "at(2030-01-31T08:00:00)", "at(1999-01-31T08:00:00)", "rate(0 days)", "rate(1 days)", "cron(0 1 31 2 ? *)", "rate(99999999 days)", "cron(0 1 ? * SAT 1970)", "rate(01 days)", "rate(1  day)", "cron(0/0 * * * ? *)"},
	"timeZone":               {"UTC", "Europe/Berlin", "Factory", "localtime", "posix/Europe/Berlin", "right/UTC", "posixrules", "Local", "EST5EDT", "Etc/GMT+12", "GMT", "GMT0", "US/Pacific", "europe/berlin", "Europe/Kyiv", "America/Ciudad_Juarez", "Zulu", "leapseconds", "tzdata.zi", "Europe", "zone.tab"},
	"suffix":                 {"_SUCCESS", ".csv", "*", "?", "a\"b", strings.Repeat("a", 256), strings.Repeat("a", 1024), "é", "a'b", "$"},
	"prefix":                 {"capture", "raw", "learning", "prepared", "prepared/x", "a/b", "a/", "raw/x", strings.Repeat("a", 512), strings.Repeat("a", 513)},
	"dataPrefix":             {"raw", "raw/", "learning", "prepared", "a/b", "raw/wine.csv!('x')", strings.Repeat("a", 512)},
	"folder":                 {"learning", "raw", "prepared", "a/b/", "a=b", strings.Repeat("a", 512)},
	"inputFilter":            {"$", "$[1:]", "$.x", "$x", "$[0,1]", "$['a']", "$..a", "$[?(@.x)]", "$" + strings.Repeat("a", 63), "$[1:"},
	"entryPoint":             {"python3", "/opt/x.py", "a b", strings.Repeat("a", 256), strings.Repeat("a", 257), "a\nb"},
	"arguments":              {"--ratio", "10", "a b", strings.Repeat("a", 256), strings.Repeat("a", 257), "a\nb", "", "é", "$x", "--x={}"},
	"static":                 {"objective", "num_round", "eta", "_tuning_objective_metric", strings.Repeat("a", 256), strings.Repeat("a", 2500), strings.Repeat("a", 2501), "binary:logistic", ""},
	"categorical":            {"1", "a b", "depth", strings.Repeat("a", 256), strings.Repeat("a", 257)},
	"integers":               {"max_depth", "eta", "a.b", "a b", "é", strings.Repeat("a", 256), "$.x"},
	"continuous":             {"eta", "gamma", "a.b", "a/b", strings.Repeat("a", 256)},
	"modelPackageGroup":      {"wine-dev-models", "wine-prod-models", "wine-staging-x", "churn-dev-models", "wine-dev-" + strings.Repeat("a", 54), "wine-dev-a--b", "other"},
	"commit":                 {strings.Repeat("4f2a9c1d", 5), strings.Repeat("4F2A9C1D", 5), "4f2a9c1"},
	"emails":                 {"ml-team@example.com", "a@b", "a@b.c", "a@@b.c", "a b@c.d", "\"a b\"@c.de", "a@[1.2.3.4]", "é@example.com", "a@exämple.com", "a'b@c.de", "a@b..c", ".a@b.cd", "<a@b.cd>", "a@b.cd,e@f.gh", strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 65) + "@example.com", strings.Repeat("a", 300) + "@example.com", "a+b@c.de", "a&b@c.de", "a%b@c.de", "a@-b.cd", "a/b@c.de"},
	"connectionArn":          {"arn:aws:codeconnections:us-east-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef", "arn:aws:codestar-connections:us-west-2:222222222222:connection/01234567-89ab-4def-8123-456789abcdef", "arn:aws:codeconnections:us-east-1:999999999999:connection/" + strings.Repeat("-", 36), "arn:aws:codeconnections:mars-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef", "arn:aws-cn:codeconnections:cn-north-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef", "arn:aws:codeconnections:cn-north-1:999999999999:connection/01234567-89ab-4def-8123-456789abcdef"},
	"topicArn":               {"arn:aws:sns:us-east-1:999999999999:x", "arn:aws-cn:sns:us-east-1:999999999999:x", "arn:aws:sns:us-west-2:222222222222:a.fifo", "arn:aws:sns:mars:222222222222:a", "arn:aws:sns:us-west-2:222222222222:" + strings.Repeat("a", 257)},
	"topicKeyArn":            {"arn:aws:kms:us-east-1:999999999999:key/01234567-89ab-4def-8123-456789abcdef", "arn:aws:kms:us-east-1:999999999999:key/mrk-0123456789abcdef0123456789abcdef", "arn:aws:kms:us-east-1:999999999999:key/-", "arn:aws:kms:us-east-1:999999999999:alias/x", "arn:aws-cn:kms:mars:999999999999:key/x"},
	"codeCommit":             {"wine", "a.git", "a b", strings.Repeat("a", 100), strings.Repeat("a", 101), ".", "..", "-", "_"},
	"include":                {"**", "docs/**", "a b", "/a", "!a", "${x}", "**/*.md", "a\\b", "é", strings.Repeat("a", 255), strings.Repeat("a", 256), "{a,b}"},
	"exclude":                {"docs/**", "**/*.md", "a", "../x"},
	"bucket":                 {"<project>-<environment>-tf", "<project>-tf-<account>", "acme-tf", "<x>", "a<project>", "<account>", "xn--<account>", strings.Repeat("a", 63)},
	"table":                  {"<project>-locks", "<environment>", "a b", strings.Repeat("a", 255), "a.b"},
	"accessLogBucket":        {"acme-logs", "wine-terraform-state-111111111111-us-west-2", "mlopspltf-dev-s3-tf-backend", "mlopspltf-prd-s3-tf-backend", "churn-terraform-state-999999999999-us-east-1", "a.b", "wine-dev-data-222222222222-us-west-2"},
	"profile":                {"dev", "a b", "a/b", strings.Repeat("a", 128), "[x]", "é"},
	"project":                {"abc", "ab", "a--b", "abcdefghijklmnopqrst", "a1-2", "1ab", "aws", "sthree", "xn--a", "abcdefghijklmnopqrs"},
	"after":                  {"dev", "none", "staging", "prod", "tst", "operations"},
	"promotionOrder":         {"dev", "staging", "prod", "hml", "x"},
	"owner":                  {"1", "0", "01", strings.Repeat("9", 20), strings.Repeat("9", 21)},
	"value":                  {"true", "a b", strings.Repeat("a", 63), strings.Repeat("a", 64), "-a", ""},
	"processingInstanceType": {"ml.m5.large", "ml.t3.medium", "ml.m5.nano", "ml.g5.xlarge"},
}

var keys = sortedKeys(byKey)

func sortedKeys[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }

func contains(values []string, value string) bool { return slices.Contains(values, value) }
