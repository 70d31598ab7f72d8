// ElectroDB, which keeps several kinds of entities in one table.
'use strict';
const assert = require('node:assert/strict');
const { Entity, Service } = require('electrodb');
const { DynamoDBDocumentClient } = require('@aws-sdk/lib-dynamodb');
const { client, rejected, test, withTable } = require('./harness');

const index = {
	GlobalSecondaryIndexes: [{
		IndexName: 'gsi1', Projection: { ProjectionType: 'ALL' },
		KeySchema: [{ AttributeName: 'gsi1pk', KeyType: 'HASH' }, { AttributeName: 'gsi1sk', KeyType: 'RANGE' }],
	}],
	AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
};

// A project has tasks, and a task has somebody who does it.
function makeService(table) {
	const documents = DynamoDBDocumentClient.from(client);
	const task = new Entity({
		model: { entity: 'task', version: '1', service: 'work' },
		attributes: {
			project: { type: 'string', required: true }, id: { type: 'string', required: true },
			who: { type: 'string', required: true }, points: { type: 'number', default: 1 },
			state: { type: ['open', 'done'], default: 'open' }, labels: { type: 'set', items: 'string' },
			notes: { type: 'list', items: { type: 'map', properties: { text: { type: 'string' } } } },
		},
		indexes: {
			tasks: { collection: 'project', pk: { field: 'pk', composite: ['project'] }, sk: { field: 'sk', composite: ['id'] } },
			byPerson: { index: 'gsi1', pk: { field: 'gsi1pk', composite: ['who'] }, sk: { field: 'gsi1sk', composite: ['state', 'id'] } },
		},
	}, { client: documents, table });
	const project = new Entity({
		model: { entity: 'project', version: '1', service: 'work' },
		attributes: { project: { type: 'string', required: true }, title: { type: 'string' } },
		indexes: { itself: { collection: 'project', pk: { field: 'pk', composite: ['project'] }, sk: { field: 'sk', composite: [] } } },
	}, { client: documents, table });
	return new Service({ task, project });
}

test('ElectroDB: entities, collections, indexes, conditions', () => withTable(['pk S', 'sk S'], async (name) => {
	const { entities: { task, project }, collections, transaction } = makeService(name);
	await project.create({ project: 'p', title: 'Title' }).go();
	await task.create({ project: 'p', id: '1', who: 'ann', labels: ['x'], notes: [{ text: 'n' }] }).go();
	await rejected(task.create({ project: 'p', id: '1', who: 'bob' }).go(), 'ElectroError', /conditional request failed/i);
	await task.put(Array.from({ length: 40 }, (_, n) => ({ project: 'p', id: `b${n}`, who: n % 2 ? 'ann' : 'bob' }))).go();
	const { data: one } = await task.get({ project: 'p', id: '1' }).go();
	assert.deepEqual(one, { project: 'p', id: '1', who: 'ann', points: 1, state: 'open', labels: ['x'], notes: [{ text: 'n' }] });
	await task.patch({ project: 'p', id: '1' }).set({ state: 'done', who: 'ann' }).add({ points: 4, labels: ['y'] }).go();
	const { data: done } = await task.query.byPerson({ who: 'ann', state: 'done' }).go();
	assert.deepEqual(done.map((found) => [found.id, found.points, found.labels]), [['1', 5, ['x', 'y']]]);
	const { data: all } = await collections.project({ project: 'p' }).go({ pages: 'all' });
	assert.equal(all.task.length, 41);
	assert.equal(all.project[0].title, 'Title');
	const { data: some } = await task.query.tasks({ project: 'p' }).begins({ id: 'b1' })
		.where(({ who }, { eq }) => eq(who, 'ann')).go({ pages: 'all' });
	assert.deepEqual(some.map((found) => found.id).sort(), ['b1', 'b11', 'b13', 'b15', 'b17', 'b19']);
	let pages = 0;
	let cursor = null;
	let count = 0;
	do {
		const page = await task.query.tasks({ project: 'p' }).go({ cursor, limit: 15 });
		count += page.data.length;
		cursor = page.cursor;
		pages++;
	} while (cursor !== null);
	assert.equal(count, 41);
	assert.ok(pages >= 3);
	const { canceled } = await transaction.write((entities) => [
		entities.task.create({ project: 'p', id: 'new', who: 'ann' }).commit(),
		entities.task.create({ project: 'p', id: '1', who: 'ann' }).commit()]).go();
	assert.equal(canceled, true);
	assert.equal((await task.get({ project: 'p', id: 'new' }).go()).data, null);
	await task.delete([{ project: 'p', id: '1' }, { project: 'p', id: 'b1' }]).go();
	assert.equal((await task.query.tasks({ project: 'p' }).go({ pages: 'all' })).data.length, 39);
}, index));
