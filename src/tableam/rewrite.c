/*-------------------------------------------------------------------------
 *
 * rewrite.c
 *	  VACUUM FULL writes item tables in the order of their keys.
 *
 * The heap can sort while it copies, for CLUSTER.  VACUUM FULL names no
 * index; where the table has one that leads with the key, it is handed in
 * and the copy sorted.  An index that CLUSTER names is obeyed.
 *
 * The caller holds AccessExclusiveLock on the table, so that nobody else
 * uses the index.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"

#include "base/settings.h"
#include "tableam/callbacks.h"
#include "tableam/item_relation.h"

void
dyn_relation_copy_for_cluster(Relation old_table, Relation new_table, Relation index, bool use_sort,
							  TransactionId oldest_xmin, TransactionId *xid_cutoff, MultiXactId *multi_cutoff,
							  double *num_tuples, double *tups_vacuumed, double *tups_recently_dead)
{
	Relation	key_index = NULL;

	if (index == NULL && dyn_rewrite_in_key_order)
	{
		const DynItemRelation *item_relation = dyn_item_relation(old_table);

		if (item_relation != NULL)
			key_index = index_open(item_relation->key_index, AccessExclusiveLock);
	}

	dyn_heap->relation_copy_for_cluster(old_table, new_table,
										key_index != NULL ? key_index : index,
										key_index != NULL ? true : use_sort,
										oldest_xmin, xid_cutoff, multi_cutoff,
										num_tuples, tups_vacuumed, tups_recently_dead);

	if (key_index != NULL)
		index_close(key_index, NoLock);
}
