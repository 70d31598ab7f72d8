// The SDK's own commands, which speak of attribute values: every operation,
// paginators, waiters, error classes.
'use strict';
const assert = require('node:assert/strict');
const sdk = require('@aws-sdk/client-dynamodb');
const streamsSdk = require('@aws-sdk/client-dynamodb-streams');
const { client, keySchema, makeClient, newName, rejected, test, withTable } = require('./harness');

const send = (Command, input) => client.send(new Command(input));
const fast = { client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };

async function collect(pages) {
	const all = [];
	for await (const page of pages)
		all.push(page);
	return all;
}

test('tables: create, wait, describe, update, list, delete', async () => {
	const TableName = newName();
	const created = await send(sdk.CreateTableCommand, {
		TableName, ...keySchema('pk S', 'sk N'), ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
	});
	assert.equal(created.TableDescription.TableName, TableName);
	assert.ok(created.TableDescription.CreationDateTime instanceof Date);
	assert.equal((await sdk.waitUntilTableExists(fast, { TableName })).state, 'SUCCESS');
	await send(sdk.UpdateTableCommand, { TableName, ProvisionedThroughput: { ReadCapacityUnits: 4, WriteCapacityUnits: 3 } });
	const { Table } = await send(sdk.DescribeTableCommand, { TableName });
	assert.equal(Table.ProvisionedThroughput.ReadCapacityUnits, 4);
	const names = (await collect(sdk.paginateListTables({ client, pageSize: 1 }, {}))).flatMap((page) => page.TableNames);
	assert.ok(names.includes(TableName));
	await send(sdk.TagResourceCommand, { ResourceArn: Table.TableArn, Tags: [{ Key: 'a', Value: 'b' }, { Key: 'c', Value: 'd' }] });
	await send(sdk.UntagResourceCommand, { ResourceArn: Table.TableArn, TagKeys: ['a'] });
	assert.deepEqual((await send(sdk.ListTagsOfResourceCommand, { ResourceArn: Table.TableArn })).Tags, [{ Key: 'c', Value: 'd' }]);
	await send(sdk.DeleteTableCommand, { TableName });
	assert.equal((await sdk.waitUntilTableNotExists(fast, { TableName })).state, 'SUCCESS');
});

test('the account and what a table may have', async () => {
	assert.ok((await send(sdk.DescribeLimitsCommand, {})).TableMaxReadCapacityUnits > 0);
	assert.ok((await send(sdk.DescribeEndpointsCommand, {})).Endpoints.length > 0);
	await withTable(['pk S'], async (TableName) => {
		assert.ok((await send(sdk.DescribeContinuousBackupsCommand, { TableName })).ContinuousBackupsDescription);
		assert.equal((await send(sdk.DescribeTimeToLiveCommand, { TableName })).TimeToLiveDescription.TimeToLiveStatus, 'DISABLED');
	});
});

test('UpdateTimeToLive', 'UpdateTimeToLive', () => withTable(['pk S'], async (TableName) => {
	const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
	assert.deepEqual((await send(sdk.UpdateTimeToLiveCommand, { TableName, TimeToLiveSpecification })).TimeToLiveSpecification,
		TimeToLiveSpecification);
}));

test('items: put, get, update, delete', () => withTable(['pk S'], async (TableName) => {
	const Item = { pk: { S: 'a' }, b: { B: new Uint8Array([0, 255]) }, n: { N: '1' }, s: { SS: ['x', 'y'] }, z: { S: 'nul \0 and 𝄞' } };
	await send(sdk.PutItemCommand, { TableName, Item });
	assert.deepEqual((await send(sdk.GetItemCommand, { TableName, Key: { pk: { S: 'a' } }, ConsistentRead: true })).Item, Item);
	const updated = await send(sdk.UpdateItemCommand, {
		TableName, Key: { pk: { S: 'a' } }, UpdateExpression: 'SET n = n + :n REMOVE b DELETE s :x', ReturnValues: 'ALL_NEW',
		ExpressionAttributeValues: { ':n': { N: '0.5' }, ':x': { SS: ['x'] } },
	});
	assert.deepEqual(updated.Attributes, { pk: { S: 'a' }, n: { N: '1.5' }, s: { SS: ['y'] }, z: Item.z });
	const old = await send(sdk.DeleteItemCommand, { TableName, Key: { pk: { S: 'a' } }, ReturnValues: 'ALL_OLD' });
	assert.deepEqual(old.Attributes, updated.Attributes);
	assert.equal((await send(sdk.GetItemCommand, { TableName, Key: { pk: { S: 'a' } } })).Item, undefined);
}));

test('batches, and the paginators of Query and Scan', () => withTable(['pk S', 'sk N'], async (TableName) => {
	const puts = Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { pk: { S: 'p' }, sk: { N: String(n) } } } }));
	assert.deepEqual((await send(sdk.BatchWriteItemCommand, { RequestItems: { [TableName]: puts } })).UnprocessedItems, {});
	const Keys = [3, 4, 99].map((n) => ({ pk: { S: 'p' }, sk: { N: String(n) } }));
	const got = await send(sdk.BatchGetItemCommand, { RequestItems: { [TableName]: { Keys } } });
	assert.deepEqual(got.Responses[TableName].map((item) => item.sk.N).sort(), ['3', '4']);
	const condition = {
		TableName, KeyConditionExpression: 'pk = :p AND sk BETWEEN :a AND :b',
		ExpressionAttributeValues: { ':p': { S: 'p' }, ':a': { N: '5' }, ':b': { N: '15' } },
	};
	const pages = await collect(sdk.paginateQuery({ client, pageSize: 3 }, condition));
	assert.deepEqual(pages.flatMap((page) => page.Items.map((item) => Number(item.sk.N))), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
	assert.ok(pages.length >= 4);
	const segments = await Promise.all([0, 1, 2].map(
		(Segment) => collect(sdk.paginateScan({ client, pageSize: 4 }, { TableName, Segment, TotalSegments: 3 }))));
	assert.equal(segments.flat().reduce((sum, page) => sum + page.Count, 0), 25);
}));

test('transactions, and why they are cancelled', () => withTable(['pk S'], async (TableName) => {
	const put = (key, more = {}) => ({ Put: { TableName, Item: { pk: { S: key } }, ...more } });
	await send(sdk.TransactWriteItemsCommand, { TransactItems: [put('a'), put('b')] });
	const read = await send(sdk.TransactGetItemsCommand, {
		TransactItems: ['a', 'x'].map((key) => ({ Get: { TableName, Key: { pk: { S: key } } } })),
	});
	assert.deepEqual(read.Responses, [{ Item: { pk: { S: 'a' } } }, {}]);
	const error = await rejected(send(sdk.TransactWriteItemsCommand, {
		TransactItems: [put('c'), put('a', { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
	}), sdk.TransactionCanceledException, /\[None, ConditionalCheckFailed\]/);
	assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ['None', 'ConditionalCheckFailed']);
	assert.deepEqual(error.CancellationReasons[1].Item, { pk: { S: 'a' } });
}));

test('PartiQL', 'ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction', () => withTable(['pk S'], async (TableName) => {
	await send(sdk.ExecuteStatementCommand, { Statement: `INSERT INTO "${TableName}" VALUE {'pk': ?}`, Parameters: [{ S: 'a' }] });
	await send(sdk.BatchExecuteStatementCommand, { Statements: [{ Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'b'}` }] });
	await send(sdk.ExecuteTransactionCommand, { TransactStatements: [{ Statement: `DELETE FROM "${TableName}" WHERE pk = 'a'` }] });
	const { Items } = await send(sdk.ExecuteStatementCommand, { Statement: `SELECT * FROM "${TableName}"` });
	assert.deepEqual(Items, [{ pk: { S: 'b' } }]);
	await rejected(send(sdk.ExecuteStatementCommand, { Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'b'}` }), sdk.DuplicateItemException);
}));

test('streams that are not there', 'ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords', async () => {
	const streams = makeClient({}, streamsSdk.DynamoDBStreamsClient);
	const StreamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/nobody-has-this/stream/2026-01-01T00:00:00.000';
	assert.ok((await streams.send(new streamsSdk.ListStreamsCommand({}))).Streams.every((stream) => stream.StreamArn !== StreamArn));
	await rejected(streams.send(new streamsSdk.DescribeStreamCommand({ StreamArn })), streamsSdk.ResourceNotFoundException);
	await rejected(streams.send(new streamsSdk.GetShardIteratorCommand({
		StreamArn, ShardId: 'shardId-00000000000000000000-00000000', ShardIteratorType: 'LATEST',
	})), streamsSdk.ResourceNotFoundException);
	await rejected(streams.send(new streamsSdk.GetRecordsCommand({ ShardIterator: 'nothing' })), 'ValidationException');
});

test('streams', 'GetRecords', 'CreateTable.StreamSpecification', () => withTable(['pk S'], async (TableName) => {
	const streams = makeClient({}, streamsSdk.DynamoDBStreamsClient);
	const [{ StreamArn }] = (await streams.send(new streamsSdk.ListStreamsCommand({ TableName }))).Streams;
	const describe = async () => (await streams.send(new streamsSdk.DescribeStreamCommand({ StreamArn }))).StreamDescription;
	const end = Date.now() + 30000;
	while ((await describe()).StreamStatus !== 'ENABLED' && Date.now() < end)
		await new Promise((resolve) => setTimeout(resolve, 100));
	await send(sdk.PutItemCommand, { TableName, Item: { pk: { S: 'a' } } });
	for (;;) {
		const records = [];
		for (const { ShardId } of (await describe()).Shards) {
			const { ShardIterator } = await streams.send(new streamsSdk.GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
			records.push(...(await streams.send(new streamsSdk.GetRecordsCommand({ ShardIterator }))).Records);
		}
		if (records.length) {
			assert.deepEqual(records.map((record) => record.dynamodb.Keys), [{ pk: { S: 'a' } }]);
			assert.ok(records[0].dynamodb.ApproximateCreationDateTime instanceof Date);
			return;
		}
		assert.ok(Date.now() < end, 'no record came');
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}, { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }));

test('error classes', () => withTable(['pk S'], async (TableName) => {
	const Key = { pk: { S: 'a' } };
	await rejected(send(sdk.GetItemCommand, { TableName: 'nobody-has-this', Key }), sdk.ResourceNotFoundException);
	await rejected(send(sdk.CreateTableCommand, { TableName, BillingMode: 'PAY_PER_REQUEST', ...keySchema('pk S') }), sdk.ResourceInUseException);
	await rejected(send(sdk.GetItemCommand, { TableName, Key: {} }), 'ValidationException', /does not match the schema/);
	await send(sdk.PutItemCommand, { TableName, Item: { ...Key, n: { N: '7' } } });
	const failure = await rejected(send(sdk.PutItemCommand, {
		TableName, Item: Key, ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
	}), sdk.ConditionalCheckFailedException);
	assert.deepEqual(failure.Item, { ...Key, n: { N: '7' } });
	assert.equal(failure.$fault, 'client');
	assert.match(failure.$metadata.requestId, /^[A-Z0-9]{52}$/);
	const [accessKeyId, secretAccessKey] = process.env.DYNAMO_STRANGER.split(' ');
	const stranger = makeClient({ credentials: { accessKeyId, secretAccessKey } });
	await rejected(stranger.send(new sdk.PutItemCommand({ TableName, Item: Key })), 'AccessDeniedException');
	const wrong = makeClient({ credentials: { accessKeyId, secretAccessKey: 'wrong' } });
	await rejected(wrong.send(new sdk.ListTablesCommand({})), 'InvalidSignatureException');
}));

test('a hundred requests at a time', () => withTable(['pk S'], async (TableName) => {
	await Promise.all(Array.from({ length: 100 }, (_, n) => send(sdk.UpdateItemCommand, {
		TableName, Key: { pk: { S: `counter ${n % 3}` } }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } },
	})));
	const { Items } = await send(sdk.ScanCommand, { TableName });
	assert.equal(Items.reduce((sum, item) => sum + Number(item.n.N), 0), 100);
}));
