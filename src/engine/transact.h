/*-------------------------------------------------------------------------
 *
 * transact.h
 *	  What transactions that write and that read have in common: the tables
 *	  and the items that they name.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_TRANSACT_H
#define DYN_ENGINE_TRANSACT_H

#include "engine/item_order.h"
#include "engine/transact_operations.h"
#include "index/relation.h"

/* A table of the transaction; each name is opened once. */
typedef struct DynTransactTable
{
	const DynTableName *name;
	AclMode		privileges;
	DynRelation relation;
} DynTransactTable;

typedef struct DynTransactTables
{
	int			count;
	DynTransactTable *tables;	/* with room for as many as there are actions */
} DynTransactTables;

/* Add what an action needs of its table; returns the table's number. */
extern int	dyn_transact_add_table(DynTransactTables *tables, const DynTableName *name, AclMode privileges);

extern void dyn_transact_open(DynTransactTables *tables, const char *operation, LOCKMODE lockmode);
extern void dyn_transact_close(DynTransactTables *tables);

/*
 * Make the key that an action names, or, where "item" is not NULL, that of an
 * item to be put.  Returns NULL where it does not fit the table, which cancels
 * the transaction, and says so in *reason, its message in "context"; raises
 * where it is bad in itself.
 */
extern struct varlena *dyn_transact_key(const DynTable *table, const DynRequestKey *key, const DynValue *item,
										DynValue *partition_key, MemoryContext context,
										DynCancellationReason *reason);

/*
 * Call a function that only computes.  Returns false where it raised an error
 * of validation, which becomes the reason; its message is allocated in "context".
 */
extern bool dyn_transact_validates(void (*run) (void *argument), void *argument, MemoryContext context,
								   DynCancellationReason *reason);

/* Sort the items; raises where two actions name the same one. */
extern void dyn_transact_sort(DynNamedItem *items, int count);

/* Raise if a transaction has more bytes of items than it may. */
extern void dyn_transact_check_size(Size bytes);

#endif							/* DYN_ENGINE_TRANSACT_H */
