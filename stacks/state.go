package stacks

import (
	"fmt"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/statebackend"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// state makes a place where state is kept, and the roles by which each environment reaches its own part of it.
func (b builder) state(stack config.Stack) error {
	store := b.platform.StateStoreOf(config.OperationsName)
	if stack.Environment != nil {
		store = b.platform.StateStoreOf(stack.Environment.Name)
	}
	made, err := b.newStack(stack)
	if err != nil {
		return err
	}
	backend, err := statebackend.New(made, "store", b.stateProps(store))
	if err != nil {
		return err
	}
	tf.Output(made, "state_bucket_name", backend.BucketName(), "Bucket that keeps the Terraform state")
	if store.Table != "" {
		tf.Output(made, "state_lock_table_name", backend.TableName(), "DynamoDB table that locks the Terraform state")
	}
	for _, access := range b.platform.StateAccess(store) {
		tf.Output(made, fmt.Sprintf("state_role_arn_%s", snake(access.Name)), backend.RoleARN(access.Name),
			fmt.Sprintf("Role that reaches the state of %s", access.Name))
	}
	if b.platform.Operations.AuditTrail != nil {
		return b.auditTrail(made, store)
	}
	return nil
}

// stateProps describes a place where state is kept.
func (b builder) stateProps(store config.StateStore) statebackend.Props {
	state := b.platform.State
	props := statebackend.Props{
		Name: store.Bucket, Scope: arn.Scope{Region: store.Region, Account: store.Account}.WithDefaults(),
		Encryption: map[config.Encryption]statebackend.Encryption{config.EncryptionKMS: statebackend.KMS, config.EncryptionAES256: statebackend.AES256}[state.Encryption],
		Lock:       statebackend.Lock(state.Lock), TableName: store.Table,
		NoncurrentVersionDays: state.NoncurrentVersionDays,
		AllowDestroy:          !b.platform.Operations.Protect,
	}
	props.PermissionsBoundary = b.boundaryOf(props.Scope)
	for _, each := range b.platform.StateAccess(store) {
		props.Access = append(props.Access, statebackend.Access(each))
	}
	if state.AccessLogBucket != "" {
		props.AccessLogs = &statebackend.AccessLogs{Bucket: state.AccessLogBucket}
	}
	return props
}

// backend is where the state of a stack is kept.
func (b builder) backend(stack config.Stack) (func(tf.Stack), error) {
	if stack.Kind == config.StateStack && b.options.LocalState {
		// Terraform runs in cdktf.out/stacks/<stack>, and nothing that must last may lie in there.
		return tf.LocalBackend(fmt.Sprintf("../../../terraform.%s.tfstate", stack.Name)), nil
	}
	owner := config.OperationsName
	if stack.Environment != nil {
		owner = stack.Environment.Name
	}
	access := owner
	if stack.Administered() {
		access += config.AdminAccess
	}
	reference, err := b.reference(owner, access, b.profile(stack))
	if err != nil {
		return nil, err
	}
	if b.options.StateProfile != "" {
		reference.RoleARN, reference.Profile = "", b.options.StateProfile
	}
	key := b.platform.StateKey(stack.Name)
	if err := reference.Validate(key); err != nil {
		var problems problem.List
		problems.Add("backend", err)
		return nil, problems.Err()
	}
	return func(made tf.Stack) {
		if err := reference.Attach(made, key); err != nil {
			panic(err) // the reference was validated with this key
		}
	}, nil
}

// reference is how the owner of some stacks, an environment or operations, reaches their state.
func (b builder) reference(owner, access, profile string) (statebackend.Reference, error) {
	reference, err := b.stateProps(b.platform.StateStoreOf(owner)).Reference(access)
	reference.Profile = profile
	return reference, err
}
