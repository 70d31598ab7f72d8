/*-------------------------------------------------------------------------
 *
 * collection.c
 *	  Item collections: all items of one partition key.
 *
 * A collection is not larger than its table, so in a table of up to 1 GB
 * nothing has to be estimated.  In a larger one the planner is asked, as it
 * would be for a query of the collection, what share of the rows it is: its
 * statistics of the column key are in the order of partitions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "base/compat.h"
#include "engine/collection.h"
#include "index/estimate.h"

#define GIGABYTE	((double) 1024 * 1024 * 1024)

static bool has_local_index(const DynTable *table);

void
dyn_item_collection_metrics(const DynRelation *relation, const struct varlena *key,
							const DynValue *partition_key, DynItemCollectionMetrics *metrics)
{
	double		bytes;
	uint8	   *copy;

	memset(metrics, 0, sizeof(DynItemCollectionMetrics));
	if (!has_local_index(relation->table))
		return;

	bytes = dyn_estimate_table_bytes(relation->relation);
	if (bytes > GIGABYTE)
		bytes *= dyn_estimate_partition_share(relation, key);

	copy = palloc(partition_key->length + 1);
	memcpy(copy, partition_key->data, partition_key->length);
	metrics->present = true;
	metrics->partition_key_name = relation->table->key_schema.attributes[0].name;
	metrics->partition_key = *partition_key;
	metrics->partition_key.data = copy;
	metrics->lower_gb = floor(bytes / GIGABYTE);
	metrics->upper_gb = metrics->lower_gb + 1;
}

static bool
has_local_index(const DynTable *table)
{
	for (int i = 0; i < table->nindexes; i++)
	{
		if (table->indexes[i].kind == DYN_INDEX_LOCAL)
			return true;
	}
	return false;
}
