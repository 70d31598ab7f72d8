// Tests of the endpoint with the AWS SDK for JavaScript, its document client,
// and the mapper ElectroDB.
'use strict';
const assert = require('node:assert/strict');
const { built, called, endpoint, runAll, test } = require('./harness');
require('./commands');
require('./documents');
require('./mapper');

test('every operation that is built was called', () => {
	assert.deepEqual([...built].filter((operation) => !called.has(operation)), []);
});

runAll(endpoint.startsWith('https:') ? 'node over TLS' : 'node');
