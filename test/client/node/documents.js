// The document client, which turns plain JavaScript values into attribute
// values and back.
'use strict';
const assert = require('node:assert/strict');
const lib = require('@aws-sdk/lib-dynamodb');
const { ConditionalCheckFailedException } = require('@aws-sdk/client-dynamodb');
const { client, makeClient, rejected, test, withTable } = require('./harness');

const documents = lib.DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
// Clients share the options of the one that they are made from, so this has one of its own.
const exact = lib.DynamoDBDocumentClient.from(makeClient(), { unmarshallOptions: { wrapNumbers: (text) => text } });

test('the document client: plain values of every type', () => withTable(['id S'], async (TableName) => {
	const Item = {
		id: 'all', text: 'ä€𝄞', empty: '', integer: 42, fraction: -1.25, tiny: 1e-100, yes: true, no: false, nothing: null,
		list: [1, 'two', [3, { four: 4 }], []], map: { deep: { deeper: { deepest: [] } } },
		bytes: new Uint8Array([1, 2, 255]), strings: new Set(['a', 'b']), numbers: new Set([1, 2.5]),
	};
	await documents.send(new lib.PutCommand({ TableName, Item: { ...Item, left: undefined } }));
	assert.deepEqual((await documents.send(new lib.GetCommand({ TableName, Key: { id: 'all' } }))).Item, Item);
}));

test('the document client: numbers that JavaScript cannot hold', () => withTable(['id S'], async (TableName) => {
	const text = '12345678901234567890123456789012345678';
	await documents.send(new lib.PutCommand({ TableName, Item: { id: 'n', exact: lib.NumberValue.from(text), big: 2n ** 100n } }));
	assert.deepEqual((await exact.send(new lib.GetCommand({ TableName, Key: { id: 'n' } }))).Item,
		{ id: 'n', exact: text, big: String(2n ** 100n) });
}));

test('the document client: update, condition, delete', () => withTable(['id S'], async (TableName) => {
	await documents.send(new lib.PutCommand({ TableName, Item: { id: 'a', tags: new Set(['x']), address: { city: 'Ulm' } } }));
	const { Attributes } = await documents.send(new lib.UpdateCommand({
		TableName, Key: { id: 'a' }, UpdateExpression: 'SET address.zip = :z ADD tags :t', ReturnValues: 'ALL_NEW',
		ExpressionAttributeValues: { ':z': 89073, ':t': new Set(['y']) },
	}));
	assert.deepEqual(Attributes, { id: 'a', tags: new Set(['x', 'y']), address: { city: 'Ulm', zip: 89073 } });
	const failure = await rejected(documents.send(new lib.DeleteCommand({
		TableName, Key: { id: 'a' }, ConditionExpression: 'address.city = :c', ExpressionAttributeValues: { ':c': 'Bonn' },
		ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
	})), ConditionalCheckFailedException);
	assert.ok(failure.Item);
	await documents.send(new lib.DeleteCommand({ TableName, Key: { id: 'a' } }));
	assert.equal((await documents.send(new lib.GetCommand({ TableName, Key: { id: 'a' } }))).Item, undefined);
}));

test('the document client: batches, transactions, pages', () => withTable(['id S', 'n N'], async (TableName) => {
	const put = (n) => ({ PutRequest: { Item: { id: 'p', n } } });
	await documents.send(new lib.BatchWriteCommand({ RequestItems: { [TableName]: Array.from({ length: 20 }, (_, n) => put(n)) } }));
	const { Responses } = await documents.send(new lib.BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ id: 'p', n: 1 }] } } }));
	assert.deepEqual(Responses[TableName], [{ id: 'p', n: 1 }]);
	await documents.send(new lib.TransactWriteCommand({ TransactItems: [
		{ Delete: { TableName, Key: { id: 'p', n: 0 } } },
		{ Update: { TableName, Key: { id: 'p', n: 1 }, UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': [1] } } }] }));
	const got = await documents.send(new lib.TransactGetCommand({ TransactItems: [{ Get: { TableName, Key: { id: 'p', n: 1 } } }] }));
	assert.deepEqual(got.Responses, [{ Item: { id: 'p', n: 1, x: [1] } }]);
	const numbers = [];
	for await (const page of lib.paginateQuery({ client: documents, pageSize: 6 },
		{ TableName, KeyConditionExpression: 'id = :p AND n > :n', ExpressionAttributeValues: { ':p': 'p', ':n': 5 }, ScanIndexForward: false }))
		numbers.push(...page.Items.map((item) => item.n));
	assert.deepEqual(numbers, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
	let count = 0;
	for await (const page of lib.paginateScan({ client: documents, pageSize: 6 }, { TableName }))
		count += page.Count;
	assert.equal(count, 19);
}));
