/*-------------------------------------------------------------------------
 *
 * estimate.c
 *	  How much data there is, roughly and cheaply.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_inherits.h"
#include "nodes/params.h"
#include "nodes/plannodes.h"
#include "storage/bufmgr.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "index/estimate.h"
#include "item/key.h"

static double storage_bytes(Oid relid);
static struct varlena *copy_prefix(const struct varlena *key, uint32 length);
static bool increment(struct varlena *prefix);
static double planned_rows(const DynRelation *relation, const char *condition, int nbounds, Datum *bounds);

double
dyn_estimate_table_bytes(Relation relation)
{
	double		bytes = 0;
	ListCell   *cell;

	foreach(cell, find_all_inheritors(RelationGetRelid(relation), AccessShareLock, NULL))
		bytes += storage_bytes(lfirst_oid(cell));
	return bytes;
}

static double
storage_bytes(Oid relid)
{
	Relation	relation = table_open(relid, NoLock);
	double		bytes = 0;

	if (RELKIND_HAS_STORAGE(relation->rd_rel->relkind))
	{
		bytes = (double) RelationGetNumberOfBlocks(relation) * BLCKSZ;
		if (OidIsValid(relation->rd_rel->reltoastrelid))
		{
			Relation	toast = table_open(relation->rd_rel->reltoastrelid, AccessShareLock);

			bytes += (double) RelationGetNumberOfBlocks(toast) * BLCKSZ;
			table_close(toast, NoLock);
		}
	}
	table_close(relation, NoLock);
	return bytes;
}

double
dyn_estimate_partition_share(const DynRelation *relation, const struct varlena *key)
{
	uint32		length = dyn_key_partition_length((const uint8 *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key));
	struct varlena *lower = copy_prefix(key, length);
	struct varlena *upper = copy_prefix(key, length);
	Datum		bounds[2] = {PointerGetDatum(lower), PointerGetDatum(upper)};
	int			nbounds = increment(upper) ? 2 : 1;
	const char *condition = nbounds == 2 ?
		"t.%1$s OPERATOR(pg_catalog.>=) $1 AND t.%1$s OPERATOR(pg_catalog.<) $2" :
		"t.%1$s OPERATOR(pg_catalog.>=) $1";
	double		all = planned_rows(relation, "true", 0, NULL);
	double		rows = planned_rows(relation, condition, nbounds, bounds);

	return all < 1 ? 1 : Min(rows / all, 1);
}

static struct varlena *
copy_prefix(const struct varlena *key, uint32 length)
{
	struct varlena *copy = palloc(VARHDRSZ + length);

	SET_VARSIZE(copy, VARHDRSZ + length);
	memcpy(VARDATA(copy), VARDATA_ANY(key), length);
	return copy;
}

/* Make the least bytes that are greater than any with this prefix; false where there are none. */
static bool
increment(struct varlena *prefix)
{
	uint8	   *bytes = (uint8 *) VARDATA(prefix);
	uint32		length = VARSIZE(prefix) - VARHDRSZ;

	while (length > 0 && bytes[length - 1] == 0xFF)
		length--;
	SET_VARSIZE(prefix, VARHDRSZ + length);
	if (length == 0)
		return false;
	bytes[length - 1]++;
	return true;
}

/* The planner's estimate of the rows that meet a condition on the key, %1$s. */
static double
planned_rows(const DynRelation *relation, const char *condition, int nbounds, Datum *bounds)
{
	Relation	rel = relation->relation;
	Form_pg_attribute key = TupleDescAttr(RelationGetDescr(rel), relation->table->key_attnum - 1);
	Oid			types[2] = {key->atttypid, key->atttypid};
	ParamListInfo parameters = makeParamList(nbounds);
	StringInfoData query;
	List	   *queries;
	PlannedStmt *plan;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT 1 FROM %s AS t WHERE ", dyn_relation_quoted_name(rel));
	appendStringInfo(&query, condition, quote_identifier(NameStr(key->attname)));

	for (int i = 0; i < nbounds; i++)
	{
		parameters->params[i].value = bounds[i];
		parameters->params[i].isnull = false;
		parameters->params[i].pflags = PARAM_FLAG_CONST;
		parameters->params[i].ptype = types[i];
	}
	queries = pg_analyze_and_rewrite_fixedparams(linitial_node(RawStmt, pg_parse_query(query.data)),
												 query.data, types, nbounds, NULL);
	plan = pg_plan_query(linitial_node(Query, queries), query.data, 0, parameters);
	return plan->planTree->plan_rows;
}
