package asl

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/documents/policy"
)

// Attribute is a value of DynamoDB with its type: StringAttribute, NumberAttribute, BoolAttribute.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html
type Attribute struct {
	kind  string
	value Value
}

// StringAttribute is text.
func StringAttribute(t Text) Attribute { return Attribute{"S", t} }

// NumberAttribute is a number. DynamoDB takes numbers as text; numbers of run time are converted.
func NumberAttribute(v Value) Attribute {
	switch v := v.(type) {
	case Int:
		return Attribute{"N", Text(fmt.Sprint(int64(v)))}
	case Float:
		return Attribute{"N", Text(fmt.Sprint(number(v)))}
	case Text:
		if !v.literal() {
			return Attribute{"N", call("string", "States.Format('{}', %s)", "$string(%s)", v).text()}
		}
	}
	return Attribute{"N", v}
}

// BoolAttribute is true or false.
func BoolAttribute(v Value) Attribute { return Attribute{"BOOL", v} }

// AttributeOf is a value of any type: "M", "L", "SS", "NULL" and so on, as the service takes it. Numbers are text for it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
func AttributeOf(kind string, value Value) Attribute { return Attribute{kind, value} }

// Attributes are fields of an item, by name.
type Attributes map[string]Attribute

func (a Attributes) fields(r *renderer, path string) fields {
	f := fields{}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if a[name].kind == "" {
			r.addf(path+"."+name, "has no value; use asl.StringAttribute, asl.NumberAttribute or asl.BoolAttribute")
		}
		f.set(name, fields{{a[name].kind, a[name].value}})
	}
	return f
}

// table is what the four operations have in common.
func table(r *renderer, operation, action, tableARN, keyARN string, write bool, f fields, extra Object) integration {
	if !arn.Is(tableARN, "dynamodb", "table/") {
		r.addf(r.path("call.tableARN"), "%q is no ARN of a table; write it like arn:aws:dynamodb:us-west-2:111111111111:table/name", tableARN)
	}
	return integration{
		resource: "dynamodb:" + operation, arguments: append(fields{{"TableName", Text(tableARN)}}, f...), extra: extra,
		permissions: func(arn.Scope) []policy.Statement {
			statements := []policy.Statement{{Actions: []string{"dynamodb:" + action}, Resources: []string{tableARN}}}
			if keyARN != "" {
				statements = append(statements, policy.UseKey(write, "", keyARN))
			}
			return statements
		},
	}
}

// DynamoDBGetItem reads an item: asl.Result("Item.f1.N"). Pattern: RequestResponse.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
type DynamoDBGetItem struct {
	// TableARN of the table, which the service takes in place of the name. Required.
	TableARN string
	// Key of the item. Required.
	Key Attributes
	// Consistent sees all writes that ended before. Default: false.
	Consistent bool
	// KeyARN is the KMS key of the table, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c DynamoDBGetItem) integration(r *renderer, _ Pattern) integration {
	f := fields{{"Key", itemKey(r, c.Key)}}
	f.bool("ConsistentRead", c.Consistent)
	return table(r, "getItem", "GetItem", c.TableARN, c.KeyARN, false, f, c.Extra)
}

func itemKey(r *renderer, key Attributes) fields {
	if len(key) < 1 || len(key) > 2 {
		r.addf(r.path("call.key"), "has %d attributes; give the partition key, and the sort key where the table has one", len(key))
	}
	return key.fields(r, r.path("call.key"))
}

// DynamoDBPutItem writes an item, replacing one with the same key. Pattern: RequestResponse.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
type DynamoDBPutItem struct {
	// TableARN of the table, which the service takes in place of the name. Required.
	TableARN string
	// Item with its key. Required.
	Item Attributes
	// Condition must hold for the write, such as "attribute_not_exists(id)". Default: none.
	Condition string
	// KeyARN is the KMS key of the table, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c DynamoDBPutItem) integration(r *renderer, _ Pattern) integration {
	if len(c.Item) == 0 {
		r.addf(r.path("call.item"), "is missing; give at least the key")
	}
	f := fields{{"Item", c.Item.fields(r, r.path("call.item"))}}
	f.verbatim("ConditionExpression", c.Condition)
	return table(r, "putItem", "PutItem", c.TableARN, c.KeyARN, true, f, c.Extra)
}

// DynamoDBUpdateItem changes attributes of an item, or makes it. Pattern: RequestResponse.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
type DynamoDBUpdateItem struct {
	// TableARN of the table, which the service takes in place of the name. Required.
	TableARN string
	// Key of the item. Required.
	Key Attributes
	// Update is the expression, such as "SET f1 = :f1". Required.
	Update string
	// Values are those of the expressions, with their colons: ":f1". Default: none.
	Values Attributes
	// Condition must hold for the write. Default: none.
	Condition string
	// KeyARN is the KMS key of the table, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c DynamoDBUpdateItem) integration(r *renderer, _ Pattern) integration {
	r.requiredString(r.path("call.update"), c.Update, "an expression, such as SET f1 = :f1")
	f := fields{{"Key", itemKey(r, c.Key)}}
	f.verbatim("UpdateExpression", c.Update)
	f.verbatim("ConditionExpression", c.Condition)
	if len(c.Values) > 0 {
		f.set("ExpressionAttributeValues", c.Values.fields(r, r.path("call.values")))
	}
	return table(r, "updateItem", "UpdateItem", c.TableARN, c.KeyARN, true, f, c.Extra)
}

// DynamoDBDeleteItem deletes an item. Pattern: RequestResponse.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
type DynamoDBDeleteItem struct {
	// TableARN of the table, which the service takes in place of the name. Required.
	TableARN string
	// Key of the item. Required.
	Key Attributes
	// Condition must hold for the deletion. Default: none.
	Condition string
	// KeyARN is the KMS key of the table, for the permission to use it. Default: none.
	KeyARN string
	// Extra is laid over the request, for what has no field here. Default: none.
	Extra Object
}

func (c DynamoDBDeleteItem) integration(r *renderer, _ Pattern) integration {
	f := fields{{"Key", itemKey(r, c.Key)}}
	f.verbatim("ConditionExpression", c.Condition)
	return table(r, "deleteItem", "DeleteItem", c.TableARN, c.KeyARN, true, f, c.Extra)
}
