// What the suites of the JavaScript SDK share: how tests are declared and
// reported, clients, tables.
'use strict';
const assert = require('node:assert/strict');
const { DynamoDBClient, CreateTableCommand, DeleteTableCommand, waitUntilTableExists } = require('@aws-sdk/client-dynamodb');

const endpoint = process.env.DYNAMO_ENDPOINT;
const built = new Set(process.env.DYNAMO_OPERATIONS.trim().split(/\s+/));
const unsupported = new Set(process.env.DYNAMO_UNSUPPORTED.trim().split(/\s+/));
const called = new Set();
const tests = [];
let tables = 0;

// Declare a test; it is skipped where an operation, or a member of one
// ("CreateTable.Tags"), that it needs is not built.
function test(name, ...rest) {
	const run = rest.pop();
	tests.push({ name, needs: rest, run });
}

// Run what is declared and print TAP.
async function runAll(suite) {
	let failed = false;
	for (const { name, needs, run } of tests) {
		const missing = needs.filter((need) => unsupported.has(need) || !built.has(need.split('.')[0]));
		if (missing.length) {
			console.log(`ok - ${suite}: ${name} # SKIP ${missing.join(', ')} is not built`);
			continue;
		}
		try {
			await run();
			console.log(`ok - ${suite}: ${name}`);
		} catch (error) {
			failed = true;
			console.log(`not ok - ${suite}: ${name}`);
			console.log(String(error.stack).replace(/^/gm, '# '));
		}
	}
	process.exit(failed ? 1 : 0);
}

function makeClient(options = {}, Client = DynamoDBClient) {
	const made = new Client({ endpoint, region: 'us-east-1', maxAttempts: 3, ...options });
	made.middlewareStack.add((next, context) => (args) => {
		called.add(context.commandName.replace(/Command$/, ''));
		return next(args);
	}, { step: 'initialize' });
	return made;
}

const client = makeClient();

// "name type" of partition and sort key, as the service writes them.
function keySchema(...attributes) {
	const pairs = attributes.map((attribute) => attribute.split(' '));
	return {
		KeySchema: pairs.map(([AttributeName], i) => ({ AttributeName, KeyType: i ? 'RANGE' : 'HASH' })),
		AttributeDefinitions: pairs.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
	};
}

const newName = () => `node.table-${++tables}_${process.pid}`;

// Run a function with the name of a table that is there for its time.
async function withTable(attributes, run, more = {}) {
	const TableName = newName();
	await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...keySchema(...attributes), ...more }));
	await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
	try {
		return await run(TableName);
	} finally {
		await client.send(new DeleteTableCommand({ TableName }));
	}
}

// A promise must be rejected with the SDK's class of an error; returns the error.
async function rejected(promise, Class, text) {
	try {
		await promise;
	} catch (error) {
		if (typeof Class === 'string')
			assert.equal(error.name, Class, String(error));
		else
			assert.ok(error instanceof Class, String(error));
		if (text)
			assert.match(error.message, text);
		return error;
	}
	return assert.fail('it was not rejected');
}

module.exports = { endpoint, built, called, client, keySchema, makeClient, newName, rejected, runAll, test, withTable };
