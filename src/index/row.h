/*-------------------------------------------------------------------------
 *
 * row.h
 *	  One item's row: finding it by its key, locking and writing it.
 *
 * There are two ways to do each step, and they give the same answers:
 * direct_row.c calls the table and index access methods, planned_row.c runs
 * saved statements.  The resolver says which (relation.h).
 *
 *		dyn_row_begin(&row, &relation, key);
 *		do
 *		{
 *			dyn_row_find(&row);
 *			... look at row.found and dyn_row_item(&row) ...
 *		} while (!dyn_row_replace(&row, item));
 *		dyn_row_end(&row);
 *
 * A step that returns false did nothing, because another transaction was
 * faster: find the row again, decide again.  Under REPEATABLE READ and above
 * it raises a serialization failure instead.  What a step wrote is seen after
 * a CommandCounterIncrement, which is the caller's.
 *
 * An operation on many items of a table goes from one key to the next with
 * dyn_row_move, so that indexes are opened, and statements looked up, once.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_ROW_H
#define DYN_INDEX_ROW_H

#include "index/relation.h"
#include "item/value.h"

typedef struct DynRow DynRow;

typedef struct DynRowMethods
{
	void		(*begin) (DynRow *row);
	void		(*move) (DynRow *row);
	void		(*read) (DynRow *row);
	void		(*find) (DynRow *row);
	bool		(*lock) (DynRow *row);
	bool		(*insert) (DynRow *row, struct varlena *item);
	bool		(*replace) (DynRow *row, struct varlena *item);
	bool		(*delete) (DynRow *row);
	void		(*end) (DynRow *row);
} DynRowMethods;

struct DynRow
{
	const DynRelation *relation;
	struct varlena *key;

	/*
	 * What was found, last.  The item is as stored, perhaps toasted; it stays
	 * valid until the row is looked for again, or ended.
	 */
	bool		found;
	Datum		item;

	/* Did a trigger, rule or policy of the table turn the write down, silently? */
	bool		suppressed;

	/*
	 * For who sets it after dyn_row_begin: a deletion does not wait for
	 * another transaction that has the row locked, but does nothing.
	 */
	bool		skip_locked;
	bool		skipped;		/* was that so? */

	const DynRowMethods *methods;
	void	   *state;			/* of the methods */
};

extern const DynRowMethods dyn_direct_row_methods;
extern const DynRowMethods dyn_planned_row_methods;

/* Begin with a row; allocates in the current memory context, which must live until dyn_row_end. */
static inline void
dyn_row_begin(DynRow *row, const DynRelation *relation, struct varlena *key)
{
	row->relation = relation;
	row->key = key;
	row->found = false;
	row->item = (Datum) 0;
	row->suppressed = false;
	row->skip_locked = false;
	row->skipped = false;
	row->methods = relation->direct ? &dyn_direct_row_methods : &dyn_planned_row_methods;
	row->methods->begin(row);
}

/* Go on with another key of the same table. */
static inline void
dyn_row_move(DynRow *row, struct varlena *key)
{
	row->methods->move(row);
	row->key = key;
	row->found = false;
	row->item = (Datum) 0;
	row->suppressed = false;
	row->skipped = false;
}

/* Release what the row holds.  Locks are kept. */
#define dyn_row_end(row)			((row)->methods->end(row))

/* Find the row as the active snapshot sees it: for reading. */
#define dyn_row_read(row)			((row)->methods->read(row))

/*
 * Find the newest committed version of the row, or, under REPEATABLE READ
 * and above, the one the transaction's snapshot sees: for writing.  Locks
 * nothing.
 */
#define dyn_row_find(row)			((row)->methods->find(row))

/* Lock the version that was found. */
#define dyn_row_lock(row)			((row)->methods->lock(row))

/* Insert the item, where none was found; replace or delete the one found. */
#define dyn_row_insert(row, item)	((row)->methods->insert(row, item))
#define dyn_row_replace(row, item)	((row)->methods->replace(row, item))
#define dyn_row_delete(row)			((row)->methods->delete(row))

/* ---- row.c ---- */

/* The item that was found; detoasted into the current memory context where it must be. */
extern DynValue dyn_row_item(const DynRow *row);

/* Are the item's bytes those of the item that was found? */
extern bool dyn_row_item_equals(const DynRow *row, const struct varlena *item);

/* ---- claim.c ---- */

/*
 * Claim a key that was not found: until the transaction ends, whoever writes
 * an item with this key waits.  Returns false where somebody was faster.
 */
extern bool dyn_row_claim(DynRow *row);

#endif							/* DYN_INDEX_ROW_H */
