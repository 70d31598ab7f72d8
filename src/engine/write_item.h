/*-------------------------------------------------------------------------
 *
 * write_item.h
 *	  The one read-check-apply-write path under all operations that write.
 *
 * An operation says what it wants by a function: given the item that has the
 * key now, or none, what is to be done?  It may be asked more than once,
 * because another transaction can be faster; the last answer counts.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_WRITE_ITEM_H
#define DYN_ENGINE_WRITE_ITEM_H

#include "engine/item_operations.h"
#include "index/row.h"

typedef enum DynVerdict
{
	DYN_KEEP,					/* write nothing; the item must stay as it is */
	DYN_LEAVE,					/* write nothing, and rely on nothing */
	DYN_PUT,					/* insert or replace by *item */
	DYN_DELETE					/* delete the item found */
} DynVerdict;

/*
 * Look at row->found and dyn_row_item(row), and decide.  A refusal is
 * DYN_KEEP, noted in *argument, or an error.
 */
typedef DynVerdict (*DynDecide) (void *argument, const DynRow *row, struct varlena **item);

/*
 * Write one item.  What was found, and what the verdict was about, stays in
 * *row.  The change is visible to later commands of the transaction.
 */
extern void dyn_write_item(DynRow *row, DynDecide decide, void *argument);

/*
 * The same for an operation on several items, which says by "hold" whether
 * what is kept as it is must stay so until the transaction ends: then it is
 * locked, or, where it is absent, claimed.
 */
extern void dyn_write_row(DynRow *row, bool hold, DynDecide decide, void *argument);

/* Does the transaction do more than this operation, as far as can be known?  Ask once, before it writes. */
extern bool dyn_is_one_of_many(void);

/*
 * A write's condition, and what became of it.  An operation's decision asks
 * dyn_guard_allows first, and keeps the item where it says no.
 */
typedef struct DynGuard
{
	const DynBinding *condition;	/* NULL: always true */
	bool		failed;			/* was it false, when last asked? */
} DynGuard;

extern bool dyn_guard_allows(DynGuard *guard, const DynRow *row);

/* An update that is to be decided on, and what came of it. */
typedef struct DynUpdate
{
	const DynTable *table;
	const DynBinding *expression;	/* NULL: the item is created if there is none */
	DynValue	key_map;		/* what an item begins with */
	bool		measure_flat;	/* the size of the item alone counts */
	bool		has_item;		/* is there an item afterwards? */
	DynValue	new_item;
} DynUpdate;

/* Decide on an update whose condition is true.  Raises the service's errors.  (update_item.c) */
extern DynVerdict dyn_decide_update(DynUpdate *update, const DynRow *row, struct varlena **item);

/* What an operation wants to be told of its write. */
typedef struct DynWriteReport
{
	const DynGuard *guard;
	bool		return_item_on_failure;
	DynReturnValues return_values;
	const DynBinding *update;	/* for DYN_RETURN_UPDATED_OLD and _NEW; may be NULL */
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_collection_metrics;
	const DynTableName *table_name;
	const DynValue *partition_key;
	const DynValue *new_item;	/* NULL: there is none any more */
} DynWriteReport;

/* Fill the response in, in the memory context "context". */
extern void dyn_report_write(const DynRow *row, const DynWriteReport *report, MemoryContext context,
							 WriteItemResponse *response);

#endif							/* DYN_ENGINE_WRITE_ITEM_H */
