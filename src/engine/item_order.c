/*-------------------------------------------------------------------------
 *
 * item_order.c
 *	  The order in which an operation on several items goes through them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "engine/item_order.h"
#include "item/key.h"

static int
compare_items(const void *a, const void *b)
{
	const DynNamedItem *x = a;
	const DynNamedItem *y = b;
	size_t		x_length = VARSIZE_ANY_EXHDR(x->key);
	size_t		y_length = VARSIZE_ANY_EXHDR(y->key);
	int			result;

	if (x->relid != y->relid)
		return x->relid < y->relid ? -1 : 1;
	result = memcmp(VARDATA_ANY(x->key), VARDATA_ANY(y->key), Min(x_length, y_length));
	if (result == 0 && x_length != y_length)
		result = x_length < y_length ? -1 : 1;
	return result;
}

bool
dyn_named_items_sort(DynNamedItem *items, int count)
{
	qsort(items, count, sizeof(DynNamedItem), compare_items);
	for (int i = 1; i < count; i++)
		if (compare_items(&items[i - 1], &items[i]) == 0)
			return false;
	return true;
}

bool
dyn_named_items_share_partition(const DynNamedItem *a, const DynNamedItem *b)
{
	const uint8 *x = (const uint8 *) VARDATA_ANY(a->key);
	const uint8 *y = (const uint8 *) VARDATA_ANY(b->key);
	uint32		x_length = dyn_key_partition_length(x, VARSIZE_ANY_EXHDR(a->key));
	uint32		y_length = dyn_key_partition_length(y, VARSIZE_ANY_EXHDR(b->key));

	return a->relid == b->relid && x_length == y_length && memcmp(x, y, x_length) == 0;
}
