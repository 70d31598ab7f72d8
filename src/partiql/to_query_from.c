/*-------------------------------------------------------------------------
 *
 * to_query_from.c
 *	  The tables and indexes of a PartiQL statement in SQL.
 *
 *	FROM "Music"."GenreIndex" m LEFT JOIN "Artists" a ON a.Name = m.Artist
 *
 *	FROM public."Music" AS t1 LEFT JOIN public."Artists" AS t2 ON ...
 *	WHERE dynamo.index_key(t1.item, 'Genre S') IS NOT NULL
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/settings.h"
#include "partiql/partiql.h"
#include "partiql/to_query.h"

static void check_scans(DynToQuery *query);
static bool is_settled_source(const DynToQuery *query, const DynQuerySource *source);
static bool is_settled(const DynToQuery *query, const DynPartiqlNode *node);
static bool names_partitions(const DynToQuery *query, const DynQuerySource *source, const DynPartiqlNode *node, bool reading);
static bool names_attribute(const DynToQuery *query, const DynQuerySource *source, const DynKeyAttribute *attribute,
							const DynPartiqlNode *node, bool reading);

void
dyn_to_query_open(DynToQuery *query)
{
	ListCell   *cell;

	query->sources = palloc0(sizeof(DynQuerySource) * list_length(query->statement->sources));
	foreach(cell, query->statement->sources)
	{
		DynQuerySource *source = &query->sources[query->nsources];
		const DynTable *table;
		TupleDesc	columns;

		source->source = lfirst(cell);
		source->request.table_name.data = source->source->table.data;
		source->request.table_name.length = source->source->table.length;
		if (source->source->has_index)
		{
			source->request.index_name = source->source->index.data;
			source->request.index_name_length = source->source->index.length;
		}
		dyn_page_open(&source->page, "PartiQL", &source->request);
		query->nsources++;
		table = source->page.relation.table;
		columns = RelationGetDescr(source->page.relation.relation);
		source->alias = psprintf("t%d", query->nsources);
		source->item = psprintf("%s.%s", source->alias,
								quote_identifier(NameStr(TupleDescAttr(columns, table->item_attnum - 1)->attname)));
	}
	for (int i = 0; i < query->nsources; i++)
		query->sources[i].keyed = names_partitions(query, &query->sources[i], query->statement->where, false);
	if (!dyn_partiql_scans)
		check_scans(query);
}

/* Partitions are named in WHERE, or by a join with a table whose partitions are. */
static void
check_scans(DynToQuery *query)
{
	for (int settled = 0; settled < query->nsources; settled++)
	{
		DynQuerySource *next = NULL;

		for (int i = 0; i < query->nsources && next == NULL; i++)
			if (!query->sources[i].settled && is_settled_source(query, &query->sources[i]))
				next = &query->sources[i];
		if (next == NULL)
			dyn_partiql_refuse_scan();
		next->settled = true;
	}
}

static bool
is_settled_source(const DynToQuery *query, const DynQuerySource *source)
{
	if (names_partitions(query, source, query->statement->where, true))
		return true;
	for (int i = 0; i < query->nsources; i++)
		if (names_partitions(query, source, query->sources[i].source->on, true))
			return true;
	return false;
}

/* Does a value come from nothing but tables that are settled? */
static bool
is_settled(const DynToQuery *query, const DynPartiqlNode *node)
{
	int			first;

	check_stack_depth();
	if (node->kind == PARTIQL_NODE_PATH)
		return dyn_to_query_source(query, &node->path, &first)->settled;
	for (int i = 0; i < node->nargs; i++)
		if (!is_settled(query, node->args[i]))
			return false;
	return true;
}

/*
 * Must all of the partition key be equal to something, or to one of several?
 * For "reading" it must be something that is known before, and each of the
 * alternatives may say it anew.
 */
static bool
names_partitions(const DynToQuery *query, const DynQuerySource *source, const DynPartiqlNode *node, bool reading)
{
	const DynKeySchema *schema = source->page.key_schema;

	for (int i = 0; i < schema->nhash; i++)
		if (node == NULL || !names_attribute(query, source, &schema->attributes[i], node, reading))
			return false;
	return true;
}

static bool
names_attribute(const DynToQuery *query, const DynQuerySource *source, const DynKeyAttribute *attribute,
				const DynPartiqlNode *node, bool reading)
{
	check_stack_depth();
	if (node->kind == PARTIQL_NODE_AND)
		return names_attribute(query, source, attribute, node->args[0], reading) ||
			names_attribute(query, source, attribute, node->args[1], reading);
	if (node->kind == PARTIQL_NODE_OR && reading)
		return names_attribute(query, source, attribute, node->args[0], reading) &&
			names_attribute(query, source, attribute, node->args[1], reading);
	if (node->negated || (node->kind != PARTIQL_NODE_IN && (node->kind != PARTIQL_NODE_COMPARE || node->comparator != TOKEN_EQ)))
		return false;
	for (int side = 0; side < (node->kind == PARTIQL_NODE_IN ? 1 : 2); side++)
	{
		const DynPartiqlPath *path = &node->args[side]->path;
		int			first;

		if (node->args[side]->kind == PARTIQL_NODE_PATH && dyn_to_query_source(query, path, &first) == source &&
			path->count == first + 1 && path->steps[first].name_length == attribute->name_length &&
			memcmp(path->steps[first].name, attribute->name, attribute->name_length) == 0 &&
			(!reading || is_settled(query, node->args[1 - side])))
			return true;
	}
	return false;
}

void
dyn_to_query_from(DynToQuery *query, StringInfo out)
{
	appendStringInfoString(out, " FROM ");
	for (int i = 0; i < query->nsources; i++)
	{
		const DynQuerySource *source = &query->sources[i];
		DynPartiqlJoin join = source->source->join;

		if (i > 0)
			appendStringInfoString(out, join == PARTIQL_JOIN_LEFT ? " LEFT JOIN " :
								   join == PARTIQL_JOIN_INNER ? " INNER JOIN " : " CROSS JOIN ");
		appendStringInfo(out, "%s AS %s", dyn_relation_quoted_name(source->page.relation.relation), source->alias);
		if (i == 0 || join == PARTIQL_JOIN_CROSS)
			continue;
		appendStringInfoString(out, " ON ");
		dyn_to_query_condition(query, out, source->source->on);
		if (join == PARTIQL_JOIN_LEFT)
			dyn_to_query_presence(out, source);
	}
}

void
dyn_to_query_presence(StringInfo out, const DynQuerySource *source)
{
	if (source->page.index != NULL)
		appendStringInfo(out, " AND dynamo.index_key(%s, %s) IS NOT NULL", source->item,
						 dyn_key_schema_literals(source->page.key_schema));
}
